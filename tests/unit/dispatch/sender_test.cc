#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct Limited {
  const char* name;
  std::string retry_after;
  milliseconds least;
  milliseconds most;
};

const std::vector<Limited> kLimited = {
    {"none", "", milliseconds(50), milliseconds(600)},
    {"0 never means at once", "0", milliseconds(50), milliseconds(600)},
    {"seconds", "7", milliseconds(7050), milliseconds(7600)},
    {"a date", "Mon, 01 Jun 2026 01:00:30 GMT", milliseconds(29000), milliseconds(31000)},
    {"a date that is over", "Mon, 01 Jun 2020 00:00:30 GMT", milliseconds(50), milliseconds(600)},
    {"no sense", "soon", milliseconds(50), milliseconds(600)},
};

TEST(Sender, One429PausesEveryoneForAsLongAsTheTargetAsks) {
  for (const Limited& one : kLimited) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    Reach(stage);
    stage.target.retry_after = one.retry_after;
    FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRateLimited);
    stage.Submit(MakeRow(1, Email(1)));
    stage.RunFor(milliseconds(30));  // the answer has come
    const base::Instant limited = stage.clock.Now();
    EXPECT_EQ(stage.counters.brakes.Copy().now, Brake::kLimited);
    SubmitRows(stage, 2, 10);
    stage.Run();
    for (std::size_t i = 2; i < stage.transport.starts().size(); ++i) {
      const auto wait = stage.transport.starts()[i] - limited + milliseconds(10);
      EXPECT_GE(wait, one.least);
      EXPECT_LE(wait, one.most);
    }
    EXPECT_EQ(stage.counters.rate_limited[Counters::At(model::Phase::kUsers)].load(), 1);
    EXPECT_EQ(stage.target.users.size(), 10U);
  }
}

TEST(Sender, ReadsADateByTheTargetsClock) {
  for (const auto offset : {seconds(-1200), seconds(1200)}) {
    SCOPED_TRACE(offset.count());
    DispatchStage stage;
    stage.target.server_offset = offset;
    Reach(stage);
    stage.target.retry_after =
        offset.count() < 0 ? "Mon, 01 Jun 2026 00:40:30 GMT" : "Mon, 01 Jun 2026 01:20:30 GMT";
    FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRateLimited);
    EXPECT_EQ(stage.RunRow(MakeRow(1, Email(1))).kind, OutcomeKind::kCreated);
    const auto& starts = stage.transport.starts();
    EXPECT_GE(starts[2] - starts[1], seconds(29));
    EXPECT_LE(starts[2] - starts[1], seconds(32));
  }
}

TEST(Sender, A503IsLeftAloneForAsLongAsItAsks) {
  DispatchStage stage;
  Reach(stage);
  stage.target.retry_after = "60";
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::k503Before);
  EXPECT_EQ(stage.RunRow(MakeRow(1, Email(1))).kind, OutcomeKind::kCreated);
  const auto& starts = stage.transport.starts();
  ASSERT_GT(starts.size(), 2U);
  EXPECT_GE(starts[2] - starts[1], seconds(60));
  stage.target.retry_after = "1200";
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::k503Before);
  EXPECT_EQ(stage.RunRow(MakeRow(2, Email(2))).kind, OutcomeKind::kUnprocessed);
  ASSERT_TRUE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.dispatcher->failure()->message,
            "the target asks for a pause of 20:00 (HTTP 503), longer than rehome waits; resume "
            "later");
}

// As a verification does after its import.
TEST(Sender, WhoSendsNextInTheProcessGoesOnWithItsLimits) {
  DispatchSettings settings;
  settings.pace = DocumentedPace(0);
  const base::Instant start = DispatchStage(settings).clock.Now();
  Quotas before(settings.pace);
  Quotas::Pass last;
  base::Instant now = start - seconds(20);
  for (int i = 0; i < 300; ++i) {
    now = *before.NextAdmission(Lane::kUserWrite, now);
    last = before.Admit(Lane::kUserWrite, now);
  }
  before.Refused(last, now + milliseconds(40));
  settings.sent_before = std::make_shared<const Quotas>(before);
  DispatchStage stage(settings);
  EXPECT_EQ(stage.dispatcher->quotas().LimitOf(QuotaKind::kUserWrites), 299);
  EXPECT_EQ(stage.dispatcher->quotas().LimitOf(QuotaKind::kUserReads), 1000);
}

