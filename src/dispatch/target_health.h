#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "directory/reply.h"
#include "dispatch/brake.h"
#include "dispatch/lane.h"
#include "http/request.h"
#include "model/reason.h"
#include "pace/circuit_breaker.h"

namespace rehome::dispatch {

/// What a request is for: decides quotas, counters and how answers are read.
struct Purpose {
  model::Phase phase = model::Phase::kUsers;
  directory::Subject subject = directory::Subject::kUser;
  /// It finishes what the journal has an intent of: a pause of the run does not hold it back.
  bool begun = false;
};

/// The failed attempts of one request.
struct Attempts {
  int failed = 0;
  base::Instant first_failed{};  ///< of these
  base::Instant last_failed{};
  /// Since when it is suspected to be ill by itself: it failed so often when nobody was served.
  std::optional<base::Instant> suspected;
};

/// The 429s of one request in a row.
struct LimitedRow {
  int times = 0;
  base::Instant first{};
  base::Instant last{};
  void Count(base::Instant now) {
    if (times++ == 0) first = now;
    last = now;
  }
};

/// How the target is: whether it was ever reached, whether it answers, whether it asked for a
/// pause, what its clock says. Decides when requests may leave for its sake, quotas aside, and when
/// a request or the run is given up. Event-loop thread; the references must outlive it.
class TargetHealth {
 public:
  TargetHealth(const base::Clock& clock, base::Random& random) : clock_(clock), random_(random) {}

  /// When a request may leave, at the earliest; nothing while the target is ill.
  std::optional<base::Instant> NextAdmission(base::Instant now) const;
  /// Why nothing may leave for the target's sake, when NextAdmission says so.
  Brake brake() const { return breaker_.open() ? Brake::kIll : pause_for_; }
  /// When an ill target may be asked whether it is well; nothing while it is well or being asked.
  std::optional<base::Instant> NextProbe(base::Instant now) const;
  void AdmitProbe(base::Instant now) { breaker_.Admit(now); }
  /// What failed when the target fell ill: probes ask for that.
  const Purpose& ill_purpose() const { return ill_purpose_; }

  /// A request leaves; gives the time that it may take (`wanted`, or less before the first answer).
  base::Duration StartTry(base::Duration wanted);
  /// Nothing came back. An error when the run has to end: the target was never reached.
  base::Status NoteNoAnswer(const Purpose& purpose, const std::string& words);
  /// Any answer, to a request that was sent at `sent`.
  void NoteAnswer(const http::Response& response, base::WallTime sent);
  /// An answer that shows it well, a refusal included.
  void NoteServed(Lane lane);
  /// The same to a probe: it answers, and may not do its work all the same.
  void NoteProbeServed();
  /// Trouble on its side. An error when it asks for a longer pause than the run waits out.
  base::Status NoteTrouble(const Purpose& purpose, const directory::Reply& reply);
  /// A 429 of a request, counted in `row` already. kWaits pauses everyone.
  enum class Limit { kWaits, kThisObjectOnly };
  base::Result<Limit> NoteLimited(const directory::Reply& reply, const LimitedRow& row, Lane lane);
  /// The same of a request that IsLimitedByItself: nobody else has to wait for it.
  base::Result<Limit> NoteLimitedByItself(const directory::Reply& reply, const LimitedRow& row,
                                          Lane lane);
  /// Whether others of its lane were served while one was limited time and again. Those of another
  /// lane count for another quota, and say nothing of it.
  bool IsLimitedByItself(const LimitedRow& row, Lane lane) const;
  /// The target says that a quota is used up until then.
  void PauseForQuota(base::Instant until) { PauseUntil(until, Brake::kLimited); }
  /// What an answer asks for, by the target's clock; 0 when it asks for nothing of use.
  base::Duration AskedPause(const directory::Reply& reply) const;

  /// Counts a failed attempt; true when the request has had enough. An outage costs none.
  bool Exhausts(Attempts& attempts, const Purpose& purpose);
  /// The error that ends the run once the target has been ill for too long.
  base::Status GaveUp(const directory::Reply& reply) const;

  /// Whether it has answered anything.
  bool reached() const { return reached_; }
  /// The run was paused then, of which nothing was told yet: what the target did meanwhile does not
  /// end the run.
  void Excuse(base::Instant from, base::Instant until);
  /// Server clock less ours, from Date headers; 0 until one was seen.
  base::Duration server_clock_offset() const { return server_clock_offset_; }

 private:
  /// How requests of a lane fare with its quotas.
  struct Served {
    base::Instant last{};
    int limited_in_a_row = 0;  // since then
  };

  Served& ServedOf(Lane lane) { return served_[static_cast<std::size_t>(lane)]; }
  const Served& ServedOf(Lane lane) const { return served_[static_cast<std::size_t>(lane)]; }
  base::Result<Limit> JudgeLimited(const directory::Reply& reply, const LimitedRow& row,
                                   Lane lane) const;
  void PauseUntil(base::Instant until, Brake why);
  void ExcuseIllness(base::Instant from, base::Instant until);
  void NoteFailure(const Purpose& purpose);

  const base::Clock& clock_;
  base::Random& random_;
  pace::CircuitBreaker breaker_;
  Purpose ill_purpose_;
  base::Instant pause_until_{};
  base::Instant excused_until_{};      // until when illness is excused already
  Brake pause_for_ = Brake::kExcused;  // what the longest pause is for
  std::array<Served, 3> served_{};
  base::Instant last_served_{};   // in any lane, probes too
  base::Instant recovered_at_{};  // when the breaker closed last
  bool reached_ = false;
  int tries_before_reached_ = 0;
  std::optional<base::Instant> first_try_;
  base::Duration server_clock_offset_{0};
  std::string server_date_;  // of the last prompt answer
};

/// The target's words with its status, for a sentence.
std::string WordsOf(const directory::Reply& reply);

}  // namespace rehome::dispatch
