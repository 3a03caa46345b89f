#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(TargetHealth, WhatCanNeverBeSentFailsTheRowOnceTheTargetProvesWell) {
  DispatchStage stage;
  Reach(stage);
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kNotSent, 1000);
  const model::Outcome outcome = stage.RunRow(MakeRow(1, Email(1)));
  EXPECT_EQ(outcome.kind, OutcomeKind::kFailed);
  EXPECT_EQ(outcome.reason, model::Reason::kTargetUnavailable);
  EXPECT_EQ(outcome.target.message, "could not connect to the target");
  // Six, a probe that is answered, six more.
  EXPECT_EQ(PostsBelow(stage, support::kUsersPath), 12);
  EXPECT_EQ(stage.transport.CountOf(http::Method::kGet), 2);  // the other is of Reach
}

// A laptop that was closed while its first request was out used to find the target unreachable.
TEST(TargetHealth, ASleepBeforeTheFirstAnswerMakesNoTargetUnreachable) {
  DispatchStage stage;
  stage.target.answer = support::Broken(http::TransportError::Kind::kAmbiguous,
                                        "no complete answer within 15 s", std::chrono::seconds(40));
  stage.target.fault = [tries = 0](const http::Request&) mutable {
    return ++tries == 1 ? Fault::kAnswer : Fault::kNone;
  };
  EXPECT_EQ(stage.RunRow(MakeRow(1, Email(1))).kind, model::OutcomeKind::kCreated);
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
}

TEST(TargetHealth, AnIllTargetIsProbedAndInTheEndLeftAlone) {
  DispatchStage stage;
  Reach(stage);
  stage.target.fault = [](const http::Request&) { return Fault::kNotSent; };
  SubmitRows(stage, 1, 50);
  stage.Run();
  ASSERT_TRUE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.dispatcher->failure()->code, base::ErrorCode::kLimit);
  EXPECT_EQ(stage.dispatcher->failure()->message,
            "the target has been failing for 30 minutes (could not connect to the target)");
  // Fifty that were on their way, then a probe now and then.
  EXPECT_LT(stage.transport.requests().size(), 150U);
  EXPECT_EQ(stage.came_back.size(), 50U);
}

// With few requests out the breaker does not open by itself.
TEST(TargetHealth, AnIllTargetThatRecoversCostsNoRow) {
  for (const Fault fault : {Fault::kNotSent, Fault::k503Before, Fault::kResetAfter}) {
    for (const int rows : {1, 2, 3, 50}) {
      for (const auto ill : {seconds(10), seconds(20), seconds(300)}) {
        SCOPED_TRACE(std::to_string(static_cast<int>(fault)) + ", " + std::to_string(rows) +
                     " rows, ill for " + std::to_string(ill.count()) + " s");
        DispatchStage stage;
        stage.target.AddUser({.id = "", .email = "seed@x.example"});
        Reach(stage);
        const base::Instant well = stage.clock.Now() + ill;
        stage.target.fault = [&](const http::Request&) {
          return stage.clock.Now() < well ? fault : Fault::kNone;
        };
        SubmitRows(stage, 1, rows);
        stage.Run();
        EXPECT_FALSE(stage.dispatcher->failure().has_value());
        EXPECT_EQ(stage.target.users.size(), static_cast<std::size_t>(rows) + 1);
        for (const auto& [row, outcome] : stage.journal.outcomes()) {
          EXPECT_EQ(outcome.kind, OutcomeKind::kCreated) << "row " << row;
        }
        EXPECT_EQ(stage.journal.outcomes().size(), static_cast<std::size_t>(rows));
        EXPECT_TRUE(stage.target.AppliedTwice().empty());
      }
    }
  }
}

// One is served just after the other has begun to fail: too few are out for the breaker to open.
TEST(TargetHealth, AnOutageThatBeginsBetweenTwoAnswersCostsNoRow) {
  for (const auto ill : {seconds(10), seconds(20), seconds(60)}) {
    DispatchStage stage;
    for (const std::int64_t row : {1, 2}) stage.target.AddUser({.id = "", .email = Email(row)});
    Reach(stage);
    int reads = 0;
    std::optional<base::Instant> well;
    stage.target.fault = [&](const http::Request& request) {
      if (request.method != http::Method::kGet) return Fault::kNone;
      if (++reads == 2) {
        well = stage.clock.Now() + ill;
        return Fault::kNone;
      }
      return !well || stage.clock.Now() < *well ? Fault::k503Before : Fault::kNone;
    };
    for (const std::int64_t row : {1, 2}) {
      const auto job = MakeRow(row, Email(row), "org_1");
      stage.Submit(job);
      stage.RunFor(milliseconds(30));
    }
    stage.Run();
    EXPECT_FALSE(stage.dispatcher->failure().has_value());
    EXPECT_EQ(stage.target.memberships.size(), 2U) << "ill for " << ill.count() << " s";
  }
}

