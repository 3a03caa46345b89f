#include "pace/quota_model.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace rehome::pace {
namespace {

// Of the limit, counted at the first refusal: less says that it is not this quota, or a slip.
constexpr std::int64_t kLeastShareCounted = 4;
// The most that refusals in a row may take away, as a divisor. A storm of refusals that has nothing
// to do with the quota must not cost many windows of climbing afterwards; a target that allows even
// less says so again once it has served something.
constexpr std::int64_t kMostTakenAway = 4;

// Windows from a refusal to the next climb, and how often a climb doubles the limit in a window.
// Sooner: more refusals while the limit stays low. Later: time is lost when it is back.
constexpr double kWindowsToClimb = 2.9;
constexpr double kSteepness = 1.6;
// So many climbs may fail before the next ones come later and later, by half each time.
constexpr int kPatientClimbs = 8;
constexpr double kLater = 1.5;
// A limit that was low for hours is tried at least so often.
constexpr base::Duration kLongestWait = std::chrono::minutes(5);
// What is left after a refusal that comes within half a window of another one, though something was
// served between: a bucket of tokens, which counts no windows, says no more. Less: the limit is
// undershot by more. More: more refusals until it is reached.
constexpr double kAgain = 0.7;

// Where a quota that was refused is tried again: when so much of what was counted is left in the
// window. Closer together: more refusals until one is served. Farther apart: time is lost.
constexpr double kTryFirst = 0.9;
constexpr double kTryNext = 0.65;

std::int64_t Share(std::int64_t count, double share) {
  return static_cast<std::int64_t>(std::llround(static_cast<double>(count) * share));
}

}  // namespace

QuotaModel::QuotaModel(std::int64_t bound, base::Duration window)
    : bound_(std::max<std::int64_t>(bound, 0)), window_(window), limit_(bound_) {}

std::int64_t QuotaModel::limit(base::Instant now) const {
  if (!IsClimbing(now)) return limit_;
  const double windows =
      static_cast<double>((now - climb_from_).count()) / static_cast<double>(window_.count());
  const double grown =
      static_cast<double>(limit_) * std::exp2(std::min(kSteepness * windows * windows, 60.0));
  if (grown >= static_cast<double>(bound_)) return bound_;
  return static_cast<std::int64_t>(grown);
}

void QuotaModel::SetBound(std::int64_t bound, base::Instant now) {
  const bool was_lowered = lowered();
  const std::int64_t believed = limit(now);
  bound_ = std::max<std::int64_t>(bound, 0);
  limit_ = was_lowered ? std::min(believed, bound_) : bound_;
  if (lowered()) WaitForClimb(now);
}

void QuotaModel::WaitForClimb(base::Instant now) {
  const int late = std::max(failed_climbs_ - kPatientClimbs, 0);
  const double windows = kWindowsToClimb * std::pow(kLater, std::min(late, 20));
  const double longest = static_cast<double>(std::max(kLongestWait, 2 * window_).count());
  const double wait = std::min(static_cast<double>(window_.count()) * windows, longest);
  climb_from_ = now + base::Duration(static_cast<base::Duration::rep>(wait));
}

void QuotaModel::Refused(std::int64_t counted, base::Instant now) {
  if (bound_ <= 0) return;
  const std::int64_t believed = limit(now);
  if (refused_in_a_row_++ > 0) {
    const std::int64_t least = limit_before_ / kMostTakenAway;
    LowerTo(std::min(limit_, std::max(counted, least)), now);
    return;
  }
  const std::int64_t at_most = std::min(counted, believed);
  const bool climbed = IsClimbing(now) && believed > limit_;
  const bool again = now - first_refused_ < window_ / 2;
  refused_climb_ = climbed;
  first_counted_ = counted;
  limit_before_ = believed;
  if (climbed) {
    const bool nearer = ++failed_climbs_ % 2 == 0;
    LowerTo(std::min(at_most, nearer ? (limit_ + 2 * at_most) / 3 : limit_), now);
    return;
  }
  first_refused_ = now;
  if (counted * kLeastShareCounted < believed) return;
  LowerTo(again ? std::min(at_most, Share(believed, kAgain)) : at_most, now);
}

void QuotaModel::LowerTo(std::int64_t limit, base::Instant now) {
  limit_ = std::max<std::int64_t>(limit, 1);
  WaitForClimb(now);
}

void QuotaModel::Served(base::Instant now) {
  refused_in_a_row_ = 0;
  if (!lowered()) return;
  const std::int64_t believed = limit(now);
  if (believed < bound_) return;
  limit_ = bound_;
  failed_climbs_ = 0;
}

void QuotaModel::Acquit() {
  if (refused_in_a_row_ == 0) return;
  refused_in_a_row_ = 0;
  limit_ = std::max(limit_, limit_before_);
}

std::optional<std::int64_t> QuotaModel::TryAt() const {
  if (refused_in_a_row_ == 0) return std::nullopt;
  // A climb falls back to what was allowed before, and a refusal far from the limit is a slip.
  const bool plain = first_counted_ * 2 < limit_before_ || refused_climb_;
  const int tries = plain ? refused_in_a_row_ - 2 : refused_in_a_row_ - 1;
  if (tries < 0) return first_counted_;
  return Share(first_counted_, kTryFirst * std::pow(kTryNext, tries));
}

}  // namespace rehome::pace
