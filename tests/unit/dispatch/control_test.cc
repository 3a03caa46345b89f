#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <string>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

void ExpectAllCreated(const DispatchStage& stage, std::size_t rows) {
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.target.users.size(), rows);
  EXPECT_EQ(stage.journal.outcomes().size(), rows);
  for (const auto& [row, outcome] : stage.journal.outcomes()) {
    EXPECT_EQ(outcome.kind, OutcomeKind::kCreated) << "row " << row;
  }
  EXPECT_TRUE(stage.target.AppliedTwice().empty());
}

TEST(Pause, NothingLeavesAndWhatIsOutIsFinished) {
  DispatchStage stage;
  Reach(stage);
  SubmitRows(stage, 1, 5);
  stage.RunFor(milliseconds(10));
  ASSERT_EQ(stage.transport.in_flight(), 5);
  stage.dispatcher->Pause();
  SubmitRows(stage, 6, 20);
  const std::size_t sent = stage.transport.requests().size();
  stage.RunFor(minutes(60));
  EXPECT_EQ(stage.transport.requests().size(), sent);
  EXPECT_EQ(stage.came_back.size(), 5U);
  EXPECT_EQ(stage.counters.brakes.Copy().now, Brake::kPaused);
  stage.dispatcher->Resume();
  stage.Run();
  ExpectAllCreated(stage, 20);
  EXPECT_NE(stage.counters.brakes.Copy().now, Brake::kPaused);
}

// Its intent is in the journal by then, and stays there as one that may have been sent.
TEST(Pause, AWriteThatIsBeingPreparedWaitsTooAndLeavesOnce) {
  DispatchStage stage;
  Reach(stage);
  stage.Submit(MakeRow(1, Email(1)));
  const std::size_t sent = stage.transport.requests().size();
  stage.dispatcher->Poll(stage.clock.Now());  // the intent is on its way to the journal
  stage.dispatcher->Pause();
  stage.RunFor(minutes(5));
  EXPECT_EQ(stage.transport.requests().size(), sent);
  ASSERT_TRUE(stage.journal.EffectOf(1, model::EffectKind::kUser));
  stage.dispatcher->Resume();
  stage.Run();
  ExpectAllCreated(stage, 1);
  EXPECT_EQ(stage.transport.requests().size(), sent + 1);  // not looked up first
}

// It is held back right before its first byte, where it may wait for a connection.
TEST(Pause, AWriteThatIsAboutToLeaveWaitsToo) {
  DispatchStage stage;
  Reach(stage);
  int started = 0;
  stage.transport.on_start = [&](const http::Request& request) {
    if (request.method == http::Method::kPost && ++started == 1) stage.dispatcher->Pause();
  };
  stage.Submit(MakeRow(1, Email(1)));
  stage.RunFor(seconds(30));
  EXPECT_EQ(stage.transport.held_back(), 1);
  EXPECT_TRUE(stage.target.users.empty());
  stage.dispatcher->Resume();
  stage.Run();
  ExpectAllCreated(stage, 1);
}

TEST(Pause, ARunThatIsStoppedInItSendsNothingMore) {
  DispatchStage stage;
  Reach(stage);
  SubmitRows(stage, 1, 3);
  stage.dispatcher->Poll(stage.clock.Now());
  stage.dispatcher->Pause();
  const std::size_t sent = stage.transport.requests().size();
  SubmitRows(stage, 4, 9);
  stage.RunFor(minutes(1));
  stage.dispatcher->Stop();
  stage.Run();
  EXPECT_EQ(stage.transport.requests().size(), sent);
  EXPECT_EQ(stage.came_back.size(), 9U);
  stage.Restart();
  SubmitRows(stage, 4, 9);
  stage.Run();
  EXPECT_EQ(stage.target.users.size(), 6U);
}

TEST(Pause, IsNoTimeOfIllness) {
  DispatchStage stage;
  Reach(stage);
  stage.target.fault = [](const http::Request&) { return Fault::kNotSent; };
  SubmitRows(stage, 1, 50);
  stage.RunFor(minutes(9));
  EXPECT_EQ(stage.counters.brakes.Copy().now, Brake::kIll);
  stage.dispatcher->Pause();
  const std::size_t sent = stage.transport.requests().size();
  stage.RunFor(minutes(120));
  EXPECT_EQ(stage.transport.requests().size(), sent);  // no probe either
  stage.dispatcher->Resume();
  stage.RunFor(milliseconds(100));
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
  stage.target.fault = nullptr;
  stage.Run();
  ExpectAllCreated(stage, 50);
}

