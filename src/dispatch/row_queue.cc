#include "dispatch/row_queue.h"

#include <algorithm>
#include <utility>

namespace rehome::dispatch {

void RowQueue::Expect(std::int64_t row) {
  base::MutexLock lock(mutex_);
  expected_.push_back(row);
}

void RowQueue::Add(Entry entry) {
  const std::int64_t row = entry.job->plan.position.row;
  here_.emplace(row, std::move(entry));
}

std::optional<RowQueue::Entry> RowQueue::Take() {
  if (here_.empty()) return std::nullopt;
  auto next = here_.begin();
  {
    base::MutexLock lock(mutex_);
    if (!expected_.empty()) {
      next = here_.find(expected_.front());
      if (next == here_.end()) return std::nullopt;
      expected_.pop_front();
    }
  }
  Entry entry = std::move(next->second);
  here_.erase(next);
  return entry;
}

std::optional<RowQueue::Entry> RowQueue::TakeAny() {
  if (here_.empty()) return std::nullopt;
  const auto next = here_.begin();
  {
    base::MutexLock lock(mutex_);
    std::erase(expected_, next->first);
  }
  Entry entry = std::move(next->second);
  here_.erase(next);
  return entry;
}

bool RowQueue::ready() const {
  if (here_.empty()) return false;
  base::MutexLock lock(mutex_);
  return expected_.empty() || here_.contains(expected_.front());
}

}  // namespace rehome::dispatch
