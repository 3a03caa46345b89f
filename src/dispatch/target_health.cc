#include "dispatch/target_health.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/text.h"
#include "pace/backoff.h"
#include "pace/http_date.h"

namespace rehome::dispatch {
namespace {

// Attempts of one request that may fail with trouble on the target's side. More would hold a slot
// through an outage, which is the breaker's business; fewer would fail rows for a short hiccup.
constexpr int kMaxAttempts = 6;
// Tries before anything was ever answered, when the last may begin, and until when it is waited
// for: 30 s with the longest back-off between the two.
constexpr int kTriesBeforeReached = 5;
constexpr base::Duration kTimeBeforeReached = std::chrono::seconds(25);
constexpr base::Duration kAnswerBeforeReached = std::chrono::seconds(28);
constexpr base::Duration kShortestTimeout = std::chrono::seconds(1);
// A try that ends later than this was not ended by its time-out: the process slept meanwhile.
constexpr base::Duration kSleptBeforeReached = kAnswerBeforeReached + std::chrono::seconds(4);
// 429s of one request after which others that were served since show that it is limited by itself.
// Fewer: two that came too early would cost it its place; more: others wait for it for longer.
constexpr int kLimitedByChance = 2;
// 429s before a request is given up: a pause of a quarter of an hour may be our own.
constexpr int kLeastTimesLimited = 8;
// The longest pause that is waited out; a target that asks for more is left alone (exit 3).
constexpr base::Duration kLongestPause = std::chrono::minutes(15);
// Since the last answer, while others are still served: some back-offs at their longest.
constexpr base::Duration kServedLately = std::chrono::minutes(1);
// The date of such an answer tells the server's time: with the second that is cut off well within
// the tolerance of those who compare times. Longer would mistake a delay for a difference of the
// clocks; shorter would learn nothing from a slow target.
constexpr base::Duration kPromptAnswer = std::chrono::seconds(2);

base::Error PauseTooLong(base::Duration asked, int status) {
  return {base::ErrorCode::kLimit, "the target asks for a pause of " + base::FormatDuration(asked) +
                                       " (HTTP " + std::to_string(status) +
                                       "), longer than rehome waits; resume later"};
}

}  // namespace

std::string WordsOf(const directory::Reply& reply) {
  std::string words = "HTTP " + std::to_string(reply.words.http_status);
  if (!reply.words.message.empty()) words += ", \"" + reply.words.message + "\"";
  return words;
}

std::optional<base::Instant> TargetHealth::NextAdmission(base::Instant now) const {
  if (breaker_.open()) return std::nullopt;
  return std::max(now, pause_until_);
}

std::optional<base::Instant> TargetHealth::NextProbe(base::Instant now) const {
  if (!breaker_.open()) return std::nullopt;
  const auto at = breaker_.NextAdmission(now);
  if (!at) return std::nullopt;
  return std::max(*at, pause_until_);
}

base::Duration TargetHealth::StartTry(base::Duration wanted) {
  if (reached_) return wanted;
  if (!first_try_) first_try_ = clock_.Now();
  const base::Duration left = *first_try_ + kAnswerBeforeReached - clock_.Now();
  return std::min(wanted, std::max(left, kShortestTimeout));
}

// At least two tries are left after a pause.
void TargetHealth::Excuse(base::Instant from, base::Instant until) {
  ExcuseIllness(from, until);
  if (!first_try_) return;
  *first_try_ += until - from;
  tries_before_reached_ = std::min(tries_before_reached_, kTriesBeforeReached - 2);
}

base::Status TargetHealth::NoteNoAnswer(const Purpose& purpose, const std::string& words) {
  NoteFailure(purpose);
  if (reached_) return {};
  const base::Instant now = clock_.Now();
  // Not only this request waits: the next one would meet the same closed door.
  pause_until_ = std::max(pause_until_, now + pace::BackoffAfter(++tries_before_reached_, random_));
  pause_for_ = Brake::kUnreached;
  if (now - *first_try_ > kSleptBeforeReached) {
    // What a suspended process did not hear says nothing of the target: it begins anew.
    first_try_.reset();
    tries_before_reached_ = 0;
    return {};
  }
  if (tries_before_reached_ < kTriesBeforeReached && now - *first_try_ <= kTimeBeforeReached) {
    return {};
  }
  return base::Error{base::ErrorCode::kUnreachable, words};
}

// The first answer of each second tells the most about the clock: its date was cut off the least.
// One that was held up, or waited while this process slept, has a date of some time between the
// start of its request and now: of the offsets that this allows, the one nearest to what was known.
void TargetHealth::NoteAnswer(const http::Response& response, base::WallTime sent) {
  reached_ = true;
  if (response.date == server_date_) return;
  const base::WallTime now = clock_.WallNow();
  const auto server = pace::ParseHttpDate(response.date, now);
  if (!server) return;
  const base::Duration least = *server - now;
  if (now - sent <= kPromptAnswer) {
    server_date_ = response.date;
    server_clock_offset_ = least;
    return;
  }
  const base::Duration most = *server - sent + std::chrono::seconds(1);
  server_clock_offset_ = std::clamp(server_clock_offset_, least, most);
}

void TargetHealth::NoteServed(Lane lane) {
  last_served_ = clock_.Now();
  ServedOf(lane) = {.last = last_served_};
  if (breaker_.open()) recovered_at_ = last_served_;
  breaker_.Succeeded(last_served_);
}

void TargetHealth::NoteProbeServed() {
  last_served_ = clock_.Now();
  if (breaker_.open()) recovered_at_ = last_served_;
  breaker_.Responded();
}

// One that says when it is well again is left alone until then.
base::Status TargetHealth::NoteTrouble(const Purpose& purpose, const directory::Reply& reply) {
  NoteFailure(purpose);
  const base::Duration asked = AskedPause(reply);
  if (asked > kLongestPause) return PauseTooLong(asked, reply.words.http_status);
  if (asked.count() > 0) PauseUntil(clock_.Now() + asked, Brake::kExcused);
  return {};
}

bool TargetHealth::IsLimitedByItself(const LimitedRow& row, Lane lane) const {
  return row.times >= kLimitedByChance && ServedOf(lane).last > row.last;
}

base::Result<TargetHealth::Limit> TargetHealth::JudgeLimited(const directory::Reply& reply,
                                                             const LimitedRow& row,
                                                             Lane lane) const {
  const base::Instant now = clock_.Now();
  const base::Duration asked = AskedPause(reply);
  if (asked > kLongestPause) return PauseTooLong(asked, reply.words.http_status);
  if (now - row.first <= kLongestPause || row.times < kLeastTimesLimited) return Limit::kWaits;
  // Others are served all the while: it is this object that the target limits.
  if (now - ServedOf(lane).last < kServedLately + asked) return Limit::kThisObjectOnly;
  return base::Error{base::ErrorCode::kLimit, "the target has limited one request for " +
                                                  base::FormatDuration(now - row.first) +
                                                  " (HTTP 429); resume later, or with a lower "
                                                  "--rate"};
}

base::Result<TargetHealth::Limit> TargetHealth::NoteLimitedByItself(const directory::Reply& reply,
                                                                    const LimitedRow& row,
                                                                    Lane lane) {
  if (breaker_.open()) recovered_at_ = clock_.Now();
  breaker_.Responded();
  return JudgeLimited(reply, row, lane);
}

// One 429 pauses everyone. Retry-After is a minimum; 0 never means "go now".
base::Result<TargetHealth::Limit> TargetHealth::NoteLimited(const directory::Reply& reply,
                                                            const LimitedRow& row, Lane lane) {
  auto limit = NoteLimitedByItself(reply, row, lane);  // limiting is not illness
  if (!limit || *limit != Limit::kWaits) return limit;
  const base::Instant now = clock_.Now();
  // Of a burst that was out together, only the first raises the back-off.
  int& in_a_row = ServedOf(lane).limited_in_a_row;
  if (now >= pause_until_) in_a_row = std::min(in_a_row + 1, 6);
  PauseUntil(now + AskedPause(reply) + pace::BackoffAfter(in_a_row, random_), Brake::kLimited);
  return Limit::kWaits;
}

// Not while the target is known to be ill, and not when it falls ill unnoticed since few requests
// are out: nobody was served since the last failure then, so it is called ill here. If it proves
// well and the request fails as often again, it is ill by itself.
bool TargetHealth::Exhausts(Attempts& attempts, const Purpose& purpose) {
  if (breaker_.open()) return false;
  const base::Instant now = clock_.Now();
  if (attempts.failed == 0 || attempts.first_failed <= recovered_at_) {
    attempts.failed = 0;
    attempts.first_failed = now;
  }
  const base::Instant last_failed = std::exchange(attempts.last_failed, now);
  if (++attempts.failed < kMaxAttempts) return false;
  if (last_served_ > attempts.suspected.value_or(last_failed)) return true;
  attempts.suspected = now;
  attempts.failed = 0;
  ill_purpose_ = purpose;
  breaker_.Trip(now);
  return false;
}

base::Status TargetHealth::GaveUp(const directory::Reply& reply) const {
  if (!breaker_.GaveUp(clock_.Now())) return {};
  const std::string& words = reply.words.message;
  return base::Error{base::ErrorCode::kLimit, "the target has been failing for 30 minutes (" +
                                                  (words.empty() ? WordsOf(reply) : words) + ")"};
}

// By the target's own clock; 0 when it says nothing of use.
base::Duration TargetHealth::AskedPause(const directory::Reply& reply) const {
  const auto offset = std::chrono::duration_cast<base::WallTime::duration>(server_clock_offset_);
  return pace::ParseRetryAfter(reply.retry_after, clock_.WallNow() + offset)
      .value_or(base::Duration(0));
}

void TargetHealth::PauseUntil(base::Instant until, Brake why) {
  ExcuseIllness(clock_.Now(), until);
  if (until <= pause_until_) return;
  pause_until_ = until;
  pause_for_ = why;
}

// No moment twice, whoever asks for the pause.
void TargetHealth::ExcuseIllness(base::Instant from, base::Instant until) {
  from = std::max(from, excused_until_);
  if (until <= from) return;
  breaker_.Excuse(until - from);
  excused_until_ = until;
}

void TargetHealth::NoteFailure(const Purpose& purpose) {
  const bool was_open = breaker_.open();
  breaker_.Failed(clock_.Now());
  if (breaker_.open() && !was_open) ill_purpose_ = purpose;
}

}  // namespace rehome::dispatch