TEST(Sender, A429CountsNoAttemptHoweverOftenItComes) {
  DispatchStage stage;
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRateLimited, 20);
  EXPECT_EQ(stage.RunRow(MakeRow(1, Email(1))).kind, OutcomeKind::kCreated);
  EXPECT_EQ(stage.target.AppliedTwice().size(), 0U);
  EXPECT_EQ(stage.counters.retries.load(), 0);
}

TEST(Sender, APauseOfMoreThanAQuarterOfAnHourStopsTheRun) {
  DispatchStage stage;
  Reach(stage);
  stage.target.retry_after = "1200";
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRateLimited);
  EXPECT_EQ(stage.RunRow(MakeRow(1, Email(1))).kind, OutcomeKind::kUnprocessed);
  ASSERT_TRUE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.dispatcher->failure()->code, base::ErrorCode::kLimit);
  EXPECT_EQ(stage.dispatcher->failure()->message,
            "the target asks for a pause of 20:00 (HTTP 429), longer than rehome waits; resume "
            "later");
}

struct Ending {
  const char* name;
  Fault fault;
  base::ErrorCode code;
  std::string message;
};

const std::vector<Ending> kEndings = {
    {"401", Fault::kUnauthorized, base::ErrorCode::kAuth,
     "the target refused the API key (HTTP 401, \"Unauthorized\")"},
    {"302", Fault::kRedirect, base::ErrorCode::kInternal,
     "the target answered with a redirect (HTTP 302, \"moved\"), which is never followed; check "
     "--endpoint"},
};

TEST(Sender, AnAnswerAboutTheWholeRunStopsItAtTheFirst) {
  for (const Ending& one : kEndings) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    stage.target.fault = [&](const http::Request&) { return one.fault; };
    SubmitRows(stage, 1, 10);
    stage.Run();
    ASSERT_TRUE(stage.dispatcher->failure().has_value());
    EXPECT_EQ(stage.dispatcher->failure()->code, one.code);
    EXPECT_EQ(stage.dispatcher->failure()->message, one.message);
    EXPECT_EQ(stage.transport.requests().size(), 1U);
    EXPECT_EQ(stage.came_back.size(), 10U);
    EXPECT_TRUE(stage.journal.outcomes().empty());
  }
}

TEST(Sender, GivesUpAfterFiveTriesWhenNothingEverAnswered) {
  // A silent one takes as long as the request allows.
  for (const Fault fault : {Fault::kNotSent, Fault::kResetBefore, Fault::kTimeoutBefore}) {
    DispatchStage stage;
    stage.target.fault = [&](const http::Request&) { return fault; };
    const base::Instant begin = stage.clock.Now();
    SubmitRows(stage, 1, 10);
    stage.Run();
    ASSERT_TRUE(stage.dispatcher->failure().has_value());
    EXPECT_EQ(stage.dispatcher->failure()->code, base::ErrorCode::kUnreachable);
    EXPECT_LE(stage.transport.requests().size(), 5U);
    EXPECT_LE(stage.clock.Now() - begin, seconds(30));
    EXPECT_EQ(stage.came_back.size(), 10U);
  }
}

TEST(Sender, SendsOneRequestAtATimeUntilTheTargetHasAnswered) {
  DispatchStage stage;
  stage.target.latency = seconds(1);
  SubmitRows(stage, 1, 5);
  stage.RunFor(milliseconds(500));
  EXPECT_EQ(stage.transport.in_flight(), 1);
  stage.RunFor(milliseconds(700));
  EXPECT_EQ(stage.transport.in_flight(), 4);
  stage.Run();
}

TEST(Sender, WhatWasNotSentIsSentAgainWithoutALook) {
  DispatchStage stage;
  Reach(stage);
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kNotSent, 5);
  const model::Outcome outcome = stage.RunRow(MakeRow(1, Email(1)));
  EXPECT_EQ(outcome.kind, OutcomeKind::kCreated);
  EXPECT_EQ(outcome.attempts, 1);
  EXPECT_EQ(stage.transport.CountOf(http::Method::kGet), 1);  // the one of Reach
}

TEST(Sender, AWriteThatMayNotLeaveEndsTheRun) {
  DispatchStage stage;
  Reach(stage);
  int asked = 0;
  stage.settings.before_write = [&]() -> base::Status {
    if (++asked <= 3) return {};
    return base::Error{base::ErrorCode::kLimit, "the lock is gone"};
  };
  stage.Restart();
  SubmitRows(stage, 1, 10);
  stage.Run();
  ASSERT_TRUE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.dispatcher->failure()->message, "the lock is gone");
  EXPECT_EQ(stage.target.users.size(), 3U);
  EXPECT_GE(stage.transport.held_back(), 1);
  EXPECT_EQ(stage.came_back.size(), 10U);
  EXPECT_EQ(stage.journal.outcomes().size(), 3U);
}

