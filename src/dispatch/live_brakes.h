#pragma once

#include <optional>

#include "base/clock.h"
#include "base/mutex.h"
#include "dispatch/brake.h"

namespace rehome::dispatch {

/// The brakes of a live run: the event loop notes them, any thread may copy them.
class LiveBrakes {
 public:
  void Note(Brake brake, std::optional<base::Instant> until, base::Instant now) {
    base::MutexLock lock(mutex_);
    times_.ended = times_.Until(now);
    times_.now = brake;
    times_.since = now;
    times_.until = until;
  }
  BrakeTimes Copy() const {
    base::MutexLock lock(mutex_);
    return times_;
  }

 private:
  mutable base::Mutex mutex_;
  BrakeTimes times_ GUARDED_BY(mutex_);
};

}  // namespace rehome::dispatch
