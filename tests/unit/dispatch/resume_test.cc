#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::EffectState;
using model::OutcomeKind;
using model::Provenance;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kEmail = "ann@x.example";

struct KnownUser {
  const char* name;
  EffectState state;
  bool maybe_sent;
  bool there;  // the target applied it
  OutcomeKind outcome;
  int posts;
  int reads;
};

const std::vector<KnownUser> kKnownUsers = {
    {"intended, never sent", EffectState::kIntended, false, false, OutcomeKind::kCreated, 1, 0},
    {"sent, applied", EffectState::kSent, true, true, OutcomeKind::kCreated, 0, 1},
    {"sent, not applied", EffectState::kSent, true, false, OutcomeKind::kCreated, 1, 1},
    {"unknown, applied", EffectState::kUnknown, true, true, OutcomeKind::kCreated, 0, 1},
    {"unknown, not applied", EffectState::kUnknown, true, false, OutcomeKind::kCreated, 1, 1},
    {"done", EffectState::kDone, true, true, OutcomeKind::kCreated, 0, 0},
    {"failed", EffectState::kFailed, true, false, OutcomeKind::kFailed, 0, 0},
    {"parked", EffectState::kParked, true, false, OutcomeKind::kParked, 0, 0},
};

// What the journal has of a user whose create was intended when the clock started.
model::Effect Known(const KnownUser& one, const DispatchStage& stage) {
  model::Effect effect;
  effect.row = 1;
  effect.kind = model::EffectKind::kUser;
  effect.state = one.state;
  effect.maybe_sent = one.maybe_sent;
  effect.idempotency_key = "the first key";
  effect.intent_ms = stage.clock.WallNow().time_since_epoch().count();
  if (one.state == EffectState::kDone || one.state == EffectState::kFailed ||
      one.state == EffectState::kParked) {
    effect.outcome = one.outcome;
    effect.reason =
        one.state == EffectState::kDone ? model::Reason::kNone : model::Reason::kUserRefused;
  }
  if (one.state == EffectState::kDone) {
    effect.target_id = "user_01H1";
    effect.provenance = Provenance::kCreated;
  }
  return effect;
}

TEST(Resume, GoesOnFromWhateverTheJournalKnowsOfAUser) {
  for (const bool repeated : {false, true}) {
    for (const KnownUser& one : kKnownUsers) {
      SCOPED_TRACE(std::string(one.name) + (repeated ? ", repeated" : ""));
      DispatchStage stage;
      model::Effect known = Known(one, stage);
      if (repeated) known.key = "user:1";
      stage.journal.Plant(known);
      if (one.there) stage.target.AddUser({.id = "", .email = kEmail, .verified = false});
      stage.journal.Reopen();
      stage.Restart();
      stage.RunFor(hours(24));
      const auto row = MakeRow(1, kEmail);
      row->plan.repeated_user = repeated;
      if (!repeated) row->known_user = known;
      const model::Outcome outcome = stage.RunRow(row);
      EXPECT_EQ(outcome.kind, one.outcome);
      EXPECT_EQ(row->user_outcome, one.outcome);
      EXPECT_EQ(stage.transport.CountOf(http::Method::kPost), one.posts);
      EXPECT_EQ(stage.transport.CountOf(http::Method::kGet), one.reads);
      EXPECT_EQ(outcome.user_id.empty(), one.outcome != OutcomeKind::kCreated);
      for (const http::Request& request : stage.transport.requests()) {
        if (request.method == http::Method::kPost) {
          EXPECT_EQ(request.idempotency_key, "the first key");
        }
      }
      const auto effect = stage.journal.EffectOf(1, model::EffectKind::kUser);
      ASSERT_TRUE(effect.has_value());
      if (one.there && one.state != EffectState::kDone) {
        EXPECT_EQ(effect->provenance, Provenance::kCreatedInDoubt);
        EXPECT_EQ(effect->epoch, 2);
      }
    }
  }
}

TEST(Resume, AnAccountMadeAfterTheProcessThatSentHadDiedIsNotOurs) {
  for (const bool long_after : {false, true}) {
    DispatchStage stage;
    const model::Effect known = Known(kKnownUsers[1], stage);
    stage.journal.Plant(known);
    stage.settings.earlier_alive_until_ms = stage.clock.WallNow().time_since_epoch().count();
    stage.RunFor(long_after ? minutes(2) : std::chrono::seconds(30));
    stage.target.AddUser({.id = "", .email = kEmail, .verified = false});
    stage.RunFor(hours(24));
    stage.journal.Reopen();
    stage.Restart();
    const auto row = MakeRow(1, kEmail);
    row->known_user = known;
    const model::Outcome outcome = stage.RunRow(row);
    EXPECT_EQ(outcome.kind, long_after ? OutcomeKind::kParked : OutcomeKind::kCreated);
    EXPECT_EQ(outcome.reason, long_after ? model::Reason::kUserUnverified : model::Reason::kNone);
  }
}

