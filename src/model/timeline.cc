#include "model/timeline.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace rehome::model {
namespace {

constexpr std::int64_t kFirstBoundUs = 250;

const std::array<std::int64_t, kLatencyClasses>& Bounds() {
  static const std::array<std::int64_t, kLatencyClasses> bounds = [] {
    std::array<std::int64_t, kLatencyClasses> made{};
    for (std::size_t i = 0; i < made.size(); ++i) {
      const double octaves = static_cast<double>(i) / 2;
      made[i] = std::llround(static_cast<double>(kFirstBoundUs) * std::exp2(octaves));
    }
    return made;
  }();
  return bounds;
}

void AddTo(TimelineBucket& to, const TimelineBucket& more) {
  to.writes += more.writes;
  to.reads += more.reads;
  to.rate_limited += more.rate_limited;
  to.troubles += more.troubles;
  for (std::size_t i = 0; i < kWaitCount; ++i) to.waits[i] += more.waits[i];
  for (std::size_t i = 0; i < kLatencyClasses; ++i) to.latency[i] += more.latency[i];
}

std::int64_t StartOf(std::int64_t ms, std::int64_t width_ms) {
  const std::int64_t into = ms % width_ms;
  return ms - (into < 0 ? into + width_ms : into);
}

}  // namespace

std::int64_t LatencyBoundUs(std::size_t latency_class) { return Bounds()[latency_class]; }

std::size_t LatencyClassOf(base::Duration latency) {
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(latency).count();
  const auto& bounds = Bounds();
  const auto at = std::lower_bound(bounds.begin(), bounds.end() - 1, us);
  return static_cast<std::size_t>(at - bounds.begin());
}

Timeline Timeline::OfWidth(std::int64_t width_ms) {
  // A century in one bucket: a larger number is no width.
  constexpr std::int64_t kMostWidthMs = kLeastWidthMs << 32;
  Timeline timeline;
  while (timeline.width_ms_ < width_ms && timeline.width_ms_ < kMostWidthMs) {
    timeline.width_ms_ *= 2;
  }
  return timeline;
}

TimelineBucket& Timeline::At(base::WallTime time) {
  const std::int64_t ms = time.time_since_epoch().count();
  const std::int64_t start_ms = StartOf(ms, width_ms_);
  if (!buckets_.empty() && buckets_.back().start_ms == start_ms) return buckets_.back();
  TimelineBucket& bucket = BucketFrom(start_ms);
  if (buckets_.size() <= kMostBuckets) return bucket;
  while (buckets_.size() > kMostBuckets) Widen(width_ms_ * 2);
  return BucketFrom(StartOf(ms, width_ms_));
}

void Timeline::AddWait(Wait wait, base::WallTime from, base::Duration lasted) {
  while (lasted > base::Duration(0)) {
    TimelineBucket& bucket = At(from);
    const base::WallTime end(std::chrono::milliseconds(bucket.start_ms + width_ms_));
    const base::Duration here = std::min<base::Duration>(end - from, lasted);
    bucket.waits[static_cast<std::size_t>(wait)] += here;
    lasted -= here;
    from = end;
  }
}

// Widths are doubled only, so that a wider bucket holds whole narrower ones.
void Timeline::Widen(std::int64_t width_ms) {
  width_ms_ = width_ms;
  std::vector<TimelineBucket> wider;
  for (TimelineBucket& bucket : buckets_) {
    bucket.start_ms = StartOf(bucket.start_ms, width_ms_);
    if (!wider.empty() && wider.back().start_ms == bucket.start_ms) {
      AddTo(wider.back(), bucket);
    } else {
      wider.push_back(bucket);
    }
  }
  buckets_ = std::move(wider);
}

TimelineBucket& Timeline::BucketFrom(std::int64_t start_ms) {
  const auto at = std::lower_bound(
      buckets_.begin(), buckets_.end(), start_ms,
      [](const TimelineBucket& bucket, std::int64_t wanted) { return bucket.start_ms < wanted; });
  if (at != buckets_.end() && at->start_ms == start_ms) return *at;
  TimelineBucket bucket;
  bucket.start_ms = start_ms;
  return *buckets_.insert(at, bucket);
}

std::int64_t LatencyQuantileUs(const LatencyCounts& counts, double share) {
  std::int64_t all = 0;
  for (const std::uint32_t count : counts) all += count;
  const double wanted = share * static_cast<double>(all);
  double below = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto here = static_cast<double>(counts[i]);
    if (here == 0 || below + here < wanted) {
      below += here;
      continue;
    }
    const auto low = static_cast<double>(i == 0 ? 0 : LatencyBoundUs(i - 1));
    const auto high = static_cast<double>(LatencyBoundUs(i));
    return std::llround(low + (high - low) * (wanted - below) / here);
  }
  return 0;
}

}  // namespace rehome::model
