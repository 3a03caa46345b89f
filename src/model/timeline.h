#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace rehome::model {

/// How long answers took, counted in classes half an octave wide. Finer ones would cost bytes in
/// every summary; a factor of two would not tell 200 ms from 350.
inline constexpr std::size_t kLatencyClasses = 40;
using LatencyCounts = std::array<std::uint32_t, kLatencyClasses>;

/// The longest latency of a class in microseconds: 250, 354, 500, … up to some three minutes; the
/// last class takes whatever was longer.
std::int64_t LatencyBoundUs(std::size_t latency_class);
std::size_t LatencyClassOf(base::Duration latency);

/// Why nothing left although something was to be done.
enum class Wait {
  kQuota,    ///< the client's own limits held requests back
  kPause,    ///< the target had asked for a pause or failed, or it was unsure who holds its lock
  kBackoff,  ///< all that was left was waiting to be tried, or looked up, again
};
inline constexpr std::size_t kWaitCount = 3;

/// What happened in one stretch of time.
struct TimelineBucket {
  std::int64_t start_ms = 0;      ///< since 1970; a multiple of the width
  std::int64_t writes = 0;        ///< that were answered, by when their answer came
  std::int64_t reads = 0;         ///< the same
  std::int64_t rate_limited = 0;  ///< answers with 429; not among the ones above
  std::int64_t troubles = 0;      ///< 5xx and requests that left and had no answer; likewise
  std::array<base::Duration, kWaitCount> waits{};  ///< by Wait
  LatencyCounts latency{};                         ///< of `writes` and `reads`
  bool operator==(const TimelineBucket&) const = default;
};

/// The client's own limits while a timeline was recorded; 0 = none.
struct TimelineLimits {
  std::int64_t user_writes_per_10s = 0;
  std::int64_t user_reads_per_10s = 0;
  std::int64_t all_per_60s = 0;
  bool operator==(const TimelineLimits&) const = default;
};

/// A run over time, in buckets of one width: at most kMostBuckets, whatever its length, since
/// neighbours are put together when there are more. Stretches in which nothing happened have no
/// bucket, so a run that was resumed after days keeps its resolution. Times may go back.
class Timeline {
 public:
  /// More show nothing on a page that is some 900 dots wide; fewer hide a pause of a minute in an
  /// import of an hour.
  static constexpr std::size_t kMostBuckets = 240;
  static constexpr std::int64_t kLeastWidthMs = 1000;

  /// Empty; of this width, or the next that is a doubling of the least.
  static Timeline OfWidth(std::int64_t width_ms);

  /// The bucket of this moment; valid until the next call.
  TimelineBucket& At(base::WallTime time);
  /// Spreads a wait over the buckets that it lasted.
  void AddWait(Wait wait, base::WallTime from, base::Duration lasted);

  std::int64_t width_ms() const { return width_ms_; }
  /// By time.
  const std::vector<TimelineBucket>& buckets() const { return buckets_; }
  bool empty() const { return buckets_.empty(); }

  TimelineLimits limits;
  bool operator==(const Timeline&) const = default;

 private:
  void Widen(std::int64_t width_ms);
  TimelineBucket& BucketFrom(std::int64_t start_ms);

  std::int64_t width_ms_ = kLeastWidthMs;
  std::vector<TimelineBucket> buckets_;
};

/// The latency that `share` of the answers kept, in microseconds, from within its class by
/// proportion; 0 without answers.
std::int64_t LatencyQuantileUs(const LatencyCounts& counts, double share);

}  // namespace rehome::model
