#include "cli/progress_meter.h"

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace rehome::cli {
namespace {

// Longer hides that a run has become slow; shorter has the time left jump with every row that waits
// for the target.
constexpr base::Duration kRateOver = std::chrono::seconds(30);
// What sets the pace may change at once; less would have the words flicker.
constexpr base::Duration kBrakeOver = std::chrono::seconds(3);
// Between two samples that are kept: some 60 of them at most.
constexpr base::Duration kSampleEvery = std::chrono::milliseconds(500);
constexpr base::Duration kLeastForRate = std::chrono::milliseconds(500);
// Below this and below 1 % of the phase, a forecast is a guess.
constexpr base::Duration kLeastForForecast = std::chrono::seconds(5);

double Seconds(base::Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

}  // namespace

void ProgressMeter::Note(base::Instant now, const PhaseCounts& counts,
                         const dispatch::BrakeTimes& brakes) {
  // The first one stands at the beginning of the phase, which was before the first look.
  if (samples_.empty()) {
    samples_.push_back({.at = now - counts.time, .worked = 0, .brakes = brakes.Until(now)});
  }
  const std::size_t size = samples_.size();
  const bool replaces = size > 2 && samples_[size - 1].at - samples_[size - 2].at < kSampleEvery;
  if (replaces) samples_.pop_back();
  samples_.push_back({.at = now, .worked = counts.worked, .brakes = brakes.Until(now)});
  while (samples_.size() > 2 && now - samples_[1].at >= kRateOver) samples_.pop_front();
  counts_ = counts;
  now_ = brakes.now;
}

std::optional<double> ProgressMeter::PerSecond() const {
  if (samples_.empty()) return std::nullopt;
  const base::Duration over = samples_.back().at - samples_.front().at;
  if (over <= kLeastForRate) return std::nullopt;
  const std::int64_t worked = samples_.back().worked - samples_.front().worked;
  return static_cast<double>(worked) / Seconds(over);
}

std::optional<base::Duration> ProgressMeter::Left() const {
  const auto rate = PerSecond();
  if (!rate || *rate <= 0 || counts_.done >= counts_.all) return std::nullopt;
  const bool one_percent = counts_.worked * 100 >= counts_.all;
  if (!one_percent && samples_.back().at - samples_.front().at < kLeastForForecast) {
    return std::nullopt;
  }
  const double seconds = static_cast<double>(counts_.all - counts_.done) / *rate;
  // Beyond a year it is none either, and must not overflow.
  if (seconds > 366.0 * 86400) return std::nullopt;
  return base::Duration(static_cast<std::int64_t>(seconds * 1e9));
}

dispatch::Brake ProgressMeter::Brake() const {
  if (samples_.empty() || LimitTextOf(now_, std::nullopt, "").waiting) return now_;
  const Sample& last = samples_.back();
  auto from = samples_.begin();
  while (from + 1 != samples_.end() && last.at - (from + 1)->at >= kBrakeOver) ++from;
  Times lately{};
  for (std::size_t i = 0; i < lately.size(); ++i) {
    const bool pause = LimitTextOf(static_cast<dispatch::Brake>(i), std::nullopt, "").waiting;
    if (!pause) lately[i] = last.brakes[i] - from->brakes[i];
  }
  const auto longest = std::max_element(lately.begin(), lately.end());
  return *longest > base::Duration(0) ? static_cast<dispatch::Brake>(longest - lately.begin())
                                      : now_;
}

}  // namespace rehome::cli