// What probes ask for is served, what the rows need never is: no row comes back by itself.
TEST(TargetHealth, ATargetOfWhichAPartStaysIllIsLeftAlone) {
  for (const int rows : {6, 64}) {
    DispatchStage stage;
    for (int row = 1; row <= rows; ++row) stage.target.AddUser({.id = "", .email = Email(row)});
    Reach(stage);
    stage.target.fault = [](const http::Request& request) {
      const bool look_up = request.target.find("email=") != std::string::npos;
      return look_up ? Fault::k500Before : Fault::kNone;
    };
    const base::Instant begin = stage.clock.Now();
    SubmitRows(stage, 1, rows);
    stage.Run();
    EXPECT_EQ(stage.came_back.size(), static_cast<std::size_t>(rows));
    EXPECT_LT(stage.clock.Now() - begin, std::chrono::minutes(35)) << rows << " rows";
    EXPECT_LT(stage.transport.requests().size(), 3000U);
  }
}

// The target asks for ten minutes, and for the last five of these and another five the run is
// paused: a quarter of an hour is excused.
TEST(TargetHealth, ExcusesNoMomentTwiceThatTheTargetAndTheRunPause) {
  support::FakeClock clock;
  base::Random random(1);
  directory::Reply reply;
  reply.words.http_status = 503;
  for (const bool run_first : {false, true}) {
    SCOPED_TRACE(run_first);
    TargetHealth health(clock, random);
    reply.retry_after.clear();
    for (int i = 0; i < 20; ++i) EXPECT_TRUE(health.NoteTrouble({}, reply).ok());
    ASSERT_FALSE(health.NextAdmission(clock.Now()));
    const base::Instant begin = clock.Now();
    reply.retry_after = "600";
    if (run_first) {
      clock.AdvanceTo(begin + seconds(300));
      health.Excuse(begin, clock.Now());
      EXPECT_TRUE(health.NoteTrouble({}, reply).ok());
      clock.AdvanceTo(begin + seconds(600));
      health.Excuse(begin + seconds(300), clock.Now());
    } else {
      EXPECT_TRUE(health.NoteTrouble({}, reply).ok());
      clock.AdvanceTo(begin + seconds(900));
      health.Excuse(begin + seconds(300), clock.Now());
    }
    clock.AdvanceTo(begin + seconds(900 + 30 * 60 - 1));
    EXPECT_TRUE(health.GaveUp(reply).ok());
    clock.AdvanceTo(begin + seconds(900 + 30 * 60));
    EXPECT_FALSE(health.GaveUp(reply).ok());
  }
}

TEST(TargetHealth, ProbesKeepTheQuotaToo) {
  DispatchStage stage;
  Reach(stage);
  stage.settings.pace = PaceForRate(0.1);
  stage.settings.refusals_before_looking_first = 0;
  stage.Restart();
  const base::Instant well = stage.clock.Now() + std::chrono::minutes(5);
  stage.target.fault = [&](const http::Request&) {
    return stage.clock.Now() < well ? Fault::k503Before : Fault::kNone;
  };
  SubmitRows(stage, 1, 30);
  stage.Run();
  EXPECT_EQ(stage.target.users.size(), 30U);
  std::vector<base::Instant> reads;
  for (std::size_t i = 1; i < stage.transport.requests().size(); ++i) {
    const bool read = stage.transport.requests()[i].method == http::Method::kGet;
    if (read) reads.push_back(stage.transport.starts()[i]);
  }
  for (std::size_t i = 2; i < reads.size(); ++i) EXPECT_GT(reads[i] - reads[i - 2], seconds(10));
}

// Warm-up has one request out at a time.
TEST(TargetHealth, AnIllTargetThatRecoversCostsNoOrganization) {
  DispatchStage stage;
  Reach(stage);
  const base::Instant well = stage.clock.Now() + seconds(25);
  stage.target.fault = [&](const http::Request&) {
    return stage.clock.Now() < well ? Fault::k503Before : Fault::kNone;
  };
  EXPECT_EQ(stage.RunOrganization(MakeOrganization("acme", "Acme")).effect.outcome,
            OutcomeKind::kCreated);
  for (const http::Request& request : stage.transport.requests()) {
    EXPECT_FALSE(support::IsBelow(request, support::kUsersPath)) << "asked the other half";
  }
}

}  // namespace
}  // namespace rehome::dispatch
