// What the sender notes for people; nothing of it decides anything.

#include <algorithm>
#include <chrono>

#include "dispatch/sender.h"

namespace rehome::dispatch {
namespace {

// A longer wait than this is noted while it lasts. Less would only cost time; more makes a report
// of a living run look late.
constexpr base::Duration kNoteWaitEvery = std::chrono::seconds(1);

}  // namespace

// After a Poll, when all that may leave has left.
std::optional<model::Wait> Sender::HeldBackBy(base::Instant now) const {
  const bool queued =
      std::any_of(queues_.begin(), queues_.end(), [](const auto& queue) { return !queue.empty(); });
  if (!queued) {
    const bool only_timers = out_ == 0 && !timers_.empty();
    return only_timers ? std::optional(model::Wait::kBackoff) : std::nullopt;
  }
  if (!health_.reached() && out_ > 0) return std::nullopt;
  if (MustHold()) return model::Wait::kPause;
  const auto healthy = health_.NextAdmission(now);
  return !healthy || *healthy > now ? model::Wait::kPause : model::Wait::kQuota;
}

void Sender::NoteWait(base::Instant now) {
  const std::optional<model::Wait> held_by = HeldBackBy(now);
  if (held_by == wait_ && (!wait_ || now - wait_since_ < kNoteWaitEvery)) return;
  if (wait_) {
    const base::Duration lasted = now - wait_since_;
    const auto rounded = std::chrono::duration_cast<std::chrono::milliseconds>(lasted);
    counters_.timeline.Waited(*wait_, clock_.WallNow() - rounded, lasted);
  }
  wait_ = held_by;
  wait_since_ = now;
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
