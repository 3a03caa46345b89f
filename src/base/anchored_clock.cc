#include "base/anchored_clock.h"

#include "base/check.h"

namespace rehome::base {

AnchoredClock::AnchoredClock(double rate)
    : began_(real_.Now()),
      wall_began_(real_.WallNow()),
      rate_(rate),
      real_anchor_(began_),
      anchor_(began_) {
  CHECK(rate > 0);
}

Instant AnchoredClock::Now() const {
  const MutexLock lock(mutex_);
  const auto real = static_cast<double>((real_.Now() - real_anchor_).count());
  return anchor_ + Duration(static_cast<std::int64_t>(real * rate_));
}

// From the steady time, so that the two never part.
WallTime AnchoredClock::WallNow() const {
  return wall_began_ + std::chrono::duration_cast<std::chrono::milliseconds>(Now() - began_);
}

double AnchoredClock::rate() const {
  const MutexLock lock(mutex_);
  return rate_;
}

void AnchoredClock::SetRate(double rate) {
  CHECK(rate > 0);
  const MutexLock lock(mutex_);
  const Instant now = real_.Now();
  const auto real = static_cast<double>((now - real_anchor_).count());
  anchor_ += Duration(static_cast<std::int64_t>(real * rate_));
  real_anchor_ = now;
  rate_ = rate;
}

}  // namespace rehome::base
