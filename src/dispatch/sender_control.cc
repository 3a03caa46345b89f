// What holds requests back for a reason of our own.

#include <utility>

#include "dispatch/sender.h"

namespace rehome::dispatch {

void Sender::Pause() {
  if (!paused()) paused_since_ = clock_.Now();
}

void Sender::Resume() {
  if (!paused()) return;
  const base::Duration lasted = clock_.Now() - *std::exchange(paused_since_, std::nullopt);
  health_.Excuse(lasted);
  for (auto& queue : queues_) {
    for (const ItemPtr& item : queue) {
      if (item->limited.times > 0) item->limited.first += lasted;
    }
  }
}

void Sender::SetPace(const PaceSettings& pace) { quotas_.SetPace(pace, clock_.Now()); }

std::size_t Sender::queued() const {
  std::size_t count = 0;
  for (const auto& queue : queues_) count += queue.size();
  return count;
}

bool Sender::MustHold() const { return settings_.hold_writes && settings_.hold_writes(); }

bool Sender::MayWrite(Item& item) {
  item.held = MustHold() || paused();
  if (item.held) return false;
  const base::Status allowed = settings_.before_write ? settings_.before_write() : base::Status();
  EndRunUnless(allowed);
  return allowed.ok();
}

// Nothing left, and the target had no part in it.
void Sender::Hold(const ItemPtr& item) {
  --item->sends;
  counters_.requests[Counters::At(item->purpose.phase)].fetch_sub(1, std::memory_order_relaxed);
  if (stopped_) {
    Finish(item, Answer::Fate::kStopped, {});
    return;
  }
  QueueOf(item->lane).push_front(item);
}

}  // namespace rehome::dispatch
