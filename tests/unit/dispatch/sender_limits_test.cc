#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct LimitedObject {
  const char* retry_after;
  PaceSettings pace;
};

TEST(SenderLimits, AnObjectThatIsLimitedWhileOthersAreServedFailsAlone) {
  const LimitedObject kObjects[] = {
      {"", NoPace()}, {"60", NoPace()}, {"", DocumentedPace(10)}, {"0", DocumentedPace(0)}};
  for (const LimitedObject& one : kObjects) {
    SCOPED_TRACE(one.retry_after);
    DispatchStage stage;
    stage.settings.pace = one.pace;
    stage.Restart();
    stage.target.retry_after = one.retry_after;
    const auto is_limited = [](const http::Request& request) {
      return request.body.Reveal().find("\"" + Email(2) + "\"") != std::string_view::npos;
    };
    stage.target.fault = [&](const http::Request& request) {
      return is_limited(request) ? Fault::kRateLimited : Fault::kNone;
    };
    for (std::int64_t row = 1; row <= 50; ++row) {
      stage.Submit(MakeRow(row, Email(row)));
      stage.RunFor(seconds(20));
    }
    stage.Run();
    EXPECT_FALSE(stage.dispatcher->failure().has_value());
    ASSERT_EQ(stage.came_back.size(), 50U);
    EXPECT_EQ(stage.target.users.size(), 49U);
    const model::Outcome limited = stage.journal.outcomes().at(2);
    EXPECT_EQ(limited.kind, OutcomeKind::kFailed);
    EXPECT_EQ(limited.reason, model::Reason::kRateLimited);
    EXPECT_EQ(limited.target.http_status, 429);
  }
}

// The first that is limited holds up the others twice at most, however many follow.
TEST(SenderLimits, AnObjectThatIsAlwaysLimitedHoldsUpNobody) {
  DispatchStage stage;
  stage.settings.pace = DocumentedPace(0);
  stage.Restart();
  Reach(stage);
  stage.target.fault = [&](const http::Request& request) {
    const bool is_it = request.body.Reveal().find("\"" + Email(1) + "\"") != std::string_view::npos;
    return is_it ? Fault::kRateLimited : Fault::kNone;
  };
  const base::Instant begin = stage.clock.Now();
  SubmitRows(stage, 1, 1000);
  stage.RunFor(seconds(24));
  EXPECT_EQ(stage.target.users.size(), 999U);
  EXPECT_LE(stage.counters.rate_limited[Counters::At(model::Phase::kUsers)].load(), 10);
  EXPECT_LE(stage.clock.Now() - begin, seconds(25));
  stage.dispatcher->Stop();
  stage.Run();
}

// Each row is looked up first, and all look-ups are served: that says nothing of the quota of
// writes, nor does it end the storm.
TEST(SenderLimits, AStormOfRefusedWritesIsBackedOffFromThoughReadsAreServed) {
  DispatchStage stage;
  stage.settings.pace = DocumentedPace(0);
  stage.settings.refusals_before_looking_first = 0;
  stage.Restart();
  Reach(stage);
  SubmitRows(stage, 1, 100);
  stage.RunFor(seconds(1));
  const base::Instant begin = stage.clock.Now();
  std::vector<base::Instant> refused;
  stage.target.fault = [&](const http::Request& request) {
    if (request.method == http::Method::kGet) return Fault::kNone;
    if (stage.clock.Now() - begin > seconds(120)) return Fault::kNone;
    refused.push_back(stage.clock.Now());
    return Fault::kRateLimited;
  };
  for (std::int64_t row = 101; row <= 400; ++row) {
    SubmitRows(stage, row, row);
    stage.RunFor(milliseconds(500));
  }
  stage.Run();
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.target.users.size(), 400U);
  EXPECT_TRUE(stage.target.AppliedTwice().empty());
  for (const auto& [row, outcome] : stage.journal.outcomes()) {
    EXPECT_EQ(outcome.kind, OutcomeKind::kCreated) << "row " << row;
  }
  ASSERT_GE(refused.size(), 5U);
  EXPECT_LE(refused.size(), 60U);
  base::Duration longest{0};
  for (std::size_t i = 1; i < refused.size(); ++i) {
    longest = std::max(longest, refused[i] - refused[i - 1]);
  }
  EXPECT_GE(longest, seconds(5));
}

TEST(SenderLimits, TellsWhenTheTargetAllowsLessThanDocumented) {
  std::vector<QuotaChange> changes;
  DispatchStage stage;
  stage.settings.pace = DocumentedPace(0);
  stage.settings.on_quota_change = [&](const QuotaChange& change) { changes.push_back(change); };
  stage.Restart();
  std::deque<base::Instant> accepted;
  const base::Instant begin = stage.clock.Now();
  stage.target.fault = [&](const http::Request& request) {
    if (request.method == http::Method::kGet) return Fault::kNone;
    const base::Instant now = stage.clock.Now();
    while (!accepted.empty() && accepted.front() <= now - seconds(10)) accepted.pop_front();
    const bool lowered = now - begin < seconds(60);
    if (lowered && accepted.size() >= 100) return Fault::kRateLimited;
    accepted.push_back(now);
    return Fault::kNone;
  };
  SubmitRows(stage, 1, 3000);
  stage.Run();
  EXPECT_EQ(stage.target.users.size(), 3000U);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].kind, QuotaKind::kUserWrites);
  EXPECT_EQ(changes[0].expected, 500);
  EXPECT_FALSE(changes[0].by_rate);
  EXPECT_LT(changes[0].to, 450);
  EXPECT_EQ(changes[1].to, 500);
}

TEST(SenderLimits, ATargetThatLimitsEverythingForAQuarterOfAnHourStopsTheRun) {
  DispatchStage stage;
  Reach(stage);
  stage.target.fault = [](const http::Request&) { return Fault::kRateLimited; };
  SubmitRows(stage, 1, 3);
  stage.Run();
  ASSERT_TRUE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.dispatcher->failure()->code, base::ErrorCode::kLimit);
  EXPECT_TRUE(stage.journal.outcomes().empty());
}

}  // namespace
}  // namespace rehome::dispatch
