#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::EffectKind;
using model::Provenance;
using std::chrono::seconds;

struct FailurePoint {
  const char* name;
  Fault fault;
  Provenance provenance;  // of the object in the end
  int posts;              // that left in all
  int mismatches;
};

const std::vector<FailurePoint> kFailurePoints = {
    {"not sent", Fault::kNotSent, Provenance::kCreated, 2, 0},
    {"limited", Fault::kRateLimited, Provenance::kCreated, 2, 0},
    {"reset, not applied", Fault::kResetBefore, Provenance::kCreated, 2, 0},
    {"reset, applied", Fault::kResetAfter, Provenance::kCreatedInDoubt, 1, 0},
    {"timeout, not applied", Fault::kTimeoutBefore, Provenance::kCreated, 2, 0},
    {"timeout, applied", Fault::kTimeoutAfter, Provenance::kCreatedInDoubt, 1, 0},
    {"timeout, applied later", Fault::kTimeoutThenApplied, Provenance::kCreatedInDoubt, 1, 0},
    {"500, not applied", Fault::k500Before, Provenance::kCreated, 2, 0},
    {"500, applied", Fault::k500After, Provenance::kCreatedInDoubt, 1, 0},
    {"503, not applied", Fault::k503Before, Provenance::kCreated, 2, 0},
    {"unreadable, not applied", Fault::kUnreadableBefore, Provenance::kCreated, 2, 1},
    {"unreadable, applied", Fault::kUnreadableAfter, Provenance::kCreatedInDoubt, 1, 1},
    {"other object, not applied", Fault::kOtherObjectBefore, Provenance::kCreated, 2, 1},
    {"other object, applied", Fault::kOtherObjectAfter, Provenance::kCreatedInDoubt, 1, 1},
    {"from a cache, applied", Fault::kCachedAfter, Provenance::kCreatedInDoubt, 1, 1},
};

bool LeavesDoubt(Fault fault) { return fault != Fault::kNotSent && fault != Fault::kRateLimited; }

// What every POST of a run must have in common, whatever happened.
void ExpectOneKey(const DispatchStage& stage, EffectKind kind) {
  std::string key;
  for (const http::Request& request : stage.transport.requests()) {
    const bool create = request.method == http::Method::kPost;
    if (!create || !support::IsBelow(request, PathOf(kind))) continue;
    EXPECT_FALSE(request.idempotency_key.empty());
    if (key.empty()) key = request.idempotency_key;
    EXPECT_EQ(request.idempotency_key, key);
  }
}

// The first request after a create in doubt is a look-up that uses no old connection.
void ExpectFreshLookUp(const DispatchStage& stage, EffectKind kind) {
  bool in_doubt = false;
  for (const http::Request& request : stage.transport.requests()) {
    if (in_doubt) {
      EXPECT_EQ(request.method, http::Method::kGet);
      EXPECT_EQ(request.connection, http::Connection::kFresh);
      return;
    }
    in_doubt = request.method == http::Method::kPost && support::IsBelow(request, PathOf(kind));
  }
  ADD_FAILURE() << "nothing was looked up";
}

TEST(UnknownOutcome, EveryFailurePointEndsInOneObjectOfOurs) {
  for (const auto lag : {seconds(0), seconds(20)}) {
    for (const EffectKind kind : kAllKinds) {
      for (const FailurePoint& point : kFailurePoints) {
        SCOPED_TRACE(std::string(point.name) + ", " + std::string(model::NameOf(kind)) + ", lag " +
                     std::to_string(lag.count()) + " s");
        DispatchStage stage;
        stage.target.lag = lag;
        FailFirst(stage, http::Method::kPost, PathOf(kind), point.fault);
        const model::Effect effect = MakeOne(stage, kind);
        EXPECT_EQ(effect.state, model::EffectState::kDone);
        EXPECT_EQ(effect.outcome, model::OutcomeKind::kCreated);
        EXPECT_EQ(effect.provenance, point.provenance);
        EXPECT_FALSE(effect.target_id.empty());
        EXPECT_FALSE(effect.created_at.empty());
        EXPECT_EQ(PostsBelow(stage, PathOf(kind)), point.posts);
        EXPECT_EQ(stage.counters.mismatched_answers.load(), point.mismatches);
        EXPECT_TRUE(stage.target.AppliedTwice().empty());
        ExpectOneKey(stage, kind);
        if (LeavesDoubt(point.fault)) ExpectFreshLookUp(stage, kind);
      }
    }
  }
}

