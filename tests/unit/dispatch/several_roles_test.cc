#include <gtest/gtest.h>

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
  const std::size_t asked = stage.transport.requests().size();
  const model::Outcome second = stage.RunRow(Row(2, {"admin", "member"}));
  EXPECT_EQ(second.kind, OutcomeKind::kFailed);
  EXPECT_EQ(second.reason, Reason::kMultipleRolesDisabled);
  EXPECT_EQ(second.phase, model::Phase::kMemberships);
  EXPECT_EQ(second.detail, "not sent: the target refused several roles to row 1");
  EXPECT_EQ(stage.transport.requests().size(), asked) << "not even its user is created";
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