// The journal was lost: every user may have been sent, and shows by now if it was.
TEST(Resume, LooksForAllThatALostJournalMayHaveKnown) {
  for (const bool there : {false, true}) {
    for (const bool repeated : {false, true}) {
      SCOPED_TRACE(std::string(there ? "there" : "absent") + (repeated ? ", repeated" : ""));
      DispatchStage stage;
      stage.target.unique = false;
      const std::int64_t began = stage.clock.WallNow().time_since_epoch().count();
      stage.settings.presumed_sent_since_ms = began;
      stage.RunFor(seconds(10));
      if (there) stage.target.AddUser({.id = "", .email = kEmail, .verified = false});
      stage.RunFor(seconds(10));
      stage.settings.earlier_alive_until_ms = stage.clock.WallNow().time_since_epoch().count();
      stage.RunFor(minutes(2));
      stage.Restart();
      const auto row = MakeRow(1, kEmail);
      row->plan.repeated_user = repeated;
      EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kCreated);
      EXPECT_EQ(stage.transport.CountOf(http::Method::kPost), there ? 0 : 1);
      EXPECT_EQ(stage.transport.CountOf(http::Method::kGet), 1);
      const auto effect = stage.journal.EffectOf(1, model::EffectKind::kUser);
      ASSERT_TRUE(effect.has_value());
      EXPECT_EQ(effect->provenance, there ? Provenance::kCreatedInDoubt : Provenance::kCreated);
      EXPECT_EQ(effect->intent_ms, began);
      EXPECT_TRUE(effect->maybe_sent);
    }
  }
}

TEST(Resume, AnAccountOlderThanTheRunIsNotOursThoughItsJournalWasLost) {
  DispatchStage stage;
  stage.target.AddUser({.id = "", .email = kEmail});
  stage.RunFor(minutes(10));
  stage.settings.presumed_sent_since_ms = stage.clock.WallNow().time_since_epoch().count();
  stage.RunFor(minutes(10));
  stage.Restart();
  EXPECT_EQ(stage.RunRow(MakeRow(1, kEmail)).kind, OutcomeKind::kAdopted);
  EXPECT_EQ(stage.transport.CountOf(http::Method::kPost), 0);
}

TEST(Resume, AnAccountOlderThanTheIntentIsNotOurs) {
  DispatchStage stage;
  stage.target.AddUser({.id = "", .email = kEmail});
  stage.RunFor(minutes(10));
  const model::Effect known = Known(kKnownUsers[1], stage);
  stage.journal.Plant(known);
  stage.journal.Reopen();
  stage.Restart();
  const auto row = MakeRow(1, kEmail);
  row->known_user = known;
  EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kAdopted);
}

// Right after a crash the target may still be hiding what it applied.
TEST(Resume, SendsAgainOnlyWhenTheLagIsSurelyOver) {
  for (const auto lag : {seconds(1), seconds(20), seconds(55)}) {
    SCOPED_TRACE(lag.count());
    DispatchStage stage;
    stage.target.unique = false;
    stage.target.lag = lag;
    const model::Effect known = Known(kKnownUsers[1], stage);
    stage.journal.Plant(known);
    stage.target.AddUser({.id = "", .email = kEmail});
    stage.journal.Reopen();
    stage.Restart();
    const auto row = MakeRow(1, kEmail);
    row->known_user = known;
    EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kCreated);
    EXPECT_EQ(stage.target.users.size(), 1U);
  }
}

// The first intent is old, but a pause or look-ups made the request leave much later.
TEST(Resume, TheLagCountsFromTheLastRequestNotFromTheFirstIntent) {
  DispatchStage stage;
  stage.target.unique = false;
  stage.target.lag = seconds(20);
  const model::Effect known = Known(kKnownUsers[1], stage);
  stage.journal.Plant(known);
  stage.RunFor(minutes(10));
  stage.target.AddUser({.id = "", .email = kEmail});
  stage.journal.Reopen();
  stage.Restart();
  const auto row = MakeRow(1, kEmail);
  row->known_user = known;
  EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kCreated);
  EXPECT_EQ(stage.target.users.size(), 1U);
}