TEST(UnknownOutcome, WhatIsNotUniqueIsNotMadeTwiceEither) {
  for (const FailurePoint& point : kFailurePoints) {
    SCOPED_TRACE(point.name);
    DispatchStage stage;
    stage.target.unique = false;
    stage.target.lag = seconds(20);
    FailFirst(stage, http::Method::kPost, support::kOrganizationsPath, point.fault);
    const auto by_name = [] {
      model::Organization organization = MakeOrganization("", "Acme");
      organization.ref = {.kind = model::OrganizationRef::Kind::kName, .value = "Acme"};
      return organization;
    }();
    EXPECT_EQ(stage.RunOrganization(by_name).effect.outcome, model::OutcomeKind::kCreated);
    EXPECT_EQ(stage.target.organizations.size(), 1U);
  }
}

TEST(UnknownOutcome, AWrongAnswerIsOutlastedForMoreThanFiveSecondsBeforeItIsAskedAgain) {
  for (const Fault fault : {Fault::kOtherObjectAfter, Fault::kCachedAfter}) {
    DispatchStage stage;
    FailFirst(stage, http::Method::kPost, support::kUsersPath, fault);
    MakeOne(stage, EffectKind::kUser);
    ASSERT_GE(stage.transport.starts().size(), 3U);
    EXPECT_GT(stage.transport.starts()[2] - stage.transport.starts()[1], seconds(5));
  }
}

TEST(UnknownOutcome, AWrongLookUpIsAskedAgainOnAFreshConnectionAfterFiveSeconds) {
  DispatchStage stage;
  stage.target.AddOrganization({.id = "", .name = "Acme", .external_id = "acme"});
  FailFirst(stage, http::Method::kGet, support::kOrganizationsPath, Fault::kOtherObjectBefore);
  const auto end = stage.RunOrganization(MakeOrganization("acme", "Acme"));
  EXPECT_EQ(end.effect.outcome, model::OutcomeKind::kAdopted);
  ASSERT_EQ(stage.transport.requests().size(), 2U);
  EXPECT_EQ(stage.transport.requests()[1].connection, http::Connection::kFresh);
  EXPECT_GT(stage.transport.starts()[1] - stage.transport.starts()[0], seconds(5));
  EXPECT_EQ(stage.counters.mismatched_answers.load(), 1);
}

TEST(UnknownOutcome, AFaultOfEveryLookUpParksInsteadOfSendingOnAGuess) {
  DispatchStage stage;
  // Other reads are served: it is not the target that is ill.
  stage.target.fault = [](const http::Request& request) {
    if (request.method == http::Method::kPost) return Fault::kResetAfter;
    const bool look_up = request.target.find("email=") != std::string::npos;
    return look_up ? Fault::k500Before : Fault::kNone;
  };
  const model::Effect effect = MakeOne(stage, EffectKind::kUser);
  EXPECT_EQ(effect.state, model::EffectState::kParked);
  EXPECT_EQ(effect.reason, model::Reason::kOutcomeUnknown);
  EXPECT_EQ(PostsBelow(stage, support::kUsersPath), 1);
}

TEST(UnknownOutcome, ACreateThatNeverGetsAClearAnswerIsParkedAfterSixRequests) {
  DispatchStage stage;
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kResetBefore, 1000);
  const model::Effect effect = MakeOne(stage, EffectKind::kUser);
  EXPECT_EQ(effect.state, model::EffectState::kParked);
  EXPECT_EQ(effect.reason, model::Reason::kOutcomeUnknown);
  EXPECT_EQ(effect.detail, "after 6 requests without a clear answer");
  EXPECT_EQ(PostsBelow(stage, support::kUsersPath), 6);
}

// Found by a mixture of faults: one wrong answer and one reset parked the row.
TEST(UnknownOutcome, OneWrongAnswerAmongOtherTroubleParksNothing) {
  for (const EffectKind kind : kAllKinds) {
    SCOPED_TRACE(std::string(model::NameOf(kind)));
    DispatchStage stage;
    int posts = 0;
    stage.target.fault = [&](const http::Request& request) {
      const bool create =
          request.method == http::Method::kPost && support::IsBelow(request, PathOf(kind));
      if (!create || ++posts > 3) return Fault::kNone;
      return posts == 2 ? Fault::kOtherObjectBefore : Fault::kResetBefore;
    };
    const model::Effect effect = MakeOne(stage, kind);
    EXPECT_EQ(effect.state, model::EffectState::kDone);
    EXPECT_EQ(effect.outcome, model::OutcomeKind::kCreated);
    EXPECT_EQ(PostsBelow(stage, PathOf(kind)), 4);
  }
}

