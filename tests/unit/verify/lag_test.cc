#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "unit/verify/verify_stage.h"

namespace rehome::verify {
namespace {

using model::VerificationState;
using test::VerifyStage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr base::Duration kSchedule = std::chrono::milliseconds(61'500);

class LagTest : public ::testing::TestWithParam<int> {
 protected:
  LagTest() {
    stage.target.lag = std::chrono::seconds(GetParam());
    stage.AddRows(250, 25);
  }
  VerifyStage stage;
};

TEST_P(LagTest, ARunThatEndedJustNowIsClean) {
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kClean) << verification.why_incomplete;
  EXPECT_THAT(stage.Words(), IsEmpty());
  EXPECT_EQ(verification.users, 250);
  EXPECT_EQ(verification.memberships, 250);
  // Three pages of users, one of organizations, ten of memberships; and the looks at the newest.
  EXPECT_LE(verification.requests, 14 + 3 * 8);
  EXPECT_LT(stage.Passed(), kSchedule + std::chrono::seconds(1));
}

TEST_P(LagTest, DamagesAreFoundAndNothingElse) {
  auto& users = stage.target.users;
  auto& memberships = stage.target.memberships;
  users[10].first_name = "Changed";
  stage.target.AddUser({.id = "user_01Double", .email = "USER20@x.example"});
  memberships[30].organization_id = stage.target.organizations[0].id;
  memberships.erase(memberships.begin() + 249);
  users.erase(users.begin() + 5);
  stage.target.organizations[3].name = "Changed";
  stage.Verify();
  EXPECT_THAT(stage.Words(),
              UnorderedElementsAre(
                  "missing user 6", "mismatch user 11 first_name: First11 -> Changed",
                  "duplicate user 20 email: user20@x.example -> USER20@x.example",
                  "mismatch membership 31 organization_id: " + stage.target.organizations[1].id +
                      " -> " + stage.target.organizations[0].id,
                  "missing membership 250", "mismatch organization 76 name: Acme 76 -> Changed"));
  EXPECT_GE(stage.Passed(), kSchedule) << "accused before the lag was surely over";
}

INSTANTIATE_TEST_SUITE_P(Seconds, LagTest, ::testing::Values(0, 2, 20, 60));

TEST(Lag, AHundredSuspicionsWaitTogether) {
  VerifyStage stage;
  stage.AddRows(150, 50);
  stage.target.users.resize(50);
  stage.Verify();
  EXPECT_EQ(stage.findings.size(), 100U);
  // The newest is among them, so the wait for the lag takes the whole schedule already.
  EXPECT_LT(stage.Passed(), kSchedule + std::chrono::seconds(8));
}

TEST(Lag, AStaleReadIsWaitedOut) {
  VerifyStage stage;
  stage.AddRows(5);
  stage.target.users[2].first_name = "Before";
  const base::Instant right_from = stage.clock.Now() + std::chrono::seconds(45);
  stage.on_time = [&] {
    if (stage.clock.Now() >= right_from) stage.target.users[2].first_name = "First3";
  };
  EXPECT_EQ(stage.Verify().state, VerificationState::kClean);
  EXPECT_GE(stage.clock.Now(), right_from);
}

TEST(Lag, OfARunOfLastWeekNobodyWaitsForItsNewestObject) {
  VerifyStage stage;
  stage.AddRows(5);
  stage.clock.Advance(std::chrono::hours(24 * 7));
  stage.target.users.pop_back();
  stage.target.memberships.pop_back();
  stage.Verify();
  EXPECT_THAT(stage.Words(), UnorderedElementsAre("missing user 5", "missing membership 5"));
  // Not the schedule twice: once for the lag and once more for the suspicions.
  EXPECT_LT(stage.Passed(), kSchedule + std::chrono::seconds(2));
}

TEST(Lag, AFindingIsSeenAgainOnAFreshConnection) {
  VerifyStage stage;
  stage.AddRows(5);
  stage.target.users[2].first_name = "Changed";
  stage.Verify();
  ASSERT_EQ(stage.findings.size(), 1U);
  EXPECT_EQ(stage.transport.requests().back().connection, http::Connection::kFresh);
  const auto& starts = stage.transport.starts();
  EXPECT_GE(starts.back() - stage.started, kSchedule);
}

}  // namespace
}  // namespace rehome::verify
