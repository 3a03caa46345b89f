#include "pace/quota_window.h"

#include <algorithm>
#include <chrono>

#include "base/check.h"

namespace rehome::pace {
namespace {

// Clocks that differ a little in speed, timers that are cut off: 1/1000 is 10 ms of 10 s. More
// would cost rate, less would rely on two machines measuring alike.
constexpr std::int64_t kGuardDivisor = 1000;

// A burst of 4 % of the limit makes good for a loop that was late by up to 4 % of the window (0.4 s
// of 10 s) without losing rate. Larger: a bucket of 5 % runs dry when delays on the way bunch what
// left evenly. Smaller: a slow commit or a late timer costs throughput.
constexpr double kBurstShare = 0.04;
// Of the time between two events, where 4 % of the limit is not even two: without it every late
// timer would cost rate.
constexpr double kLeastTolerance = 0.5;

// How long an event is remembered after its window: answers to what left within it still ask what
// was counted then. A late answer to a question that nobody asks any more costs nothing.
constexpr base::Duration kRemembered = std::chrono::seconds(5);

// Of a window, for what is only counted. More: a limit that is set holds back less of what it need
// not, for some more bytes.
constexpr int kSlots = 16;

}  // namespace

QuotaWindow::QuotaWindow(std::int64_t limit, base::Duration window)
    : window_(window + window / kGuardDivisor) {
  SetLimit(limit);
}

void QuotaWindow::SetLimit(std::int64_t limit) {
  limit_ = std::max<std::int64_t>(limit, 0);
  if (limit_ > 0 && !slots_.empty()) RememberSlots();
}

// Millions in a window may come without a limit: they are only counted.
void QuotaWindow::CountWithoutLimit(base::Instant now) {
  if (slots_.empty() || now > slots_.back().end) {
    slots_.push_back({.end = now + window_ / kSlots});
    while (slots_.front().end + window_ + kRemembered <= now) slots_.pop_front();
  }
  ++slots_.back().events;
  last_in_slots_ = now;
}

// As events at the end of their slots, the latest ones: more than the limit hold back nothing more.
void QuotaWindow::RememberSlots() {
  std::int64_t left = limit_;
  for (auto slot = slots_.rbegin(); slot != slots_.rend() && left > 0; ++slot) {
    const std::int64_t count = std::min(slot->events, left);
    const base::Instant at = std::min(slot->end, last_in_slots_);
    left -= count;
    events_.insert(events_.end(), static_cast<std::size_t>(count),
                   {.ticket = {.admitted = at}, .answered = at});
  }
  slots_.clear();
  std::stable_sort(events_.begin(), events_.end(),
                   [](const Event& a, const Event& b) { return a.answered < b.answered; });
}

base::Duration QuotaWindow::Tolerance() const {
  const double events = std::max(kBurstShare * static_cast<double>(limit_) - 1, kLeastTolerance);
  return base::Duration(
      static_cast<base::Duration::rep>(events * static_cast<double>(Spacing().count())));
}

base::Instant QuotaWindow::NextAdmission(base::Instant now) const {
  if (limit_ <= 0) return now;
  return std::max({now, theoretical_arrival_ - Tolerance(), WhenAtMost(limit_ - 1)});
}

base::Instant QuotaWindow::WhenAtMost(std::int64_t count) const {
  const auto kept = static_cast<std::size_t>(std::max<std::int64_t>(count, 0));
  if (events_.size() <= kept) return {};
  return events_[events_.size() - kept - 1].answered + window_ - way_;
}

QuotaWindow::Ticket QuotaWindow::Admit(base::Instant now) {
  if (limit_ <= 0) {
    CountWithoutLimit(now);
    return {};
  }
  CHECK(NextAdmission(now) <= now);
  // After a pause there is nothing to make good.
  const bool paused = now - theoretical_arrival_ > Tolerance();
  theoretical_arrival_ = paused ? now + Tolerance() : std::max(theoretical_arrival_, now);
  theoretical_arrival_ += Spacing();
  while (!events_.empty() && events_.front().answered + window_ + kRemembered <= now) {
    events_.pop_front();
  }
  const Ticket ticket{.admitted = now, .number = ++admitted_};
  events_.push_back({.ticket = ticket, .answered = now});
  return ticket;
}

// Of those without an answer: they stand where they were admitted.
std::deque<QuotaWindow::Event>::iterator QuotaWindow::Find(const Ticket& ticket) {
  auto at = std::lower_bound(
      events_.begin(), events_.end(), ticket.admitted,
      [](const Event& event, base::Instant wanted) { return event.answered < wanted; });
  for (; at != events_.end() && at->answered == ticket.admitted; ++at) {
    if (at->ticket.number == ticket.number) return at;
  }
  return events_.end();
}

void QuotaWindow::Answered(const Ticket& ticket, base::Instant when) {
  const auto at = Find(ticket);
  if (at == events_.end() || when <= at->answered) return;
  at->answered = when;
  const auto place = std::upper_bound(
      at + 1, events_.end(), when,
      [](base::Instant wanted, const Event& event) { return wanted < event.answered; });
  std::rotate(at, at + 1, place);
}

void QuotaWindow::Uncount(const Ticket& ticket) {
  const auto at = Find(ticket);
  if (at != events_.end()) events_.erase(at);
}

std::int64_t QuotaWindow::CountedBefore(base::Instant end) const {
  const base::Instant begin = end - window_ + way_;
  return std::count_if(events_.begin(), events_.end(), [&](const Event& event) {
    return event.answered > begin && event.ticket.admitted <= end;
  });
}

}  // namespace rehome::pace