TEST(UnknownOutcome, ThreeWrongAnswersStopTheRun) {
  for (const Fault fault : {Fault::kOtherObjectBefore, Fault::kUnreadableBefore}) {
    DispatchStage stage;
    stage.target.AddUser({.id = "", .email = "seed@x.example"});
    stage.target.fault = [&](const http::Request&) { return fault; };
    for (int row = 1; row <= 5; ++row) {
      stage.Submit(MakeRow(row, Email(row)));
    }
    stage.Run();
    ASSERT_TRUE(stage.dispatcher->failure().has_value());
    EXPECT_EQ(stage.dispatcher->failure()->code, base::ErrorCode::kLimit);
    EXPECT_EQ(
        stage.dispatcher->failure()->message,
        "3 answers were not about what was asked: something between here and the target (a "
        "cache, a proxy) answers in its place or hands out other requests' answers; the last "
        "of them came without a header that tells of one (Via, Age, X-Cache, CF-Cache-Status, "
        "X-Served-By, Server)");
    EXPECT_EQ(stage.came_back.size(), 5U);
    EXPECT_TRUE(stage.journal.outcomes().empty());
    std::vector<std::string> kept;
    for (const journal::Event& event : stage.journal.events()) kept.push_back(event.type);
    EXPECT_GE(std::count(kept.begin(), kept.end(), "answer_mismatch"), 3);
    EXPECT_EQ(std::count(kept.begin(), kept.end(), "run_stopped"), 1);
  }
}

// The row used to be parked for good by the very look-up that stopped the run.
TEST(UnknownOutcome, TheLookUpThatStopsTheRunLeavesItsRowToAResume) {
  DispatchStage stage;
  stage.settings.refusals_before_looking_first = 0;
  stage.Restart();
  stage.target.AddUser({.id = "", .email = Email(1)});
  FailFirst(stage, http::Method::kGet, support::kUsersPath, Fault::kOtherObjectBefore, 1000);
  stage.Submit(MakeRow(1, Email(1)));
  stage.Run();
  ASSERT_TRUE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.counters.mismatched_answers.load(), 3);
  EXPECT_EQ(stage.came_back.size(), 1U);
  EXPECT_TRUE(stage.journal.outcomes().empty());
}

// On a target that takes doubles a create would follow.
TEST(UnknownOutcome, AnAbsenceFromACacheIsNotBelieved) {
  DispatchStage stage;
  stage.target.unique = false;
  stage.target.AddOrganization({.id = "", .name = "Acme", .external_id = "acme"});
  FailFirst(stage, http::Method::kGet, support::kOrganizationsPath, Fault::kCachedAbsence);
  const auto end = stage.RunOrganization(MakeOrganization("acme", "Acme"));
  EXPECT_EQ(end.effect.outcome, model::OutcomeKind::kAdopted);
  EXPECT_EQ(stage.target.organizations.size(), 1U);
  EXPECT_EQ(stage.counters.mismatched_answers.load(), 1);
}

TEST(UnknownOutcome, AnEmptyListThatGoesOnIsNoAbsence) {
  for (const EffectKind kind : {EffectKind::kUser, EffectKind::kMembership}) {
    SCOPED_TRACE(NameOf(kind));
    DispatchStage stage;
    stage.target.unique = false;
    stage.target.fault = [kind](const http::Request& request) {
      if (!support::IsBelow(request, PathOf(kind))) return Fault::kNone;
      return request.method == http::Method::kPost ? Fault::kResetAfter : Fault::kEmptyPage;
    };
    const model::Effect effect = MakeOne(stage, kind);
    EXPECT_EQ(effect.state, model::EffectState::kParked);
    EXPECT_EQ(effect.reason, model::Reason::kOutcomeUnknown);
    EXPECT_EQ(effect.detail,
              "the target's list is empty and says that it goes on: whether the object is there is "
              "not known");
    EXPECT_EQ(PostsBelow(stage, PathOf(kind)), 1);
  }
}

TEST(UnknownOutcome, WhatExistsButDoesNotShowIsParkedAfterAMinute) {
  const std::vector<model::Reason> reasons = {model::Reason::kOrganizationNotVisible,
                                              model::Reason::kUserNotVisible,
                                              model::Reason::kMembershipNotVisible};
  for (std::size_t i = 0; i < kAllKinds.size(); ++i) {
    SCOPED_TRACE(model::NameOf(kAllKinds[i]));
    DispatchStage stage;
    stage.target.lag = std::chrono::minutes(10);
    stage.target.AddOrganization({.id = "", .name = "Acme", .external_id = "acme"});
    if (kAllKinds[i] == EffectKind::kUser) {
      stage.target.AddUser({.id = "", .email = "ann@x.example"});
    }
    // The user is the second object of this target.
    stage.target.AddMembership(
        {.id = "", .user_id = "user_01H3", .organization_id = "org_01Acme", .roles = {}});
    const base::Instant begin = stage.clock.Now();
    const model::Effect effect = MakeOne(stage, kAllKinds[i]);
    EXPECT_EQ(effect.state, model::EffectState::kParked);
    EXPECT_EQ(effect.reason, reasons[i]);
    EXPECT_EQ(effect.target.http_status, 400) << "the refusal, not a look-up that found nothing";
    EXPECT_EQ(PostsBelow(stage, PathOf(kAllKinds[i])), 1);
    EXPECT_EQ(stage.target.refused_as_existing, 1);
    EXPECT_GT(stage.clock.Now() - begin, seconds(60));
    EXPECT_TRUE(stage.target.AppliedTwice().empty());
  }
}