TEST(Pause, ARequestThatWasLimitedIsNotChargedForIt) {
  DispatchStage stage;
  Reach(stage);
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRateLimited, 2);
  stage.Submit(MakeRow(1, Email(1)));
  stage.RunFor(milliseconds(30));
  stage.dispatcher->Pause();
  stage.RunFor(minutes(30));
  stage.dispatcher->Resume();
  stage.Run();
  ExpectAllCreated(stage, 1);
}

TEST(Pause, BeforeTheTargetHasAnsweredAnythingMakesItNotUnreachable) {
  DispatchStage stage;
  stage.target.fault = [](const http::Request&) { return Fault::kNotSent; };
  stage.Submit(MakeRow(1, Email(1)));
  stage.RunFor(milliseconds(100));
  stage.dispatcher->Pause();
  stage.RunFor(seconds(30));
  stage.dispatcher->Resume();
  stage.RunFor(milliseconds(300));
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
  stage.target.fault = nullptr;
  stage.Run();
  ExpectAllCreated(stage, 1);
}

// Rows that are under way hold themselves: none may be left when the stage goes.
void EndRows(DispatchStage& stage) {
  stage.dispatcher->Stop();
  stage.Run();
}

DispatchSettings AtRate(double writes_per_second) {
  DispatchSettings settings;
  settings.pace = PaceForRate(writes_per_second);
  return settings;
}

// In any period of 10 s from `from` on.
int MostIn10s(const DispatchStage& stage, base::Instant from) {
  const auto& starts = stage.transport.starts();
  int most = 0;
  for (std::size_t first = 0; first < starts.size(); ++first) {
    if (starts[first] < from) continue;
    int count = 0;
    for (std::size_t i = first; i < starts.size() && starts[i] - starts[first] < seconds(10); ++i) {
      ++count;
    }
    most = std::max(most, count);
  }
  return most;
}

TEST(SetPace, ALowerRateHoldsFromThenOnAndCountsWhatWasSent) {
  DispatchStage stage(AtRate(50));
  SubmitRows(stage, 1, 1000);
  stage.RunFor(seconds(5));
  const std::size_t before = stage.transport.requests().size();
  EXPECT_NEAR(static_cast<double>(before), 250, 25);
  stage.dispatcher->SetPace(PaceForRate(20));
  stage.RunFor(seconds(5));
  // 200 in 10 s have been sent already.
  EXPECT_LE(stage.transport.requests().size(), before + 1);
  const base::Instant from = stage.clock.Now();
  stage.RunFor(seconds(20));
  EXPECT_LE(MostIn10s(stage, from), 200);
  EXPECT_NEAR(static_cast<double>(stage.transport.requests().size() - before), 400, 60);
  EndRows(stage);
}

TEST(SetPace, AHigherRateDoesNotBurst) {
  DispatchStage stage(AtRate(10));
  SubmitRows(stage, 1, 2000);
  stage.RunFor(seconds(20));
  const base::Instant from = stage.clock.Now();
  const std::size_t before = stage.transport.requests().size();
  stage.dispatcher->SetPace(PaceForRate(50));
  stage.RunFor(milliseconds(10));
  EXPECT_LE(stage.transport.requests().size(), before + 5);
  stage.RunFor(seconds(20));
  EXPECT_LE(MostIn10s(stage, from), 500);
  EXPECT_NEAR(static_cast<double>(stage.transport.requests().size() - before), 1000, 30);
  EXPECT_EQ(stage.counters.timeline.Copy().limits.user_writes_per_10s, 500);
  EndRows(stage);
}

TEST(SetPace, NoLimitAndBackAgain) {
  DispatchStage stage(AtRate(10));
  SubmitRows(stage, 1, 1000);
  stage.RunFor(seconds(1));
  stage.dispatcher->SetPace(NoPace());
  stage.RunFor(seconds(1));
  EXPECT_EQ(stage.target.users.size(), 1000U);
  SubmitRows(stage, 1001, 2000);
  stage.dispatcher->SetPace(PaceForRate(10));
  const base::Instant from = stage.clock.Now();
  stage.RunFor(seconds(20));
  EXPECT_LE(MostIn10s(stage, from), 100);
  EXPECT_GE(stage.target.users.size(), 1190U);
  EndRows(stage);
}

}  // namespace
}  // namespace rehome::dispatch
