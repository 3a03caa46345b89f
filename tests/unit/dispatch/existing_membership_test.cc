#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "existing_membership.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;
using support::Answered;

/// What an adopted user's membership is like before, and what is made of it.
struct Case {
  const char* name;
  std::string status;
  Roles there;
  Roles wanted;
  OnExisting on_existing;
  OutcomeKind membership;
  OutcomeKind row;
  Reason reason;       // of the membership
  Reason warning;      // of the row
  std::string detail;  // of the warning
  Roles after;
};

std::vector<Case> Cases() {
  const Roles admin = {"admin"};
  const Roles member = {"member"};
  const auto none = Reason::kNone;
  const auto inactive = Reason::kMembershipInactive;
  const auto pending = Reason::kMembershipPending;
  const std::string differs = "it has member, the file says admin";
  const auto adopt = OnExisting::kAdopt;
  const auto update = OnExisting::kUpdate;
  const auto adopted = OutcomeKind::kAdopted;
  const auto unchanged = OutcomeKind::kUnchanged;
  const auto skipped = OutcomeKind::kSkipped;
  const auto failed = OutcomeKind::kFailed;
  return {
      {"same role", "active", admin, admin, adopt, unchanged, adopted, none, none, "", admin},
      {"same roles in another order",
       "active",
       {"b", "a"},
       {"a", "b"},
       update,
       unchanged,
       unchanged,
       none,
       none,
       "",
       {"b", "a"}},
      {"no role in the file",
       "active",
       member,
       {},
       adopt,
       unchanged,
       adopted,
       none,
       none,
       "",
       member},
      {"no role in the file, update",
       "active",
       member,
       {},
       update,
       unchanged,
       unchanged,
       none,
       none,
       "",
       member},
      {"another role", "active", member, admin, adopt, unchanged, adopted, none,
       Reason::kWarnRoleDiffers, differs, member},
      {"another role, update", "active", member, admin, update, OutcomeKind::kUpdated,
       OutcomeKind::kUpdated, none, none, "", admin},
      {"one role more, update",
       "active",
       member,
       {"member", "admin"},
       update,
       OutcomeKind::kUpdated,
       OutcomeKind::kUpdated,
       none,
       none,
       "",
       {"member", "admin"}},
      {"inactive", "inactive", admin, admin, adopt, skipped, skipped, inactive, inactive,
       "om_01Ann", admin},
      {"inactive, update", "inactive", member, admin, update, skipped, skipped, inactive, inactive,
       "om_01Ann", member},
      {"pending", "pending", admin, admin, adopt, failed, failed, pending, none, "", admin},
      {"pending, update", "pending", member, admin, update, failed, failed, pending, none, "",
       member},
  };
}

TEST(ExistingMembership, OfAnAdoptedUserIsLookedAtBeforeAnythingIsSent) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.name);
    DispatchStage stage;
    stage.settings.on_existing = one.on_existing;
    AddAnn(stage, one.status, one.there);
    const auto row = Row(one.wanted);
    const model::Outcome outcome = stage.RunRow(row);
    EXPECT_EQ(row->membership_outcome, one.membership);
    EXPECT_EQ(outcome.kind, one.row);
    EXPECT_EQ(outcome.membership_id, "om_01Ann");
    // A POST would activate an inactive one and replace its roles.
    EXPECT_EQ(PostsBelow(stage, support::kMembershipsPath), 0);
    EXPECT_EQ(stage.journal.EffectOf(1, model::EffectKind::kMembership)->reason, one.reason);
    ASSERT_EQ(outcome.warnings.size(), one.warning == Reason::kNone ? 0U : 1U);
    for (const model::Warning& warning : outcome.warnings) {
      EXPECT_EQ(warning.reason, one.warning);
      EXPECT_EQ(warning.detail, one.detail);
    }
    EXPECT_EQ(stage.target.memberships.front().roles, one.after);
    EXPECT_EQ(stage.target.memberships.front().status, one.status);
  }
}