TEST(UnknownOutcome, AnOrganizationInDoubtIsSetAsideOnce) {
  DispatchStage stage;
  FailFirst(stage, http::Method::kPost, support::kOrganizationsPath, Fault::kResetBefore, 2);
  EXPECT_EQ(stage.RunOrganization(MakeOrganization("acme", "Acme")).set_aside, 1);
  EXPECT_EQ(stage.RunOrganization(MakeOrganization("beta", "Beta")).set_aside, 0);
}

TEST(UnknownOutcome, AMembershipWaitsUntilItsFreshUserShows) {
  DispatchStage stage;
  stage.target.AddOrganization({.id = "org_01Acme", .name = "Acme", .external_id = "acme"});
  stage.RunFor(seconds(60));
  stage.target.references_lag = true;
  stage.target.lag = seconds(20);
  const model::Effect effect = MakeOne(stage, EffectKind::kMembership);
  EXPECT_EQ(effect.outcome, model::OutcomeKind::kCreated);
  EXPECT_EQ(effect.provenance, Provenance::kCreated);
  EXPECT_GT(PostsBelow(stage, support::kMembershipsPath), 2);
  EXPECT_TRUE(stage.target.AppliedTwice().empty());
}

TEST(UnknownOutcome, AMembershipOfWhatNeverShowsFailsWithTheTargetsWords) {
  DispatchStage stage;
  stage.target.references_lag = true;
  const auto row = MakeRow(1, "ann@x.example", "org_01Gone");
  const model::Outcome outcome = stage.RunRow(row);
  EXPECT_EQ(outcome.kind, model::OutcomeKind::kFailed);
  EXPECT_EQ(outcome.reason, model::Reason::kMembershipRefused);
  EXPECT_EQ(outcome.target.http_status, 404);
  EXPECT_EQ(row->user_outcome, model::OutcomeKind::kCreated);
}

std::vector<std::string> KeysOfPosts(const DispatchStage& stage, EffectKind kind) {
  std::vector<std::string> keys;
  for (const http::Request& request : stage.transport.requests()) {
    if (request.method != http::Method::kPost || !support::IsBelow(request, PathOf(kind))) continue;
    keys.push_back(request.idempotency_key);
  }
  return keys;
}

// Repeating it under the same key would get the same answer six times.
TEST(UnknownOutcome, AReusedIdempotencyKeyIsReplacedAfterLookUps) {
  for (const EffectKind kind : kAllKinds) {
    SCOPED_TRACE(NameOf(kind));
    DispatchStage stage;
    FailFirst(stage, http::Method::kPost, PathOf(kind), Fault::kKeyReused);
    const model::Effect effect = MakeOne(stage, kind);
    EXPECT_EQ(effect.state, model::EffectState::kDone);
    EXPECT_EQ(effect.provenance, Provenance::kCreated);
    const std::vector<std::string> keys = KeysOfPosts(stage, kind);
    ASSERT_EQ(keys.size(), 2U);
    EXPECT_NE(keys[0], keys[1]);
    EXPECT_EQ(effect.idempotency_key, keys[1]);
    EXPECT_GT(stage.clock.Now(), base::Instant(seconds(60))) << "the lag was not waited out";
  }
}

TEST(UnknownOutcome, ATargetThatKnowsEveryNewKeyParksTheRow) {
  for (const EffectKind kind : kAllKinds) {
    SCOPED_TRACE(NameOf(kind));
    DispatchStage stage;
    FailFirst(stage, http::Method::kPost, PathOf(kind), Fault::kKeyReused, 99);
    const model::Effect effect = MakeOne(stage, kind);
    EXPECT_EQ(effect.state, model::EffectState::kParked);
    EXPECT_EQ(effect.reason, model::Reason::kOutcomeUnknown);
    EXPECT_EQ(effect.detail,
              "the target took a new idempotency key for a used one; make sure that nothing "
              "between here and the target changes requests");
    EXPECT_EQ(KeysOfPosts(stage, kind).size(), 2U);
  }
}

}  // namespace
}  // namespace rehome::dispatch
