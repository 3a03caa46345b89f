#pragma once

#include <cstdint>
#include <functional>

#include "base/clock.h"
#include "dispatch/counters.h"
#include "dispatch/settings.h"
#include "pipeline/coordinator.h"

namespace rehome::cli {

/// How fast the clock of a rehearsal runs: at most `fastest`, and slower where that would falsify
/// the prediction. While answers set the pace (organizations one after another, few rows in flight)
/// all that this machine does in between counts `rate` times, so the clock runs at a tenth. While a
/// limit sets it the clock runs as fast as the import keeps up with that. One thread; `clock` must
/// outlive it.
class RehearsalPace {
 public:
  /// `set_rate` sets the rate of `clock`.
  RehearsalPace(const base::Clock& clock, std::function<void(double)> set_rate,
                const dispatch::PaceSettings& limits, double fastest);

  /// How far the import is; to be called some ten times a second.
  void Look(pipeline::ImportPhase phase, const dispatch::Counters& counters);
  /// From here on only reads follow, a few at a time.
  void RowsEnded() { SetRate(slowest_); }

  /// How much longer the rows took than limits and pauses make them, while the clock was fast: that
  /// is this machine's doing.
  base::Duration lost() const { return lost_; }
  double rate() const { return rate_; }

 private:
  void SetRate(double rate);
  void Judge(base::Duration passed, std::int64_t sent);

  const base::Clock& clock_;
  const std::function<void(double)> set_rate_;
  const double fastest_;
  const double slowest_;
  const double allowed_per_s_;  // 0 = no limit
  double rate_;
  base::Duration lost_{0};
  bool rows_ = false;
  base::Instant judged_at_{};
  std::int64_t judged_sent_ = 0;
  base::Duration judged_paused_{0};
};

}  // namespace rehome::cli
