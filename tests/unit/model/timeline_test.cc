#include "model/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace rehome::model {
namespace {

using base::WallTime;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t kDayMs = 86'400'000;

WallTime At(std::int64_t ms) { return WallTime(milliseconds(ms)); }

std::int64_t WritesOf(const Timeline& timeline) {
  std::int64_t writes = 0;
  for (const TimelineBucket& bucket : timeline.buckets()) writes += bucket.writes;
  return writes;
}

base::Duration WaitsOf(const Timeline& timeline, Wait wait) {
  base::Duration waits{0};
  for (const TimelineBucket& bucket : timeline.buckets()) {
    waits += bucket.waits[static_cast<std::size_t>(wait)];
  }
  return waits;
}

TEST(Timeline, KeepsEveryCountInFewBucketsHoweverLongTheRun) {
  Timeline timeline;
  for (std::int64_t ms = 0; ms < 10 * kDayMs; ms += 10'000) ++timeline.At(At(ms)).writes;
  EXPECT_LE(timeline.buckets().size(), Timeline::kMostBuckets);
  EXPECT_GT(timeline.buckets().size(), Timeline::kMostBuckets / 3);
  EXPECT_EQ(WritesOf(timeline), 10 * kDayMs / 10'000);
}

TEST(Timeline, KeepsASecondApartFromTheNextWhileThereIsRoom) {
  Timeline timeline;
  for (std::int64_t ms = 0; ms < 200'000; ms += 500) ++timeline.At(At(ms)).writes;
  EXPECT_EQ(timeline.width_ms(), 1000);
  ASSERT_EQ(timeline.buckets().size(), 200U);
  EXPECT_EQ(timeline.buckets()[7].start_ms, 7000);
  EXPECT_EQ(timeline.buckets()[7].writes, 2);
}

TEST(Timeline, SpendsNoBucketsOnTheDaysBetweenTwoIncarnations) {
  Timeline timeline;
  for (const std::int64_t day : {0, 3, 9}) {
    for (std::int64_t ms = 0; ms < 60'000; ms += 1000) ++timeline.At(At(day * kDayMs + ms)).writes;
  }
  EXPECT_EQ(timeline.width_ms(), 1000);
  EXPECT_EQ(timeline.buckets().size(), 180U);
}

TEST(Timeline, TakesTimesThatGoBack) {
  Timeline timeline;
  base::Random random(7);
  for (int i = 0; i < 5000; ++i) {
    ++timeline.At(At(static_cast<std::int64_t>(random.Below(3'600'000)))).writes;
  }
  EXPECT_EQ(WritesOf(timeline), 5000);
  EXPECT_TRUE(std::is_sorted(
      timeline.buckets().begin(), timeline.buckets().end(),
      [](const TimelineBucket& a, const TimelineBucket& b) { return a.start_ms < b.start_ms; }));
}

TEST(Timeline, SpreadsAWaitOverTheBucketsThatItLasted) {
  Timeline timeline;
  timeline.AddWait(Wait::kPause, At(1500), milliseconds(2000));
  ASSERT_EQ(timeline.buckets().size(), 3U);
  const auto pause = [&](std::size_t i) {
    return timeline.buckets()[i].waits[static_cast<std::size_t>(Wait::kPause)];
  };
  EXPECT_EQ(pause(0), milliseconds(500));
  EXPECT_EQ(pause(1), milliseconds(1000));
  EXPECT_EQ(pause(2), milliseconds(500));
}

TEST(Timeline, LosesNothingOfWaitsShorterThanAMillisecond) {
  Timeline timeline;
  for (int i = 0; i < 1000; ++i) {
    timeline.AddWait(Wait::kQuota, At(5000), std::chrono::microseconds(300));
  }
  EXPECT_EQ(WaitsOf(timeline, Wait::kQuota), milliseconds(300));
}

TEST(Timeline, KeepsAWaitThatIsLongerThanAllBuckets) {
  Timeline timeline;
  timeline.AddWait(Wait::kBackoff, At(0), std::chrono::hours(24));
  EXPECT_LE(timeline.buckets().size(), Timeline::kMostBuckets);
  EXPECT_EQ(WaitsOf(timeline, Wait::kBackoff), std::chrono::hours(24));
}

TEST(LatencyClass, HoldsWhatItsBoundsSay) {
  for (std::size_t i = 0; i + 1 < kLatencyClasses; ++i) {
    const std::chrono::microseconds bound(LatencyBoundUs(i));
    EXPECT_EQ(LatencyClassOf(bound), i);
    EXPECT_EQ(LatencyClassOf(bound + std::chrono::microseconds(1)), i + 1);
  }
  EXPECT_EQ(LatencyClassOf(base::Duration(0)), 0U);
  EXPECT_EQ(LatencyClassOf(std::chrono::hours(3)), kLatencyClasses - 1);
}

TEST(LatencyQuantile, IsWithinAClassOfTheTruth) {
  LatencyCounts counts{};
  for (int ms = 1; ms <= 1000; ++ms) ++counts[LatencyClassOf(milliseconds(ms))];
  for (const double share : {0.5, 0.95, 0.99}) {
    const double truth = share * 1'000'000;
    EXPECT_NEAR(static_cast<double>(LatencyQuantileUs(counts, share)), truth, truth * 0.05);
  }
  EXPECT_EQ(LatencyQuantileUs({}, 0.5), 0);
}

}  // namespace
}  // namespace rehome::model