TEST(Sender, WritesWaitWhileTheyAreHeldAndReadsDoNot) {
  DispatchStage stage;
  Reach(stage);
  bool held = true;
  stage.settings.hold_writes = [&] { return held; };
  stage.settings.refusals_before_looking_first = 0;
  stage.Restart();
  SubmitRows(stage, 1, 10);
  stage.RunFor(seconds(5));
  EXPECT_EQ(stage.transport.CountOf(http::Method::kPost), 0);
  EXPECT_GT(stage.transport.CountOf(http::Method::kGet), 1);
  held = false;
  stage.Run();
  EXPECT_FALSE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.target.users.size(), 10U);
}

// It was let go, and the time for which it may be sent ended on its way to the wire.
TEST(Sender, AWriteThatIsHeldAtTheLastMomentGoesOutLater) {
  DispatchStage stage;
  Reach(stage);
  int asked = 0;
  // Admitted one by one, each is then asked about once more.
  stage.settings.hold_writes = [&] { return ++asked % 2 == 0 && asked < 80; };
  stage.Restart();
  SubmitRows(stage, 1, 40);
  stage.Run();
  EXPECT_GT(stage.transport.held_back(), 20) << "as many failures would open the circuit breaker";
  EXPECT_EQ(stage.target.users.size(), 40U);
  EXPECT_EQ(stage.counters.retries, 0);
  EXPECT_EQ(stage.counters.requests[Counters::At(model::Phase::kUsers)], 40);
}

TEST(Sender, KeepsTheQuotasInAnyTenSeconds) {
  DispatchStage stage;
  stage.settings.pace = DocumentedPace(10);
  stage.Restart();
  SubmitRows(stage, 1, 1500);
  stage.Run();
  const auto& starts = stage.transport.starts();
  ASSERT_EQ(starts.size(), 1500U);
  for (std::size_t i = 450; i < starts.size(); ++i) {
    EXPECT_GT(starts[i] - starts[i - 450], seconds(10));
  }
  EXPECT_LT(starts.back() - starts.front(), seconds(35));
}

TEST(Sender, KeepsTheMinimumDelayBetweenTwoRequests) {
  DispatchStage stage;
  stage.settings.pace.min_delay = milliseconds(100);
  stage.Restart();
  SubmitRows(stage, 1, 20);
  stage.Run();
  const auto& starts = stage.transport.starts();
  for (std::size_t i = 1; i < starts.size(); ++i) {
    EXPECT_GE(starts[i] - starts[i - 1], milliseconds(100));
  }
}

// A write leaves when its intent is durable; the next one must not catch up with it.
TEST(Sender, KeepsTheMinimumDelayBehindASlowCommit) {
  DispatchStage stage;
  Reach(stage);
  stage.settings.pace.min_delay = milliseconds(100);
  stage.Restart();
  SubmitRows(stage, 1, 2);
  while (!stage.journal.waiting()) stage.Step();
  stage.clock.AdvanceTo(stage.clock.Now() + milliseconds(90));
  stage.Run();
  const auto& starts = stage.transport.starts();
  ASSERT_EQ(starts.size(), 3U);
  EXPECT_GE(starts[2] - starts[1], milliseconds(100));
}

TEST(Sender, AClockThatDiffersFromTheTargetsDoesNotTurnOursIntoAdopted) {
  for (const auto offset : {seconds(-3600), seconds(0), seconds(3600)}) {
    SCOPED_TRACE(offset.count());
    DispatchStage stage;
    stage.target.server_offset = offset;
    Reach(stage);  // its Date is known
    FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kResetAfter);
    EXPECT_EQ(stage.RunRow(MakeRow(1, Email(1))).kind, OutcomeKind::kCreated);
    // One that was there before is still told apart.
    stage.target.AddUser({.id = "", .email = Email(2)});
    stage.RunFor(std::chrono::minutes(1));
    FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kResetAfter);
    EXPECT_EQ(stage.RunRow(MakeRow(2, Email(2))).kind, OutcomeKind::kAdopted);
  }
}

}  // namespace
}  // namespace rehome::dispatch
