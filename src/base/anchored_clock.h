#pragma once

#include "base/clock.h"
#include "base/mutex.h"

namespace rehome::base {

/// A clock for one process that plays its own target: wall and steady time are the machine's when
/// it is made, and run `rate` times faster from then on. Unlike those of a SystemClock of another
/// rate than 1 its dates begin at today's. The rate can change: waits that were handed to the
/// system before are then as long, in real time, as they were. Any thread.
class AnchoredClock final : public Clock {
 public:
  /// `rate` > 0.
  explicit AnchoredClock(double rate);
  Instant Now() const override EXCLUDES(mutex_);
  WallTime WallNow() const override EXCLUDES(mutex_);
  double rate() const override EXCLUDES(mutex_);
  /// From now on.
  void SetRate(double rate) EXCLUDES(mutex_);

 private:
  const SystemClock real_;
  const Instant began_;
  const WallTime wall_began_;
  mutable Mutex mutex_;
  double rate_ GUARDED_BY(mutex_);
  Instant real_anchor_ GUARDED_BY(mutex_);  // when the rate was set, and what it was by this clock
  Instant anchor_ GUARDED_BY(mutex_);
};

}  // namespace rehome::base
