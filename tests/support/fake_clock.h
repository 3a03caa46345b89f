#pragma once

#include <algorithm>

#include "base/clock.h"

namespace rehome::support {

/// Time that passes only when a test says so. One thread.
class FakeClock final : public base::Clock {
 public:
  base::Instant Now() const override { return base::Instant(since_start_); }
  base::WallTime WallNow() const override {
    return kStart + std::chrono::duration_cast<std::chrono::milliseconds>(since_start_);
  }
  double rate() const override { return 1.0; }

  void Advance(base::Duration duration) { since_start_ += duration; }
  /// Never backwards.
  void AdvanceTo(base::Instant instant) {
    since_start_ = std::max(since_start_, instant.time_since_epoch());
  }

  /// The wall time at which every FakeClock starts: 2026-06-01T00:00:00Z.
  static constexpr base::WallTime kStart{std::chrono::milliseconds(1780272000000)};

 private:
  // Not 0, which some code takes for "never".
  base::Duration since_start_ = std::chrono::hours(1);
};

}  // namespace rehome::support
