#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace rehome::pace {

/// What the target allows of one quota, as its answers tell: the documented limit at first, less
/// after refusals (429), and more again in time. A refusal says that no more is allowed than was
/// counted in the window before it, whatever the shape of the target's windows. Only a try tells
/// that more is allowed again, so the limit climbs now and then, and falls back when that is
/// refused. Never above the bound. A pure function of the times it is given; one thread.
class QuotaModel {
 public:
  /// `bound` <= 0: no limit, and none is learned.
  QuotaModel(std::int64_t bound, base::Duration window);

  /// Events in a window.
  std::int64_t limit(base::Instant now) const;
  std::int64_t bound() const { return bound_; }
  bool lowered() const { return limit_ < bound_; }
  /// Forgets nothing but what is above the new bound.
  void SetBound(std::int64_t bound, base::Instant now);

  /// The target refused an event, when it had accepted `counted` of them within a window.
  void Refused(std::int64_t counted, base::Instant now);
  /// It accepted one that left after the last refusal.
  void Served(base::Instant now);
  /// Refused so often in a row that it cannot be this quota.
  bool implausible() const { return refused_in_a_row_ >= kMostInARow; }
  /// The refusals since the last one that was served were not of this quota.
  void Acquit();
  /// At how many counted events the next one may be tried, after refusals; nothing while none was
  /// refused since the last one that was served.
  std::optional<std::int64_t> TryAt() const;

 private:
  // The seventh is at a tenth of what was counted at the first, unless that drains too slowly: a
  // target hardly cuts more at once.
  static constexpr int kMostInARow = 7;

  bool IsClimbing(base::Instant now) const { return lowered() && now > climb_from_; }
  void LowerTo(std::int64_t limit, base::Instant now);
  void WaitForClimb(base::Instant now);

  std::int64_t bound_;
  base::Duration window_;
  std::int64_t limit_;          // from which it climbs
  base::Instant climb_from_{};  // as far as it is lowered
  int failed_climbs_ = 0;       // in a row
  int refused_in_a_row_ = 0;    // none was served since
  bool refused_climb_ = false;  // these began as a climb
  base::Instant first_refused_{};
  std::int64_t first_counted_ = 0;  // at the first of these
  std::int64_t limit_before_ = 0;   // them
};

}  // namespace rehome::pace
