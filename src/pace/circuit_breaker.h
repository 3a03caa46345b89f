#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace rehome::pace {

/// Opens when the target is ill: 20 transient failures in a row, half of the last 100 answers, or
/// when told so. While open nothing is sent; after 5 s (doubling to 60 s) one request may probe.
/// Its good answer closes it on trial: opened again before anything else was served, it goes on
/// where it was. 30 minutes without a good answer to work: give up. A good answer is any that shows
/// the target well, a refusal included; each admitted request must end in Succeeded, Responded or
/// Failed. One thread; time comes in.
class CircuitBreaker {
 public:
  /// When the next request may leave: `now`, or later while open, or nothing while a probe is out.
  std::optional<base::Instant> NextAdmission(base::Instant now) const;
  /// A request leaves; while open it is the probe.
  void Admit(base::Instant now);
  /// A good answer to a request that does work, also to one that left before it opened.
  void Succeeded(base::Instant now);
  /// It answers, which does not show yet that work gets done: a probe's good answer, a 429.
  void Responded();
  void Failed(base::Instant now);
  /// Opens it: the caller knows better than the counts. Nothing when it is open.
  void Trip(base::Instant now);
  bool open() const { return open_; }
  /// The target asked to be left alone for so long: that is no time of illness.
  void Excuse(base::Duration pause) { opened_at_ += pause; }
  /// True when it is open and 30 minutes have passed without a good answer to work.
  bool GaveUp(base::Instant now) const;

 private:
  void Remember(bool failed);
  bool IsIll() const;
  void Open(base::Instant now);

  void Forget();

  bool open_ = false;
  bool on_trial_ = false;
  bool probing_ = false;
  int in_a_row_ = 0;
  std::uint64_t recent_failed_[2] = {0, 0};
  int recent_count_ = 0;
  base::Instant opened_at_{};
  base::Instant next_probe_{};
  base::Duration pause_{0};
};

}  // namespace rehome::pace
