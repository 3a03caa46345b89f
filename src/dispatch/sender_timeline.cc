// What the sender notes for people; nothing of it decides anything.

#include <algorithm>
#include <chrono>

#include "dispatch/sender.h"

namespace rehome::dispatch {
namespace {

// A longer wait than this is noted while it lasts. Less would only cost time; more makes a report
// of a living run look late.
constexpr base::Duration kNoteWaitEvery = std::chrono::seconds(1);

// As the timeline tells it.
std::optional<model::Wait> WaitOf(Brake brake) {
  switch (brake) {
    case Brake::kMachine:
    case Brake::kJournal:
    case Brake::kAnswers:
      return std::nullopt;
    case Brake::kWriteQuota:
    case Brake::kReadQuota:
    case Brake::kTotalQuota:
    case Brake::kMinDelay:
      return model::Wait::kQuota;
    case Brake::kLimited:
    case Brake::kExcused:
    case Brake::kUnreached:
    case Brake::kIll:
    case Brake::kLock:
    case Brake::kPaused:
      return model::Wait::kPause;
    case Brake::kBackoff:
      return model::Wait::kBackoff;
  }
  return std::nullopt;
}

}  // namespace

// After a Poll, when all that may leave has left.
Sender::Braking Sender::BrakingAt(base::Instant now) const {
  if (paused() && !stopped_) return {Brake::kPaused};
  std::optional<Lane> queued;
  for (const Lane lane : {Lane::kUserRead, Lane::kOther, Lane::kUserWrite}) {
    if (!queues_[static_cast<std::size_t>(lane)].empty()) queued = lane;
  }
  if (!queued) {
    if (out_ > 0) return {preparing_ * 2 > out_ ? Brake::kJournal : Brake::kAnswers};
    if (timers_.empty()) return {Brake::kMachine};
    return {Brake::kBackoff, timers_.begin()->first};
  }
  if (!health_.reached() && out_ > 0) return {Brake::kAnswers};
  if (MustHold()) return {Brake::kLock};
  const auto healthy = health_.NextAdmission(now);
  if (!healthy) return {health_.brake(), ProbeAdmission(now)};
  if (*healthy > now) return {health_.brake(), healthy};
  return QuotaAt(*queued, now);
}

// Of the client's own limits, the one that holds this lane back the longest.
Sender::Braking Sender::QuotaAt(Lane lane, base::Instant now) const {
  const auto hold = quotas_.HoldOf(lane, now);
  // With a delay the next request also waits for the one that is being prepared.
  const bool delayed =
      settings_.pace.min_delay.count() > 0 && (preparing_ > 0 || next_start_ > now);
  if (delayed && (!hold || next_start_ >= hold->until)) return {Brake::kMinDelay};
  if (!hold) return {Brake::kTotalQuota};
  // After a 429 one request at a time shows whether there is room again.
  if (hold->tried) {
    return hold->until > now ? Braking{Brake::kLimited, hold->until} : Braking{Brake::kLimited};
  }
  switch (hold->kind) {
    case QuotaKind::kUserWrites:
      return {Brake::kWriteQuota};
    case QuotaKind::kUserReads:
      return {Brake::kReadQuota};
    case QuotaKind::kAll:
      return {Brake::kTotalQuota};
  }
  return {Brake::kTotalQuota};
}

void Sender::NoteWait(base::Instant now) {
  const Braking braking = BrakingAt(now);
  if (braking != braking_) {
    braking_ = braking;
    counters_.brakes.Note(braking.brake, braking.until, now);
  }
  const std::optional<model::Wait> held_by = WaitOf(braking.brake);
  if (held_by == wait_ && (!wait_ || now - wait_since_ < kNoteWaitEvery)) return;
  if (wait_) {
    const base::Duration lasted = now - wait_since_;
    const auto rounded = std::chrono::duration_cast<std::chrono::milliseconds>(lasted);
    counters_.timeline.Waited(*wait_, clock_.WallNow() - rounded, lasted);
  }
  wait_ = held_by;
  wait_since_ = now;
}

// A timeline that is read meanwhile must know of a wait that has not ended.
std::optional<base::Instant> Sender::NextNote() const {
  if (!wait_) return std::nullopt;
  return wait_since_ + kNoteWaitEvery;
}

void Sender::NoteAnswer(const Item& item, directory::Meaning meaning) {
  const base::WallTime at = clock_.WallNow();
  if (meaning == directory::Meaning::kRateLimited) {
    counters_.timeline.RateLimited(at);
  } else if (meaning == directory::Meaning::kServerTrouble) {
    counters_.timeline.Trouble(at);
  } else {
    const auto kind = item.write ? LiveTimeline::Kind::kWrite : LiveTimeline::Kind::kRead;
    counters_.timeline.Answered(at, kind, clock_.Now() - item.started);
  }
}

}  // namespace rehome::dispatch
