// When rows are started, and how many are under way.

#include <memory>
#include <utility>

#include "dispatch/dispatcher.h"

namespace rehome::dispatch {
namespace {

using Bound = pace::RowsInFlight::Look::Bound;

// What a brake says of how many rows should be under way. Commits are shared: with more rows each
// serves more of them, as the target does.
Bound BoundOf(Brake brake) {
  switch (brake) {
    case Brake::kMachine:
    case Brake::kJournal:
    case Brake::kAnswers:
      return Bound::kAnswers;
    case Brake::kWriteQuota:
    case Brake::kReadQuota:
    case Brake::kTotalQuota:
    case Brake::kMinDelay:
      return Bound::kQuota;
    case Brake::kLimited:
    case Brake::kExcused:
    case Brake::kUnreached:
    case Brake::kIll:
    case Brake::kLock:
    case Brake::kBackoff:
    case Brake::kPaused:
      break;
  }
  return Bound::kOther;
}

}  // namespace

void Dispatcher::SubmitRow(RowJobPtr job, RowDone done) {
  ++open_;
  waiting_.Add({.job = std::move(job), .done = std::move(done)});
}

void Dispatcher::SetRowsInFlight(std::optional<int> rows) {
  useful_.reset();
  if (!rows) useful_.emplace();
  allowed_ = rows.value_or(pace::RowsInFlight::kFirst);
  context_.counters.rows_allowed.store(allowed_, std::memory_order_relaxed);
}

void Dispatcher::SetPace(const PaceSettings& pace) {
  sender_.SetPace(pace);
  context_.counters.timeline.SetLimits({.user_writes_per_10s = pace.user_writes_per_10s,
                                        .user_reads_per_10s = pace.user_reads_per_10s,
                                        .all_per_60s = pace.all_per_60s});
}

void Dispatcher::Poll(base::Instant now) {
  StartRows();
  sender_.Poll(now);
  LookAtRows(now);
}

std::optional<base::Instant> Dispatcher::NextDeadline() const {
  if (MayStartRow()) return context_.clock.Now();
  return sender_.NextDeadline();
}

bool Dispatcher::MayStartRow() const {
  if (sender_.stopped()) return !waiting_.empty();
  return under_way_ < allowed_ && waiting_.ready();
}

void Dispatcher::StartRows() {
  while (sender_.stopped() && !waiting_.empty()) StartRow(*waiting_.TakeAny());
  while (under_way_ < allowed_) {
    auto entry = waiting_.Take();
    if (!entry) return;
    StartRow(*std::move(entry));
  }
}

// A row that is not to be sent has its verdict already, and takes nobody's place.
void Dispatcher::StartRow(RowQueue::Entry entry) {
  const int place = entry.job->verdict ? 0 : 1;
  under_way_ += place;
  context_.counters.rows_in_flight.store(under_way_, std::memory_order_relaxed);
  auto finish = [this, place, done = std::move(entry.done)](RowJobPtr finished) {
    --open_;
    under_way_ -= place;
    rows_done_ += place;
    context_.counters.rows_in_flight.store(under_way_, std::memory_order_relaxed);
    context_.row_order.Leave(finished->plan.lead_row, finished->plan.position.row);
    CountRow(*finished);
    done(std::move(finished));
  };
  std::make_shared<RowTask>(context_, flights_, std::move(entry.job), std::move(finish))->Start();
}

void Dispatcher::LookAtRows(base::Instant now) {
  const bool idle = under_way_ == 0 && waiting_.empty();
  if (!useful_ || idle) return;
  useful_->Note(now, {.bound = BoundOf(sender_.brake()),
                      .rows_wait = !waiting_.empty(),
                      .rows_done = rows_done_,
                      .queued = static_cast<std::int64_t>(sender_.queued())});
  allowed_ = useful_->allowed();
  context_.counters.rows_allowed.store(allowed_, std::memory_order_relaxed);
}

}  // namespace rehome::dispatch
