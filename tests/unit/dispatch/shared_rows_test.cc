#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;

constexpr const char* kEmail = "ann@x.example";

// A row of the user whose first row is row 1.
RowJobPtr Row(std::int64_t row, const std::string& organization) {
  auto job = MakeRow(row, kEmail, organization);
  job->plan.lead_row = 1;
  job->plan.repeated_user = true;
  return job;
}

TEST(SharedRows, OneUserWithManyRowsIsCreatedOnceWithAMembershipEach) {
  DispatchStage stage;
  std::vector<RowJobPtr> rows;
  // The lead row comes last: whoever is first makes the user.
  for (std::int64_t row = 5; row >= 1; --row)
    rows.push_back(Row(row, "org_" + std::to_string(row)));
  for (const RowJobPtr& row : rows) stage.Submit(row);
  stage.Run();
  EXPECT_EQ(stage.target.users.size(), 1U);
  EXPECT_EQ(stage.target.memberships.size(), 5U);
  EXPECT_EQ(stage.transport.requests().size(), 6U);
  for (const RowJobPtr& row : rows) {
    EXPECT_EQ(row->outcome.kind, OutcomeKind::kCreated);
    EXPECT_EQ(row->user_outcome.has_value(), row->plan.position.row == 1);
    EXPECT_EQ(row->membership_outcome, OutcomeKind::kCreated);
  }
  EXPECT_EQ(stage.journal.complaint(), "");
}

TEST(SharedRows, ALaterRowGetsTheUserFromTheJournal) {
  DispatchStage stage;
  stage.RunRow(Row(1, "org_1"));
  const auto later = Row(7, "org_7");
  EXPECT_EQ(stage.RunRow(later).kind, OutcomeKind::kCreated);
  EXPECT_EQ(later->outcome.user_id, "user_01H1");
  EXPECT_EQ(stage.transport.requests().size(), 3U);
}

TEST(SharedRows, TheSameMembershipTwiceIsOneMembership) {
  DispatchStage stage;
  const auto first = Row(1, "org_1");
  const auto second = Row(2, "org_1");
  stage.Submit(first);
  stage.Submit(second);
  stage.Run();
  EXPECT_EQ(stage.target.memberships.size(), 1U);
  EXPECT_EQ(stage.transport.requests().size(), 2U);
  EXPECT_EQ(first->outcome.kind, OutcomeKind::kCreated);
  EXPECT_EQ(second->outcome.kind, OutcomeKind::kUnchanged);
  EXPECT_EQ(second->outcome.membership_id, first->outcome.membership_id);
  EXPECT_FALSE(second->membership_outcome.has_value());
}

TEST(SharedRows, ARowWhoseRolesAreNotTakenSaysSo) {
  DispatchStage stage;
  const auto maker = Row(2, "org_1");
  maker->plan.role_slugs = {"member"};
  const auto other = Row(3, "org_1");
  other->plan.role_slugs = {"admin", "billing"};
  const auto same = Row(4, "org_1");
  same->plan.role_slugs = {"member"};
  stage.RunRow(maker);
  stage.RunRow(other);
  stage.RunRow(same);
  EXPECT_TRUE(maker->outcome.warnings.empty());
  EXPECT_TRUE(same->outcome.warnings.empty());
  ASSERT_EQ(other->outcome.warnings.size(), 1U);
  EXPECT_EQ(other->outcome.warnings[0].detail,
            "row 2 made this membership with \"member\"; this row says \"admin,billing\"");
}