TEST(ExistingMembership, WhoseNewRolesTheTargetIgnoresIsParkedWithThem) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  AddAnn(stage, "active", {"member"});
  stage.target.answer = Answered(200, support::Render(stage.target.memberships.front()));
  FailFirst(stage, http::Method::kPut, support::kMembershipsPath, Fault::kAnswer, 100);
  const model::Outcome outcome = stage.RunRow(Row({"admin"}));
  EXPECT_EQ(outcome.kind, OutcomeKind::kParked);
  EXPECT_EQ(outcome.reason, Reason::kAnswerMismatch);
  EXPECT_EQ(outcome.detail,
            "the target answers the change and does not show it: role_slugs: the file says admin, "
            "the membership has member");
  EXPECT_TRUE(outcome.warnings.empty());
  EXPECT_EQ(stage.transport.CountOf(http::Method::kPut), 2);
}

TEST(ExistingMembership, AChangeKeepsTheRolesItReplaced) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  AddAnn(stage, "active", {"member", "billing"});
  stage.RunRow(Row({"admin"}));
  const auto effect = stage.journal.EffectOf(1, model::EffectKind::kMembership);
  ASSERT_TRUE(effect.has_value());
  EXPECT_EQ(effect->replaced, R"({"role_slugs":"member,billing"})");
  EXPECT_EQ(effect->provenance, model::Provenance::kUpdated);
}

TEST(ExistingMembership, APendingOneThatTheTargetTellsOfFailsWithItsWords) {
  DispatchStage stage;
  stage.target.answer = Answered(
      400,
      R"({"code":"cannot_reactivate_pending_organization_membership","message":"Pending )"
      R"(organization memberships cannot be reactivated. The invite must be accepted instead."})");
  FailFirst(stage, http::Method::kPost, support::kMembershipsPath, Fault::kAnswer);
  const model::Outcome outcome = stage.RunRow(Row({"admin"}));
  EXPECT_EQ(outcome.kind, OutcomeKind::kFailed);
  EXPECT_EQ(outcome.reason, Reason::kMembershipPending);
  EXPECT_EQ(outcome.phase, model::Phase::kMemberships);
  EXPECT_EQ(outcome.target.message,
            "Pending organization memberships cannot be reactivated. The invite must be accepted "
            "instead.");
}

// Where nothing is unique.
TEST(ExistingMembership, OfSeveralTheActiveOneCounts) {
  DispatchStage stage;
  AddAnn(stage, "inactive", {"admin"});
  stage.target.AddMembership({.id = "om_02Ann",
                              .user_id = "user_01Ann",
                              .organization_id = "org_01Acme",
                              .roles = {"admin"},
                              .created = support::FakeClock::kStart});
  const auto row = Row({"admin"});
  const model::Outcome outcome = stage.RunRow(row);
  EXPECT_EQ(row->membership_outcome, OutcomeKind::kUnchanged);
  EXPECT_EQ(outcome.membership_id, "om_02Ann");
}

TEST(ExistingMembership, RolesThatTheTargetDidNotGiveAreRemarked) {
  DispatchStage stage;
  stage.target.fault = [&stage](const http::Request& request) {
    const bool create = request.method == http::Method::kPost &&
                        support::IsBelow(request, support::kMembershipsPath);
    if (!create) return Fault::kNone;
    stage.target.answer =
        Answered(201, support::Render(support::TargetMembership{.id = "om_01Ann",
                                                                .user_id = "user_01H1",
                                                                .organization_id = "org_01Acme",
                                                                .roles = {"member"}}));
    return Fault::kAnswer;
  };
  const model::Outcome outcome = stage.RunRow(Row({"admin"}));
  EXPECT_EQ(outcome.kind, OutcomeKind::kCreated);
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_EQ(outcome.warnings.front().reason, Reason::kWarnRolesNotGiven);
  EXPECT_EQ(outcome.warnings.front().detail, "it has member, the file says admin");
}

}  // namespace
}  // namespace rehome::dispatch
