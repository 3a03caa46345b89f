#include "pace/quota_window.h"

#include <algorithm>

#include "base/check.h"

namespace rehome::pace {
namespace {

// Requests that leave evenly arrive unevenly: one that is quick may land in the period of those
// before it. 1/400 (25 ms of 10 s) covers the usual jitter of a network; more would cost rate
// (this costs 0.25 %), less would let a target that counts exactly answer 429.
constexpr std::int64_t kGuardDivisor = 400;

// A burst of 1/25 of the limit makes good for a loop that was late by up to 1/25 of the window
// (0.4 s of 10 s) without losing rate. Larger: that much of each window passes idle after a cold
// start, and the target meets bunches. Smaller: a slow commit or a late timer costs throughput.
constexpr std::int64_t kBurstDivisor = 25;
constexpr std::int64_t kLeastBurst = 4;

}  // namespace

QuotaWindow::QuotaWindow(std::int64_t limit, base::Duration window)
    : limit_(limit), window_(window + window / kGuardDivisor) {
  if (limit_ > 0) spacing_ = window_ / limit_;
}

std::int64_t QuotaWindow::Burst() const { return std::max(kLeastBurst, limit_ / kBurstDivisor); }

base::Instant QuotaWindow::NextAdmission(base::Instant now) const {
  if (limit_ <= 0) return now;
  const base::Instant spread = theoretical_arrival_ - spacing_ * (Burst() - 1);
  const bool full = admitted_.size() == static_cast<std::size_t>(limit_);
  const base::Instant bounded = full ? admitted_.front() + window_ : now;
  return std::max({now, spread, bounded});
}

void QuotaWindow::Admit(base::Instant now) {
  if (limit_ <= 0) return;
  CHECK(NextAdmission(now) <= now);
  theoretical_arrival_ = std::max(theoretical_arrival_, now) + spacing_;
  if (admitted_.size() == static_cast<std::size_t>(limit_)) admitted_.pop_front();
  admitted_.push_back(now);
}

}  // namespace rehome::pace