// Workers are not equally fast: which row is submitted first says nothing.
TEST(SharedRows, TheFirstRowInTheFileGivesTheRoles) {
  for (const bool first_fails : {false, true}) {
    DispatchStage stage;
    for (const std::int64_t row : {1, 2, 3, 4}) stage.dispatcher->Expect(1, row);
    const auto admin = Row(3, "org_1");
    admin->plan.role_slugs = {"admin"};
    const auto member = Row(4, "org_1");
    member->plan.role_slugs = {"member"};
    const auto elsewhere = Row(2, "org_2");
    if (first_fails) elsewhere->organization = CachedOrganization{};
    stage.Submit(member);
    stage.RunFor(std::chrono::seconds(1));
    EXPECT_TRUE(stage.target.memberships.empty());
    stage.Submit(admin);
    stage.RunFor(std::chrono::seconds(1));
    EXPECT_TRUE(stage.target.memberships.empty());
    stage.Submit(elsewhere);
    stage.Submit(Row(1, ""));
    stage.Run();
    ASSERT_EQ(stage.came_back.size(), 4U);
    EXPECT_EQ(stage.target.users.size(), 1U);
    EXPECT_EQ(stage.target.memberships.size(), first_fails ? 1U : 2U);
    for (const auto& membership : stage.target.memberships) {
      if (membership.organization_id != "org_1") continue;
      EXPECT_EQ(membership.roles, std::vector<std::string>{"admin"});
    }
    EXPECT_EQ(admin->outcome.kind, OutcomeKind::kCreated);
    EXPECT_EQ(member->outcome.kind, OutcomeKind::kUnchanged);
  }
}

TEST(SharedRows, WhoWaitsForAnEarlierRowComesBackWhenTheRunStops) {
  DispatchStage stage;
  for (const std::int64_t row : {1, 2, 3}) stage.dispatcher->Expect(1, row);
  stage.Submit(Row(3, "org_1"));
  stage.Submit(Row(2, "org_1"));
  stage.RunFor(std::chrono::seconds(1));
  EXPECT_TRUE(stage.came_back.empty());
  stage.dispatcher->Stop();
  stage.Submit(Row(1, "org_1"));
  stage.Run();
  EXPECT_EQ(stage.came_back.size(), 3U);
  EXPECT_TRUE(stage.target.memberships.empty());
}

TEST(SharedRows, TheLeadReportsTheSharedMembershipEvenWhenAnotherRowMadeIt) {
  DispatchStage stage;
  const auto lead = Row(1, "org_1");
  const auto other = Row(5, "org_1");
  other->plan.made_by_lead = true;
  stage.RunRow(other);
  stage.RunRow(lead);
  EXPECT_EQ(stage.target.memberships.size(), 1U);
  EXPECT_EQ(lead->outcome.kind, OutcomeKind::kCreated);
  EXPECT_EQ(other->outcome.kind, OutcomeKind::kUnchanged);
}

TEST(SharedRows, ARowReportsTheMembershipItselfWhenItsLeadIsNotInThisRun) {
  DispatchStage stage;
  const auto row = Row(5, "org_1");
  row->plan.made_by_lead = true;
  row->lead_row_in_run = false;
  EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kCreated);
}

TEST(SharedRows, WhenTheUserIsRefusedTheOthersFailAsDerived) {
  DispatchStage stage;
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRefused, 1000);
  const auto lead = Row(1, "org_1");
  const auto other = Row(2, "org_2");
  stage.Submit(other);
  stage.Submit(lead);
  stage.Run();
  EXPECT_EQ(lead->outcome.kind, OutcomeKind::kFailed);
  EXPECT_EQ(lead->outcome.reason, Reason::kUserRefused);
  EXPECT_EQ(lead->outcome.target.http_status, 422);
  EXPECT_EQ(other->outcome.kind, OutcomeKind::kFailed);
  EXPECT_EQ(other->outcome.reason, Reason::kUserFailed);
  EXPECT_EQ(other->outcome.cause_key, "row:1");
  EXPECT_EQ(other->outcome.detail, "user_refused");
  EXPECT_EQ(PostsBelow(stage, support::kUsersPath), 1);
}

TEST(SharedRows, ARowReportsTheUsersFailureItselfWhenItsLeadIsNotInThisRun) {
  DispatchStage stage;
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRefused);
  const auto row = Row(2, "org_2");
  row->lead_row_in_run = false;
  EXPECT_EQ(stage.RunRow(row).reason, Reason::kUserRefused);
}

TEST(SharedRows, ASkippedUserSkipsAllItsRows) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kSkip;
  stage.target.AddUser({.id = "", .email = kEmail});
  stage.RunFor(std::chrono::minutes(10));
  for (std::int64_t row = 1; row <= 3; ++row) {
    const model::Outcome outcome = stage.RunRow(Row(row, "org_1"));
    EXPECT_EQ(outcome.kind, OutcomeKind::kSkipped);
    EXPECT_EQ(outcome.reason, Reason::kUserExists);
  }
  EXPECT_TRUE(stage.target.memberships.empty());
}

