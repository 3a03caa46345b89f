#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <utility>

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

// Rows that are under way hold themselves: none may be left when the stage goes.
void EndRows(DispatchStage& stage) {
  stage.dispatcher->Stop();
  stage.Run();
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

// Held back with an intent in the journal, it would count as possibly sent for as long as the pause
// lasts: after a stop the account of somebody who signs up meanwhile would be taken as made by us.
TEST(Pause, AWriteThatIsBeingPreparedStillLeaves) {
  DispatchStage stage;
  Reach(stage);
  stage.Submit(MakeRow(1, Email(1)));
  stage.dispatcher->Poll(stage.clock.Now());  // the intent is on its way to the journal
  stage.dispatcher->Pause();
  stage.RunFor(seconds(1));
  ExpectAllCreated(stage, 1);
}

// Right before its first byte, where it may wait for a connection.
TEST(Pause, AWriteThatIsAboutToLeaveStillDoes) {
  DispatchStage stage;
  Reach(stage);
  stage.transport.on_start = [&](const http::Request& request) {
    if (request.method == http::Method::kPost) stage.dispatcher->Pause();
  };
  stage.Submit(MakeRow(1, Email(1)));
  stage.RunFor(seconds(1));
  EXPECT_EQ(stage.transport.held_back(), 0);
  ExpectAllCreated(stage, 1);
}

TEST(Pause, AWriteThatTheTargetLimitedIsFinishedAndNothingElseIsBegun) {
  DispatchStage stage;
  Reach(stage);
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRateLimited, 1);
  stage.Submit(MakeRow(1, Email(1)));
  stage.RunFor(milliseconds(30));
  ASSERT_TRUE(stage.target.users.empty());
  stage.dispatcher->Pause();
  SubmitRows(stage, 2, 20);
  stage.RunFor(minutes(60));
  ExpectAllCreated(stage, 1);
  stage.dispatcher->Resume();
  stage.Run();
  ExpectAllCreated(stage, 20);
}

TEST(Pause, AWriteThatWaitsForTheLockLeavesAsSoonAsItMay) {
  bool unsure = false;
  DispatchSettings settings = DispatchStage::Unhurried();
  settings.hold_writes = [&unsure] { return unsure; };
  DispatchStage stage(std::move(settings));
  Reach(stage);
  stage.transport.on_start = [&](const http::Request&) { unsure = true; };
  stage.Submit(MakeRow(1, Email(1)));
  stage.RunFor(seconds(1));
  ASSERT_EQ(stage.transport.held_back(), 1);
  stage.transport.on_start = nullptr;
  stage.dispatcher->Pause();
  stage.RunFor(seconds(1));
  EXPECT_TRUE(stage.target.users.empty());
  unsure = false;
  stage.RunFor(seconds(1));
  ExpectAllCreated(stage, 1);
}

TEST(Pause, AWriteOfUnknownFateIsLookedUpInIt) {
  DispatchStage stage;
  Reach(stage);
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kResetAfter, 1);
  stage.Submit(MakeRow(1, Email(1)));
  stage.RunFor(milliseconds(10));
  stage.dispatcher->Pause();
  stage.RunFor(minutes(2));
  ExpectAllCreated(stage, 1);
}

// The own network is down for as long as the pause lasts, so nothing can be looked up in it.
TEST(Pause, MakesNoAccountOursThatSomebodyElseMadeInIt) {
  DispatchStage stage;
  Reach(stage);
  bool sent = false;
  stage.target.fault = [&](const http::Request&) {
    return std::exchange(sent, true) ? Fault::kNotSent : Fault::kResetBefore;
  };
  stage.Submit(MakeRow(1, Email(1)));
  stage.RunFor(milliseconds(10));
  stage.dispatcher->Pause();
  stage.RunFor(minutes(180));
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
  support::TargetUser stranger;
  stranger.email = Email(1);
  stage.target.AddUser(stranger);
  stage.RunFor(minutes(180));
  stage.target.fault = nullptr;
  stage.dispatcher->Resume();
  stage.Run();
  ASSERT_EQ(stage.journal.outcomes().size(), 1U);
  EXPECT_EQ(stage.journal.outcomes().at(1).kind, OutcomeKind::kAdopted);
}