// The process sleeps while the answer waits for it: a date of long ago says nothing of the clocks.
TEST(Resume, WhatIsFoundAfterASleepIsStillOurs) {
  DispatchStage stage;
  const model::Effect known = Known(kKnownUsers[1], stage);
  stage.journal.Plant(known);
  stage.target.AddUser({.id = "", .email = kEmail, .verified = false});
  stage.settings.earlier_alive_until_ms = stage.clock.WallNow().time_since_epoch().count();
  stage.RunFor(minutes(1));
  stage.journal.Reopen();
  stage.Restart();
  const auto row = MakeRow(1, kEmail);
  row->known_user = known;
  stage.Submit(row);
  while (stage.transport.requests().empty()) stage.Step();
  stage.clock.Advance(minutes(5));
  stage.Run();
  EXPECT_EQ(row->outcome.kind, OutcomeKind::kCreated);
}

TEST(Resume, AnUpdateThatWasAppliedBeforeTheCrashIsStillAnUpdate) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  stage.target.AddUser({.id = "", .email = kEmail, .external_id = "", .first_name = "Old"});
  stage.RunFor(minutes(10));
  const auto before = MakeRow(1, kEmail);
  before->plan.user.first_name = "Ann";
  stage.Submit(before);
  // Killed when the change is applied and its answer is on the way.
  while (stage.target.updates_applied == 0) {
    if (!stage.Step()) stage.clock.Advance(std::chrono::milliseconds(5));
  }
  stage.journal.FailAfter(0);
  stage.Run();
  stage.journal.Reopen();
  stage.Restart();
  const auto after = MakeRow(1, kEmail);
  after->plan.user.first_name = "Ann";
  after->known_user = stage.journal.EffectOf(1, model::EffectKind::kUser);
  EXPECT_EQ(stage.RunRow(after).kind, OutcomeKind::kUpdated);
  const auto effect = stage.journal.EffectOf(1, model::EffectKind::kUser);
  ASSERT_TRUE(effect.has_value());
  EXPECT_EQ(effect->provenance, Provenance::kUpdated);
  EXPECT_EQ(effect->replaced, R"({"first_name":"Old"})");
}

TEST(Resume, AMembershipInDoubtIsLookedUpFirst) {
  for (const bool there : {false, true}) {
    DispatchStage stage;
    stage.target.AddUser({.id = "", .email = kEmail});
    model::Effect user = Known(kKnownUsers[5], stage);
    model::Effect membership;
    membership.row = 1;
    membership.kind = model::EffectKind::kMembership;
    membership.state = EffectState::kSent;
    membership.maybe_sent = true;
    membership.intent_ms = stage.clock.WallNow().time_since_epoch().count();
    membership.user_id = "user_01H1";
    membership.organization_id = "org_1";
    if (there) {
      stage.target.AddMembership(
          {.id = "", .user_id = "user_01H1", .organization_id = "org_1", .roles = {}});
    }
    stage.journal.Plant(user);
    stage.journal.Plant(membership);
    stage.journal.Reopen();
    stage.Restart();
    const auto row = MakeRow(1, kEmail, "org_1");
    row->known_user = user;
    row->known_membership = membership;
    EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kCreated);
    EXPECT_EQ(row->membership_outcome, OutcomeKind::kCreated);
    EXPECT_EQ(stage.transport.requests().front().method, http::Method::kGet);
    EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), there ? 0 : 1);
    EXPECT_EQ(stage.target.memberships.size(), 1U);
  }
}

// It may be another row's of the same user and organization: the journal has one effect for both.
TEST(Resume, AMembershipOfOursIsOursWhateverItsRoles) {
  DispatchStage stage;
  const auto first = MakeRow(1, kEmail, "org_1");
  first->plan.repeated_user = true;
  first->plan.role_slugs = {"admin"};
  stage.Submit(first);
  while (stage.target.memberships.empty()) {
    if (!stage.Step()) stage.clock.Advance(std::chrono::milliseconds(5));
  }
  stage.journal.FailAfter(0);
  stage.Run();
  stage.journal.Reopen();
  stage.Restart();
  const auto other = MakeRow(2, kEmail, "org_1");
  other->plan.repeated_user = true;
  other->plan.lead_row = 1;
  other->plan.role_slugs = {"member"};
  stage.RunRow(other);
  const auto effect = stage.journal.EffectOf(1, model::EffectKind::kMembership);
  ASSERT_TRUE(effect.has_value());
  EXPECT_EQ(effect->outcome, OutcomeKind::kCreated);
  EXPECT_EQ(effect->provenance, Provenance::kCreatedInDoubt);
  EXPECT_EQ(stage.target.updates_applied, 0);
}

}  // namespace
}  // namespace rehome::dispatch
