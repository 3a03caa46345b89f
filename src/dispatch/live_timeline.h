#pragma once

#include <utility>

#include "base/clock.h"
#include "base/mutex.h"
#include "model/timeline.h"

namespace rehome::dispatch {

/// The timeline of a live run: the event loop writes it, any thread may copy it. The lock is free
/// but for the moment of a copy, once a second.
class LiveTimeline {
 public:
  enum class Kind { kRead, kWrite };

  /// Goes on from what earlier incarnations of the run recorded.
  void GoOnFrom(model::Timeline earlier, const model::TimelineLimits& limits) {
    base::MutexLock lock(mutex_);
    timeline_ = std::move(earlier);
    timeline_.limits = limits;
  }
  void SetLimits(const model::TimelineLimits& limits) {
    base::MutexLock lock(mutex_);
    timeline_.limits = limits;
  }
  void Answered(base::WallTime at, Kind kind, base::Duration latency) {
    base::MutexLock lock(mutex_);
    model::TimelineBucket& bucket = timeline_.At(at);
    ++(kind == Kind::kWrite ? bucket.writes : bucket.reads);
    ++bucket.latency[model::LatencyClassOf(latency)];
  }
  void RateLimited(base::WallTime at) {
    base::MutexLock lock(mutex_);
    ++timeline_.At(at).rate_limited;
  }
  void Trouble(base::WallTime at) {
    base::MutexLock lock(mutex_);
    ++timeline_.At(at).troubles;
  }
  void Waited(model::Wait wait, base::WallTime from, base::Duration lasted) {
    base::MutexLock lock(mutex_);
    timeline_.AddWait(wait, from, lasted);
  }
  model::Timeline Copy() const {
    base::MutexLock lock(mutex_);
    return timeline_;
  }

 private:
  mutable base::Mutex mutex_;
  model::Timeline timeline_ GUARDED_BY(mutex_);
};

}  // namespace rehome::dispatch
