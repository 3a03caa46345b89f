#pragma once

#include <cstdint>
#include <deque>

#include "base/clock.h"

namespace rehome::pace {

/// Admits at most `limit` events in any period of `window`, spread evenly with a small burst, so
/// that neither a fixed nor a sliding window of the server is ever overrun. Two rules hold at once:
/// a GCRA (one event per `window / limit`, a burst of `Burst()`) spreads, and the times of the last
/// `limit` events bound every period. Both use a window 0.25 % longer than the given one. A pure
/// function of the times it is given, which must not go back; one thread. Memory: 8 bytes for each
/// of `limit` events.
class QuotaWindow {
 public:
  /// `limit` <= 0 admits everything.
  QuotaWindow(std::int64_t limit, base::Duration window);
  /// When the next event may happen: `now` or later.
  base::Instant NextAdmission(base::Instant now) const;
  /// Counts an event at `now`; call only when NextAdmission(now) <= now.
  void Admit(base::Instant now);
  /// How many events may follow each other at once after a pause.
  std::int64_t Burst() const;

 private:
  std::int64_t limit_;
  base::Duration window_;
  base::Duration spacing_{0};
  base::Instant theoretical_arrival_{};
  std::deque<base::Instant> admitted_;
};

}  // namespace rehome::pace
