#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Brake LongestOf(const DispatchStage& stage) {
  const auto times = stage.counters.brakes.Copy().Until(stage.clock.Now());
  return static_cast<Brake>(std::max_element(times.begin(), times.end()) - times.begin());
}

struct Paced {
  const char* name;
  PaceSettings pace;
  Brake brake;
};

const Paced kPaced[] = {
    {"writes",
     {.user_writes_per_10s = 100, .user_reads_per_10s = 0, .all_per_60s = 0},
     Brake::kWriteQuota},
    {"all",
     {.user_writes_per_10s = 0, .user_reads_per_10s = 0, .all_per_60s = 300},
     Brake::kTotalQuota},
    {"the lower one",
     {.user_writes_per_10s = 100, .user_reads_per_10s = 0, .all_per_60s = 300},
     Brake::kTotalQuota},
    {"the delay",
     {.user_writes_per_10s = 450,
      .user_reads_per_10s = 0,
      .all_per_60s = 0,
      .min_delay = milliseconds(200)},
     Brake::kMinDelay},
    {"nothing of ours", NoPace(), Brake::kAnswers},
};

TEST(SenderBrakes, NameWhatSetsThePace) {
  for (const Paced& one : kPaced) {
    SCOPED_TRACE(one.name);
    DispatchSettings settings;
    settings.pace = one.pace;
    DispatchStage stage(settings);
    SubmitRows(stage, 1, 200);
    stage.Run();
    EXPECT_EQ(LongestOf(stage), one.brake);
  }
}

TEST(SenderBrakes, NameTheQuotaOfReads) {
  DispatchSettings settings;
  settings.pace = {.user_writes_per_10s = 0, .user_reads_per_10s = 50, .all_per_60s = 0};
  settings.refusals_before_looking_first = 0;
  DispatchStage stage(settings);
  SubmitRows(stage, 1, 100);
  stage.Run();
  EXPECT_EQ(LongestOf(stage), Brake::kReadQuota);
}

TEST(SenderBrakes, TellUntilWhenAPauseLasts) {
  DispatchStage stage;
  Reach(stage);
  stage.target.retry_after = "30";
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRateLimited);
  SubmitRows(stage, 1, 10);
  stage.RunFor(seconds(3));
  const BrakeTimes times = stage.counters.brakes.Copy();
  EXPECT_EQ(times.now, Brake::kLimited);
  ASSERT_TRUE(times.until);
  EXPECT_GE(*times.until - stage.clock.Now(), seconds(27));
  EXPECT_LE(*times.until - stage.clock.Now(), seconds(29));
  stage.Run();
  EXPECT_NE(stage.counters.brakes.Copy().now, Brake::kLimited);
}

TEST(SenderBrakes, TellThatTheTargetIsIllAndWhenItIsAskedAgain) {
  DispatchStage stage;
  Reach(stage);
  stage.target.fault = [](const http::Request&) { return Fault::k500Before; };
  SubmitRows(stage, 1, 30);
  stage.RunFor(seconds(120));
  const BrakeTimes times = stage.counters.brakes.Copy();
  EXPECT_EQ(times.now, Brake::kIll);
  ASSERT_TRUE(times.until);
  EXPECT_GT(*times.until, stage.clock.Now());
  // What is in flight at the end is nobody's.
  stage.target.fault = {};
  stage.Run();
}

TEST(SenderBrakes, TellThatALookWaits) {
  DispatchStage stage;
  Reach(stage);
  stage.target.lag = seconds(20);
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kResetAfter);
  SubmitRows(stage, 1, 1);
  stage.RunFor(seconds(12));
  const BrakeTimes times = stage.counters.brakes.Copy();
  EXPECT_EQ(times.now, Brake::kBackoff);
  ASSERT_TRUE(times.until);
  stage.Run();
}

TEST(SenderBrakes, TellThatWritesWaitForTheLock) {
  DispatchSettings settings = DispatchStage::Unhurried();
  bool hold = true;
  settings.hold_writes = [&hold] { return hold; };
  DispatchStage stage(settings);
  SubmitRows(stage, 1, 3);
  stage.RunFor(seconds(2));
  EXPECT_EQ(stage.counters.brakes.Copy().now, Brake::kLock);
  hold = false;
  stage.Run();
  EXPECT_EQ(stage.target.users.size(), 3U);
}

}  // namespace
}  // namespace rehome::dispatch
