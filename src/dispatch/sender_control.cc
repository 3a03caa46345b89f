// What somebody may change of a run that goes on.

#include <utility>

#include "dispatch/sender.h"

namespace rehome::dispatch {

void Sender::Pause() {
  if (!paused()) paused_since_ = clock_.Now();
}

void Sender::Resume() {
  CountPause();
  paused_since_.reset();
}

// Before each answer that comes in a pause, so that none is judged by the time that it has lasted.
void Sender::CountPause() {
  if (!paused()) return;
  const base::Instant now = clock_.Now();
  const base::Instant since = std::exchange(*paused_since_, now);
  health_.Excuse(since, now);
  paused_in_all_ += now - since;
}

// What was limited before a pause, or in it, and is again was not limited all the while.
void Sender::ExcusePauses(Item& item) {
  const base::Duration since = paused_in_all_ - std::exchange(item.pauses_seen, paused_in_all_);
  item.limited.first += since;
  item.limited.last += since;
}

void Sender::SetPace(const PaceSettings& pace) { quotas_.SetPace(pace, clock_.Now()); }

std::size_t Sender::queued() const {
  std::size_t count = 0;
  for (const auto& queue : queues_) count += queue.size();
  return count;
}

}  // namespace rehome::dispatch