TEST(Pause, ARunThatIsStoppedInItBeginsNothingMore) {
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
  EXPECT_EQ(stage.transport.requests().size(), sent + 3);
  EXPECT_EQ(stage.target.users.size(), 3U);
  EXPECT_EQ(stage.came_back.size(), 9U);
  EXPECT_FALSE(stage.journal.EffectOf(4, model::EffectKind::kUser));
  stage.Restart();
  SubmitRows(stage, 4, 9);
  stage.Run();
  ExpectAllCreated(stage, 9);
}

// Only what was begun waits to know whether the target is well again: one small read a minute asks,
// and nobody is charged for what it says.
TEST(Pause, IsNoTimeOfIllness) {
  DispatchStage stage;
  Reach(stage);
  stage.target.fault = [](const http::Request&) { return Fault::kNotSent; };
  SubmitRows(stage, 1, 50);
  stage.RunFor(minutes(9));
  EXPECT_EQ(stage.counters.brakes.Copy().now, Brake::kIll);
  stage.dispatcher->Pause();
  const std::size_t sent = stage.transport.requests().size();
  const int writes = stage.transport.CountOf(http::Method::kPost);
  stage.RunFor(minutes(120));
  EXPECT_EQ(stage.transport.CountOf(http::Method::kPost), writes);
  EXPECT_LE(stage.transport.requests().size(), sent + 122);
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
  stage.target.fault = nullptr;
  stage.RunFor(minutes(2));
  ExpectAllCreated(stage, 20);  // as many were begun until it was called ill
  stage.dispatcher->Resume();
  stage.Run();
  ExpectAllCreated(stage, 50);
}

TEST(Pause, NobodyAsksAnIllTargetInItWhenNothingWasBegun) {
  DispatchStage stage;
  Reach(stage);
  stage.target.fault = [](const http::Request&) { return Fault::kNotSent; };
  std::deque<DispatchStage::OrganizationEnd> ends;
  for (int i = 0; i < 50; ++i) {
    stage.Ensure(MakeOrganization("acme" + std::to_string(i), "Acme"), ends.emplace_back());
  }
  stage.RunFor(minutes(5));
  EXPECT_EQ(stage.counters.brakes.Copy().now, Brake::kIll);
  stage.dispatcher->Pause();
  stage.RunFor(minutes(1));
  const std::size_t sent = stage.transport.requests().size();
  stage.RunFor(minutes(120));
  EXPECT_EQ(stage.transport.requests().size(), sent);
  EndRows(stage);
}

// A write goes on being refused in the pause, a look-up waits; either has been limited for more
// than a quarter of an hour by the clock when it is refused once more after it.
TEST(Pause, ARequestThatWasLimitedIsNotChargedForIt) {
  for (const int looks_first_after : {20, 0}) {
    SCOPED_TRACE(looks_first_after);
    DispatchStage stage;
    stage.settings.refusals_before_looking_first = looks_first_after;
    stage.Restart();
    Reach(stage);
    int refused = 0;
    stage.target.fault = [&](const http::Request&) {
      ++refused;
      return Fault::kRateLimited;
    };
    stage.Submit(MakeRow(1, Email(1)));
    stage.RunFor(minutes(5));
    ASSERT_GE(refused, 8);
    stage.dispatcher->Pause();
    stage.RunFor(minutes(30));
    EXPECT_FALSE(stage.dispatcher->failure().has_value());
    const int before = refused;
    stage.dispatcher->Resume();
    stage.RunFor(minutes(1));
    EXPECT_GT(refused, before);
    EXPECT_FALSE(stage.dispatcher->failure().has_value());
    stage.target.fault = nullptr;
    stage.Run();
    ExpectAllCreated(stage, 1);
  }
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
  stage.RunFor(seconds(8));
  EXPECT_EQ(stage.target.users.size(), 1000U);  // ten times what 10 s allow have been sent
  stage.RunFor(seconds(22));
  EXPECT_LE(MostIn10s(stage, from), 100);
  EXPECT_GE(stage.target.users.size(), 1190U);
  EndRows(stage);
}

}  // namespace
}  // namespace rehome::dispatch
