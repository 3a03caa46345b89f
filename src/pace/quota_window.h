#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

#include "base/clock.h"

namespace rehome::pace {

/// Admits events so that the target counts at most `limit` of them in any period of `window`,
/// whether its windows are fixed, of whatever phase, or slide, or it keeps a bucket of tokens. Two
/// rules hold at once. A GCRA spreads: one event per `window / limit`, with a small burst. And the
/// event that is `limit` places after another one leaves a window after that one can have arrived
/// at the latest, so that no delay on the way puts both into one period of the target.
///
/// A pure function of the times it is given, which must not go back; one thread. Memory: 24 bytes
/// for each event of a window; without a limit a few hundred bytes.
class QuotaWindow {
 public:
  /// Names an admitted event.
  struct Ticket {
    base::Instant admitted{};
    std::uint64_t number = 0;
  };

  /// `limit` <= 0 admits everything.
  QuotaWindow(std::int64_t limit, base::Duration window);

  /// When the next event may happen: `now` or later.
  base::Instant NextAdmission(base::Instant now) const;
  /// Counts an event at `now`; call only when NextAdmission(now) <= now. Until more is known it is
  /// taken to arrive at once.
  Ticket Admit(base::Instant now);
  /// The answer to the event came at `when`; told at most once for each. Nothing for one that is no
  /// longer remembered.
  void Answered(const Ticket& ticket, base::Instant when);
  /// What the way to the target and back takes at least: of two events the earlier one arrived so
  /// long before its answer, or the later one so long after it left.
  void SetWay(base::Duration way) { way_ = way; }
  /// The target does not count this event, of which nothing was told yet.
  void Uncount(const Ticket& ticket);

  /// From now on. What was admitted before counts towards the new limit; what was while there was
  /// none, to a sixteenth of a window.
  void SetLimit(std::int64_t limit);
  std::int64_t limit() const { return limit_; }
  base::Duration window() const { return window_; }
  /// Events that may have arrived in the window before `end`.
  std::int64_t CountedBefore(base::Instant end) const;
  /// From when on at most `count` events are within a window.
  base::Instant WhenAtMost(std::int64_t count) const;

 private:
  struct Event {
    Ticket ticket;
    base::Instant answered{};  // admitted, while there is no answer
  };

  /// Events that were admitted without a limit, until `end` and since the last such.
  struct Slot {
    base::Instant end{};
    std::int64_t events = 0;
  };

  void CountWithoutLimit(base::Instant now);
  void RememberSlots();
  base::Duration Spacing() const { return window_ / limit_; }
  base::Duration Tolerance() const;
  std::deque<Event>::iterator Find(const Ticket& ticket);

  std::int64_t limit_ = 0;
  base::Duration window_;
  base::Instant theoretical_arrival_{};
  base::Duration way_{0};
  std::deque<Event> events_;  // by `answered`
  std::uint64_t admitted_ = 0;
  std::deque<Slot> slots_;         // of the last window
  base::Instant last_in_slots_{};  // the last of their events
};

}  // namespace rehome::pace
