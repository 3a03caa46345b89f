#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;
using model::Reason;

/// An environment that has several roles for one membership not enabled.
void RefuseSeveral(DispatchStage& stage) {
  stage.target.refusal = R"({"message":"Multiple roles is not enabled for this environment.",)"
                         R"("code":"multiple_roles_not_enabled"})";
  stage.target.fault = [](const http::Request& request) {
    const bool several = request.body.Reveal().find("role_slugs") != std::string_view::npos;
    return several ? Fault::kRefused : Fault::kNone;
  };
}

RowJobPtr Row(std::int64_t row, std::vector<std::string> roles) {
  auto job = MakeRow(row, Email(row), "org_01Acme");
  job->plan.role_slugs = std::move(roles);
  return job;
}

TEST(SeveralRoles, OnlyTheFirstRowHasToAsk) {
  DispatchStage stage;
  RefuseSeveral(stage);
  const model::Outcome first = stage.RunRow(Row(1, {"admin", "member"}));
  EXPECT_EQ(first.kind, OutcomeKind::kFailed);
  EXPECT_EQ(first.reason, Reason::kMultipleRolesDisabled);
  EXPECT_EQ(first.target.provider_code, "multiple_roles_not_enabled");
  const int posts = PostsBelow(stage, "/");
  const model::Outcome second = stage.RunRow(Row(2, {"admin", "member"}));
  EXPECT_EQ(second.kind, OutcomeKind::kFailed);
  EXPECT_EQ(second.reason, Reason::kMultipleRolesDisabled);
  EXPECT_EQ(second.phase, model::Phase::kMemberships);
  EXPECT_EQ(second.detail, "not sent: the target refused several roles to row 1");
  EXPECT_EQ(PostsBelow(stage, "/"), posts) << "not even its user is created";
  EXPECT_EQ(stage.RunRow(Row(3, {"admin"})).kind, OutcomeKind::kCreated);
  EXPECT_EQ(stage.target.users.size(), 2U);
}

TEST(SeveralRoles, ManySuchRowsStopTheRun) {
  DispatchStage stage;
  RefuseSeveral(stage);
  for (int row = 1; row <= 60; ++row) stage.RunRow(Row(row, {"admin", "member"}));
  ASSERT_TRUE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.dispatcher->failure()->code, base::ErrorCode::kLimit);
  EXPECT_EQ(stage.target.users.size(), 1U);
}

support::TargetUser& AddUser(DispatchStage& stage, std::int64_t row) {
  return stage.target.AddUser({.id = "", .email = Email(row)});
}

// What a row comes to must not depend on which of the rows came first.
TEST(SeveralRoles, WhatIsThereAlreadyIsTakenOverAsBeforeTheRefusal) {
  for (const bool after_a_refusal : {false, true}) {
    SCOPED_TRACE(after_a_refusal);
    DispatchStage stage;
    RefuseSeveral(stage);
    const std::string user = AddUser(stage, 2).id;
    stage.target.AddMembership(
        {.id = "", .user_id = user, .organization_id = "org_01Acme", .roles = {"admin", "member"}});
    if (after_a_refusal) stage.RunRow(Row(1, {"admin", "member"}));
    const auto row = Row(2, {"member", "admin"});
    EXPECT_EQ(stage.RunRow(row).kind, OutcomeKind::kAdopted);
    EXPECT_EQ(row->outcome.user_id, user);
    EXPECT_EQ(row->membership_outcome, OutcomeKind::kUnchanged);
    EXPECT_EQ(stage.journal.EffectOf(2, model::EffectKind::kMembership)->state,
              model::EffectState::kDone);
  }
}

TEST(SeveralRoles, AUserThatIsThereWithoutTheMembershipIsAdoptedAndNothingIsSent) {
  DispatchStage stage;
  RefuseSeveral(stage);
  AddUser(stage, 2);
  stage.RunRow(Row(1, {"admin", "member"}));
  const int posts = PostsBelow(stage, "/");
  const auto row = Row(2, {"admin", "member"});
  EXPECT_EQ(stage.RunRow(row).reason, Reason::kMultipleRolesDisabled);
  EXPECT_EQ(row->outcome.detail, "not sent: the target refused several roles to row 1");
  EXPECT_EQ(row->user_outcome, OutcomeKind::kAdopted);
  EXPECT_EQ(PostsBelow(stage, "/"), posts);
  // The row that was told itself is the one that is named, whatever later rows come to.
  EXPECT_EQ(stage.RunRow(Row(3, {"admin", "member"})).detail,
            "not sent: the target refused several roles to row 1");
}

TEST(SeveralRoles, AUserThatIsToBeSkippedIsSkipped) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kSkip;
  stage.Restart();
  RefuseSeveral(stage);
  AddUser(stage, 2);
  stage.RunRow(Row(1, {"admin", "member"}));
  EXPECT_EQ(stage.RunRow(Row(2, {"admin", "member"})).kind, OutcomeKind::kSkipped);
}

TEST(SeveralRoles, AChangeThatWouldBeRefusedIsNotSentEither) {
  DispatchStage stage;
  stage.settings.on_existing = OnExisting::kUpdate;
  stage.Restart();
  RefuseSeveral(stage);
  for (const std::int64_t row : {1, 2}) {
    stage.target.AddMembership({.id = "",
                                .user_id = AddUser(stage, row).id,
                                .organization_id = "org_01Acme",
                                .roles = {"member"}});
  }
  const auto changes = [&] {
    return std::count_if(
        stage.transport.requests().begin(), stage.transport.requests().end(),
        [](const http::Request& request) { return request.method == http::Method::kPut; });
  };
  EXPECT_EQ(stage.RunRow(Row(1, {"admin", "member"})).reason, Reason::kMultipleRolesDisabled);
  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(stage.RunRow(Row(2, {"admin", "member"})).reason, Reason::kMultipleRolesDisabled);
  EXPECT_EQ(changes(), 1);
  EXPECT_EQ(stage.target.memberships.back().roles, std::vector<std::string>{"member"});
}

// Left where it is, it would stay in doubt for ever.
TEST(SeveralRoles, WhatTheJournalKnowsIsBroughtToItsEnd) {
  DispatchStage stage;
  RefuseSeveral(stage);
  stage.RunRow(Row(1, {"admin", "member"}));
  const auto row = Row(2, {"admin", "member"});
  model::Effect known;
  known.row = 2;
  known.state = model::EffectState::kSent;
  known.maybe_sent = true;
  known.intent_ms = stage.clock.WallNow().time_since_epoch().count();
  stage.journal.Plant(known);
  row->known_user = known;
  EXPECT_EQ(stage.RunRow(row).reason, Reason::kMultipleRolesDisabled);
  EXPECT_EQ(stage.journal.EffectOf(2, model::EffectKind::kUser)->state, model::EffectState::kDone);
}

// An environment where it was enabled meanwhile.
TEST(SeveralRoles, AResumedRunAsksAgain) {
  DispatchStage stage;
  RefuseSeveral(stage);
  stage.RunRow(Row(1, {"admin", "member"}));
  stage.target.fault = nullptr;
  stage.Restart();
  EXPECT_EQ(stage.RunRow(Row(2, {"admin", "member"})).kind, OutcomeKind::kCreated);
}

}  // namespace
}  // namespace rehome::dispatch
