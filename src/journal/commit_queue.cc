#include "journal/commit_queue.h"

#include <utility>

namespace rehome::journal {

std::optional<Work> CommitQueue::Push(Work work) {
  const base::MutexLock lock(mutex_);
  if (closed_) return work;
  const bool was_empty = queue_.empty();
  const bool was_below = records_ < kEnoughRecords;
  const bool is_query = static_cast<bool>(work.query);
  records_ += work.records.size();
  if (is_query) ++queries_;
  queue_.push_back(std::move(work));
  // The thread that gathers is not woken for each record, only when it has to stop.
  if (was_empty || is_query || (was_below && records_ >= kEnoughRecords)) changed_.NotifyOne();
  return std::nullopt;
}

void CommitQueue::Gather() {
  for (int slice = 0; slice < kSlices; ++slice) {
    if (closed_ || queries_ > 0 || records_ >= kEnoughRecords) return;
    const std::size_t before = queue_.size();
    changed_.WaitFor(mutex_, slice_);
    if (queue_.size() == before) return;
  }
}

std::vector<Work> CommitQueue::Take() {
  const base::MutexLock lock(mutex_);
  while (queue_.empty() && !closed_) changed_.Wait(mutex_);
  Gather();
  std::vector<Work> group;
  std::size_t records = 0;
  while (!queue_.empty() && records < kMostRecords) {
    Work& next = queue_.front();
    const bool is_query = static_cast<bool>(next.query);
    if (is_query && !group.empty()) break;
    records += next.records.size();
    group.push_back(std::move(next));
    queue_.pop_front();
    if (!is_query) continue;
    --queries_;
    break;
  }
  records_ -= records;
  return group;
}

void CommitQueue::Close() {
  const base::MutexLock lock(mutex_);
  closed_ = true;
  changed_.NotifyOne();
}

}  // namespace rehome::journal
