#include "pace/rows_in_flight.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace rehome::pace {
namespace {

// Shorter periods would take chance for a gain; longer ones find the right number later.
constexpr base::Duration kLeastPeriod = std::chrono::milliseconds(500);
// Rows that take longer than this are judged by what was done of them.
constexpr base::Duration kMostPeriod = std::chrono::seconds(60);
// Of what a step could gain at best, what it must: rows that wait for the target alone gain all of
// it, a busy target or machine gives none.
constexpr double kLeastGain = 0.2;
// Shares of a period from which on it was about one thing.
constexpr double kMostly = 0.9;
constexpr double kHalf = 0.5;
constexpr double kDisturbed = 0.1;
// The first step in vain is tried again after this long, the next ones after twice the time each:
// targets change, and a step costs little.
constexpr base::Duration kFirstHold = std::chrono::seconds(10);
constexpr base::Duration kLongestHold = std::chrono::minutes(5);
constexpr double kFirstStep = 2;
constexpr double kLaterStep = 1.25;
// What is left queueing for a quota: enough for a burst that a window allows, and for half a second
// of requests. More gains nothing and only holds memory.
constexpr double kLeastQueued = 32;
constexpr double kSecondsQueued = 0.5;

double Seconds(base::Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

void RowsInFlight::Note(base::Instant now, const Look& look) {
  if (!last_) {
    last_ = now;
    look_ = look;
    Begin(now);
    return;
  }
  Add(now - *last_);
  last_ = now;
  look_ = look;
  const base::Duration lasted = now - period_.began;
  const bool turned_over = look_.rows_done - period_.rows_before >= period_.rows_wanted;
  if ((lasted >= kLeastPeriod && turned_over) || lasted >= kMostPeriod) End(now);
}

// What was true at the last look was so until now.
void RowsInFlight::Add(base::Duration passed) {
  switch (look_.bound) {
    case Look::Bound::kAnswers:
      if (look_.rows_wait) period_.hungry += passed;
      break;
    case Look::Bound::kQuota:
      period_.on_quota += passed;
      period_.queued_seconds += static_cast<double>(look_.queued) * Seconds(passed);
      break;
    case Look::Bound::kOther:
      period_.other += passed;
      break;
  }
}

// It lasts for whole turns of the rows, since they may come in bunches: in a period of one turn and
// a half there would be one bunch or two.
void RowsInFlight::Begin(base::Instant now) {
  period_ = {};
  period_.began = now;
  period_.rows_before = look_.rows_done;
  const double turns = last_per_second_ * Seconds(kLeastPeriod) / static_cast<double>(allowed_);
  period_.rows_wanted = static_cast<std::int64_t>(std::max(1.0, std::ceil(turns))) * allowed_;
}

void RowsInFlight::End(base::Instant now) {
  const std::int64_t done = look_.rows_done - period_.rows_before;
  const double per_second = static_cast<double>(done) / Seconds(now - period_.began);
  if (settling_) {
    settling_ = false;
  } else {
    Judge(now, per_second);
  }
  last_per_second_ = per_second;
  Begin(now);
}

void RowsInFlight::Judge(base::Instant now, double per_second) {
  const double lasted = Seconds(now - period_.began);
  const auto share = [lasted](base::Duration part) { return Seconds(part) / lasted; };
  if (share(period_.other) > kDisturbed) {
    // It says nothing of the step, which is tried again.
    if (before_) allowed_ = before_->allowed;
    before_.reset();
    return;
  }
  if (before_) {
    const double could = static_cast<double>(allowed_) / before_->allowed - 1;
    const double gained = per_second / std::max(before_->per_second, 1e-9) - 1;
    if (gained < could * kLeastGain && share(period_.on_quota) < kHalf) {
      allowed_ = before_->allowed;
      hold_ = std::clamp(hold_ * 2, kFirstHold, kLongestHold);
      hold_until_ = now + hold_;
      step_ = kLaterStep;
      before_.reset();
      settling_ = true;
      return;
    }
    hold_ = base::Duration(0);
    before_.reset();
  }
  if (share(period_.on_quota) >= kHalf) {
    Shrink(period_.queued_seconds / lasted, per_second);
  } else if (share(period_.hungry) >= kMostly && now >= hold_until_) {
    Grow(per_second);
  }
}

void RowsInFlight::Grow(double per_second) {
  if (allowed_ >= kMost) return;
  before_ = Before{.allowed = allowed_, .per_second = per_second};
  const auto more = static_cast<int>(std::ceil(allowed_ * step_));
  allowed_ = std::min(more, kMost);
  settling_ = true;
}

void RowsInFlight::Shrink(double queued, double per_second) {
  const double enough = std::max(kLeastQueued, per_second * kSecondsQueued);
  if (queued <= enough * 1.5) return;
  const auto less = static_cast<int>((queued - enough) / 2);
  allowed_ = std::max(allowed_ - less, kFewest);
  step_ = kFirstStep;
  hold_ = base::Duration(0);
  hold_until_ = {};
  settling_ = true;
}

}  // namespace rehome::pace
