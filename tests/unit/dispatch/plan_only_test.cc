#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "dispatch/settings.h"
#include "existing_membership.h"

namespace rehome::dispatch {
namespace {

using model::OutcomeKind;

/// A dispatcher that only plans, over a target that has one user.
class PlanOnly : public testing::Test {
 protected:
  PlanOnly() {
    stage.target.AddUser({.id = "", .email = kEmail, .external_id = "", .first_name = "Old"});
    stage.settings.plans_only = true;
    stage.settings.refusals_before_looking_first = 0;
    stage.RunFor(std::chrono::minutes(10));
  }
  OutcomeKind Plan(const std::string& email, OnExisting on_existing) {
    stage.settings.on_existing = on_existing;
    stage.settings.adopt_unverified = true;
    stage.Restart();
    const auto row = MakeRow(1, email);
    row->plan.user.first_name = "Ann";
    return stage.RunRow(row).kind;
  }
  void ExpectNothingWritten() {
    const int reads = stage.transport.CountOf(http::Method::kGet);
    EXPECT_EQ(static_cast<int>(stage.transport.requests().size()), reads);
    EXPECT_GT(reads, 0);
  }

  DispatchStage stage;
};

TEST_F(PlanOnly, WhatIsAbsentCountsAsCreatedUnderAnIdThatSaysSo) {
  EXPECT_EQ(Plan("new@example.com", OnExisting::kAdopt), OutcomeKind::kCreated);
  ExpectNothingWritten();
  const auto effect = stage.journal.EffectOf(1, model::EffectKind::kUser);
  ASSERT_TRUE(effect.has_value());
  EXPECT_TRUE(effect->target_id.starts_with(kPlannedId)) << effect->target_id;
  EXPECT_FALSE(effect->maybe_sent);
}

TEST_F(PlanOnly, WhatIsThereIsJudgedAsByAnImport) {
  EXPECT_EQ(Plan(kEmail, OnExisting::kAdopt), OutcomeKind::kAdopted);
  ExpectNothingWritten();
}

TEST_F(PlanOnly, AChangeIsKeptAsAnEventAndNotSent) {
  EXPECT_EQ(Plan(kEmail, OnExisting::kUpdate), OutcomeKind::kUpdated);
  ExpectNothingWritten();
  EXPECT_EQ(stage.target.users.front().first_name, "Old");
  EXPECT_EQ(stage.target.updates_applied, 0);
}

}  // namespace
}  // namespace rehome::dispatch
