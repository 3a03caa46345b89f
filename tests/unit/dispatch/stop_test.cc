#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "mixed_run.h"

namespace rehome::dispatch {
namespace {

// What the mixed run takes when nothing goes wrong.
struct WholeRun {
  int commits = 0;
  int posts = 0;
};

WholeRun MakeWholeRun() {
  DispatchStage stage;
  MixedRun run(stage);
  run.Start();
  stage.Run();
  run.ExpectAllBackOnce();
  run.ExpectComplete();
  run.ExpectTruth();
  return {.commits = stage.journal.commits(),
          .posts = stage.transport.CountOf(http::Method::kPost)};
}

// What was on its way when the run was told to stop has come to an end.
void ExpectNothingInDoubt(const DispatchStage& stage) {
  for (const model::Effect& effect : stage.journal.effects()) {
    EXPECT_EQ(effect.state, model::EffectState::kDone)
        << model::NameOf(effect.kind) << " of row " << effect.row;
  }
}

void ResumeAndExpectTheSame(DispatchStage& stage, MixedRun& run) {
  stage.journal.Reopen();
  stage.Restart();
  run.Start();
  stage.Run();
  run.ExpectAllBackOnce();
  run.ExpectComplete();
  run.ExpectTruth();
}

TEST(Stop, EveryRowComesBackOnceWhereverTheRunIsStopped) {
  const WholeRun whole = MakeWholeRun();
  for (int at = 0; at <= whole.commits; ++at) {
    SCOPED_TRACE("stopped after commit " + std::to_string(at));
    DispatchStage stage;
    MixedRun run(stage);
    int stops_told = 0;
    stage.dispatcher->on_stop = [&] { ++stops_told; };
    run.Start();
    while (stage.journal.commits() < at) {
      if (!stage.Step()) stage.clock.Advance(std::chrono::milliseconds(5));
    }
    stage.dispatcher->Stop();
    stage.dispatcher->Stop();
    stage.Run();
    EXPECT_EQ(stops_told, 1);
    run.ExpectAllBackOnce();
    ExpectNothingInDoubt(stage);
    run.ExpectTruth();
    EXPECT_FALSE(stage.dispatcher->failure().has_value());
    stage.dispatcher->Finish();
    EXPECT_TRUE(stage.dispatcher->finished());
    ResumeAndExpectTheSame(stage, run);
    EXPECT_EQ(stage.transport.CountOf(http::Method::kPost), whole.posts);
  }
}

TEST(Stop, EveryRowComesBackOnceWhicheverCommitFails) {
  const int commits = MakeWholeRun().commits;
  for (int at = 0; at < commits; ++at) {
    SCOPED_TRACE("commit " + std::to_string(at) + " fails");
    DispatchStage stage;
    MixedRun run(stage);
    stage.journal.FailAfter(at);
    run.Start();
    stage.Run();
    ASSERT_TRUE(stage.dispatcher->failure().has_value());
    EXPECT_EQ(stage.dispatcher->failure()->message, "journal.db: no space left");
    run.ExpectAllBackOnce();
    run.ExpectTruth();
    stage.dispatcher->Finish();
    EXPECT_TRUE(stage.dispatcher->finished());
    ResumeAndExpectTheSame(stage, run);
  }
}

TEST(Stop, WaitsForLookUpsThatAreOutAndForNothingElse) {
  DispatchStage stage;
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kResetBefore);
  stage.Submit(MakeRow(1, "ann@x.example"));
  stage.RunFor(std::chrono::seconds(10));  // between two look-ups
  const base::Instant begin = stage.clock.Now();
  stage.dispatcher->Stop();
  stage.Run();
  EXPECT_EQ(stage.clock.Now(), begin);
  EXPECT_EQ(stage.came_back.at(1), 1);
  const auto effect = stage.journal.EffectOf(1, model::EffectKind::kUser);
  ASSERT_TRUE(effect.has_value());
  EXPECT_EQ(effect->state, model::EffectState::kUnknown);
  EXPECT_TRUE(effect->maybe_sent);
  EXPECT_TRUE(stage.journal.outcomes().empty());
}

TEST(Stop, ARowThatWasOutIsSettledByItsAnswer) {
  DispatchStage stage;
  stage.Submit(MakeRow(1, "ann@x.example"));
  stage.RunFor(std::chrono::milliseconds(5));
  ASSERT_EQ(stage.transport.in_flight(), 1);
  stage.dispatcher->Stop();
  stage.Run();
  EXPECT_EQ(stage.journal.outcomes().at(1).kind, model::OutcomeKind::kCreated);
}

// Held back, it would count as possibly sent, and a resumed run would look for it for a minute.
TEST(Stop, WhatIsPreparedStillLeavesUnlessTheRunFails) {
  for (const bool fails : {false, true}) {
    DispatchStage stage;
    Reach(stage);
    stage.Submit(MakeRow(1, "ann@x.example"));
    while (!stage.journal.waiting()) stage.Step();
    if (fails) {
      stage.dispatcher->Fail({base::ErrorCode::kDiskFull, "no space"});
    } else {
      stage.dispatcher->Stop({base::ErrorCode::kLimit, "the time has come"});
    }
    stage.Run();
    EXPECT_EQ(stage.came_back.at(1), 1);
    EXPECT_EQ(stage.target.users.size(), fails ? 0U : 1U);
    EXPECT_EQ(stage.journal.outcomes().size(), fails ? 0U : 1U);
    ASSERT_TRUE(stage.dispatcher->failure().has_value());
  }
}

TEST(Stop, AFailureIsTheReasonThoughALimitCameFirst) {
  DispatchStage stage;
  stage.dispatcher->Stop({base::ErrorCode::kLimit, "the time has come"});
  stage.dispatcher->Fail({base::ErrorCode::kDiskFull, "no space"});
  stage.dispatcher->Fail({base::ErrorCode::kAuth, "no key"});
  EXPECT_EQ(stage.dispatcher->failure()->message, "no space");
}

TEST(Stop, RowsAfterTheStopComeBackUnprocessed) {
  DispatchStage stage;
  stage.dispatcher->Stop();
  const auto row = MakeRow(1, "ann@x.example");
  EXPECT_EQ(stage.RunRow(row).kind, model::OutcomeKind::kUnprocessed);
  EXPECT_EQ(row->outcome.reason, model::Reason::kStopped);
  EXPECT_TRUE(stage.transport.requests().empty());
}

}  // namespace
}  // namespace rehome::dispatch