TEST(SharedRows, ADuplicateAnswerNeverEndsARow) {
  DispatchStage stage;
  stage.target.AddUser({.id = "", .email = kEmail});
  stage.RunFor(std::chrono::minutes(10));
  const auto row = MakeRow(1, kEmail, "org_1");
  EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kAdopted);
  EXPECT_EQ(row->membership_outcome, OutcomeKind::kCreated);
  EXPECT_EQ(stage.target.memberships.size(), 1U);
}

TEST(SharedRows, ARowOfAFailedOrganizationFailsBeforeItsUserIsCreated) {
  DispatchStage stage;
  const auto row = MakeRow(1, kEmail, "org_1");
  row->organization = CachedOrganization{.id = "", .reason = Reason::kOrganizationNotVisible};
  const model::Outcome outcome = stage.RunRow(row);
  EXPECT_EQ(outcome.kind, OutcomeKind::kFailed);
  EXPECT_EQ(outcome.reason, Reason::kOrganizationFailed);
  EXPECT_EQ(outcome.cause_key, "external_id:org_1");
  EXPECT_EQ(outcome.detail, "organization_not_visible");
  EXPECT_TRUE(stage.transport.requests().empty());
  EXPECT_EQ(stage.journal.outcomes().size(), 1U);
}

// It stayed in doubt for good, and the run never came to its end.
TEST(SharedRows, ARowOfAFailedOrganizationFirstSettlesTheUserThatMayBeThere) {
  DispatchStage stage;
  stage.target.AddUser({.id = "",
                        .email = kEmail,
                        .external_id = "",
                        .first_name = "",
                        .verified = true,
                        .created = support::FakeClock::kStart});
  const auto row = MakeRow(1, kEmail, "org_1");
  row->organization = CachedOrganization{.id = "", .reason = Reason::kOrganizationRefused};
  model::Effect known;
  known.row = 1;
  known.state = model::EffectState::kUnknown;
  known.maybe_sent = true;
  known.intent_ms = stage.clock.WallNow().time_since_epoch().count();
  row->known_user = known;
  const model::Outcome outcome = stage.RunRow(row);
  EXPECT_EQ(outcome.kind, OutcomeKind::kFailed);
  EXPECT_EQ(outcome.reason, Reason::kOrganizationFailed);
  EXPECT_EQ(outcome.cause_key, "external_id:org_1");
  const auto effect = stage.journal.EffectOf(1, model::EffectKind::kUser);
  ASSERT_TRUE(effect.has_value());
  EXPECT_EQ(effect->state, model::EffectState::kDone);
  EXPECT_EQ(effect->target_id, "user_01H1");
  EXPECT_TRUE(stage.target.memberships.empty());
}

TEST(SharedRows, ARejectedRowIsKeptAndSendsNothing) {
  DispatchStage stage;
  const auto row = MakeRow(1, kEmail);
  model::Outcome verdict;
  verdict.row = 1;
  verdict.kind = OutcomeKind::kRejected;
  verdict.reason = Reason::kEmailInvalid;
  row->verdict = verdict;
  EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kRejected);
  EXPECT_TRUE(stage.transport.requests().empty());
  EXPECT_EQ(stage.journal.outcomes().at(1).reason, Reason::kEmailInvalid);
}

TEST(SharedRows, WhenOnlyTheMembershipFailsTheUserStays) {
  DispatchStage stage;
  FailFirst(stage, http::Method::kPost, support::kMembershipsPath, Fault::kRefused);
  const auto row = MakeRow(1, kEmail, "org_1");
  const model::Outcome outcome = stage.RunRow(row);
  EXPECT_EQ(outcome.kind, OutcomeKind::kFailed);
  EXPECT_EQ(outcome.phase, model::Phase::kMemberships);
  EXPECT_EQ(row->user_outcome, OutcomeKind::kCreated);
  EXPECT_EQ(outcome.user_id, "user_01H1");
  const auto user = stage.journal.EffectOf(1, model::EffectKind::kUser);
  ASSERT_TRUE(user.has_value());
  EXPECT_EQ(user->state, model::EffectState::kDone);
}

}  // namespace
}  // namespace rehome::dispatch
