#include "pipeline/row_returns.h"

#include <algorithm>
#include <chrono>

namespace rehome::pipeline {
namespace {

// Short beside the quickest answer of a real target, long beside the spinning of a worker.
constexpr base::Duration kHold = std::chrono::milliseconds(1);

}  // namespace

void RowReturns::Add(dispatch::RowJobPtr job, Done done) {
  if (rows_.empty()) due_ = clock_.Now() + kHold;
  rows_.emplace_back(std::move(job), std::move(done));
  if (rows_.size() >= enough_) due_ = clock_.Now();
}

void RowReturns::Poll(base::Instant now) {
  driver_.Poll(now);
  if (rows_.empty() || due_ > now) return;
  const std::vector<std::pair<dispatch::RowJobPtr, Done>> rows = std::exchange(rows_, {});
  for (const auto& [job, done] : rows) done(job);
}

std::optional<base::Instant> RowReturns::NextDeadline() const {
  const std::optional<base::Instant> next = driver_.NextDeadline();
  if (rows_.empty()) return next;
  return next ? std::min(*next, due_) : due_;
}

}  // namespace rehome::pipeline
