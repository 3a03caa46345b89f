#include <gtest/gtest.h>

#include <chrono>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::TimelineBucket;
using model::Wait;
using std::chrono::milliseconds;
using std::chrono::seconds;

TimelineBucket SumOf(const DispatchStage& stage) {
  TimelineBucket sum;
  const model::Timeline timeline = stage.counters.timeline.Copy();
  for (const TimelineBucket& bucket : timeline.buckets()) {
    sum.writes += bucket.writes;
    sum.reads += bucket.reads;
    sum.rate_limited += bucket.rate_limited;
    sum.troubles += bucket.troubles;
    for (std::size_t i = 0; i < model::kWaitCount; ++i) sum.waits[i] += bucket.waits[i];
    for (std::size_t i = 0; i < model::kLatencyClasses; ++i) sum.latency[i] += bucket.latency[i];
  }
  return sum;
}

base::Duration WaitOf(const TimelineBucket& sum, Wait wait) {
  return sum.waits[static_cast<std::size_t>(wait)];
}

TEST(SenderTimeline, CountsEachAnsweredWriteOnceWithItsLatency) {
  DispatchStage stage;
  SubmitRows(stage, 1, 40);
  stage.Run();
  const TimelineBucket sum = SumOf(stage);
  EXPECT_EQ(sum.writes, 40);
  EXPECT_EQ(sum.rate_limited, 0);
  std::int64_t timed = 0;
  for (const std::uint32_t count : sum.latency) timed += count;
  EXPECT_EQ(timed, sum.writes + sum.reads);
  EXPECT_EQ(sum.latency[model::LatencyClassOf(stage.target.latency)], timed);
}

TEST(SenderTimeline, TellsAPauseOf429sFromTheQuota) {
  DispatchStage stage;
  Reach(stage);
  stage.target.retry_after = "30";
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRateLimited);
  SubmitRows(stage, 1, 10);
  stage.Run();
  const TimelineBucket sum = SumOf(stage);
  EXPECT_EQ(sum.rate_limited, 1);
  EXPECT_GE(WaitOf(sum, Wait::kPause), seconds(29));
  EXPECT_LE(WaitOf(sum, Wait::kPause), seconds(32));
  EXPECT_LT(WaitOf(sum, Wait::kQuota), seconds(1));
}

TEST(SenderTimeline, NotesALongPauseWhileItLasts) {
  DispatchStage stage;
  Reach(stage);
  stage.target.retry_after = "60";
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRateLimited);
  SubmitRows(stage, 1, 10);
  stage.RunFor(seconds(30));
  EXPECT_GE(WaitOf(SumOf(stage), Wait::kPause), seconds(27));
  stage.Run();
}

TEST(SenderTimeline, TellsThatItsOwnQuotaHeldItBack) {
  DispatchSettings settings;
  settings.pace = PaceForRate(10);
  DispatchStage stage(settings);
  SubmitRows(stage, 1, 200);
  stage.Run();
  const TimelineBucket sum = SumOf(stage);
  EXPECT_GE(WaitOf(sum, Wait::kQuota), seconds(17));
  EXPECT_LE(WaitOf(sum, Wait::kQuota), seconds(21));
  EXPECT_EQ(WaitOf(sum, Wait::kPause), base::Duration(0));
}

TEST(SenderTimeline, CountsTroubleAndTheWaitForAnotherTry) {
  DispatchStage stage;
  Reach(stage);
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kResetBefore);
  SubmitRows(stage, 1, 1);
  stage.Run();
  const TimelineBucket sum = SumOf(stage);
  EXPECT_EQ(sum.troubles, 1);
  EXPECT_GE(WaitOf(sum, Wait::kBackoff), milliseconds(400));
}

TEST(SenderTimeline, GoesOnFromWhatAnEarlierIncarnationRecorded) {
  DispatchStage stage;
  model::Timeline earlier;
  earlier.At(base::WallTime(seconds(1000))).writes = 7;
  stage.counters.timeline.GoOnFrom(earlier, {.user_writes_per_10s = 450});
  SubmitRows(stage, 1, 3);
  stage.Run();
  EXPECT_EQ(SumOf(stage).writes, 10);
  const model::Timeline timeline = stage.counters.timeline.Copy();
  EXPECT_EQ(timeline.buckets().front().start_ms, 1'000'000);
  EXPECT_EQ(timeline.limits.user_writes_per_10s, 450);
}

}  // namespace
}  // namespace rehome::dispatch
