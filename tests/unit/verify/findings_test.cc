#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "unit/verify/verify_stage.h"

namespace rehome::verify {
namespace {

using model::EffectKind;
using model::Provenance;
using model::VerificationState;
using test::VerifyStage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class FindingsTest : public ::testing::Test {
 protected:
  FindingsTest() { stage.AddRows(10); }

  support::TargetUser& UserOf(int row) { return target.users[static_cast<std::size_t>(row - 1)]; }
  support::TargetMembership& MembershipOf(int row) {
    return target.memberships[static_cast<std::size_t>(row - 1)];
  }

  VerifyStage stage;
  support::TargetModel& target = stage.target;
};

TEST_F(FindingsTest, WhatTheRunMadeIsCleanAndCounted) {
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kClean) << verification.why_incomplete;
  EXPECT_THAT(stage.Words(), IsEmpty());
  EXPECT_EQ(verification.organizations, 2);
  EXPECT_EQ(verification.users, 10);
  EXPECT_EQ(verification.memberships, 10);
  // Three for the lag, two lists, two lists of memberships.
  EXPECT_EQ(verification.requests, 7);
  EXPECT_LT(stage.Passed(), std::chrono::seconds(1));
}

TEST_F(FindingsTest, ADroppedUserIsMissing) {
  target.users.erase(target.users.begin() + 3);
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kFindings);
  EXPECT_THAT(stage.Words(), ElementsAre("missing user 4"));
  EXPECT_EQ(verification.users, 10);
  EXPECT_EQ(verification.findings[0], 1);
}

TEST_F(FindingsTest, AMissingUserNamesTheOneInItsPlace) {
  UserOf(4).id = "user_01Other";
  stage.Verify();
  ASSERT_THAT(stage.Words(),
              ElementsAre("missing user 4 email: user4@x.example -> user4@x.example"));
  EXPECT_EQ(stage.findings[0].other_id, "user_01Other");
}

TEST_F(FindingsTest, EveryFieldOfAUserIsCompared) {
  UserOf(1).email = "other@x.example";
  UserOf(2).first_name = "Changed";
  UserOf(3).last_name = "";
  UserOf(4).verified = false;
  UserOf(5).external_id = "";
  UserOf(6).metadata = {{"plan", "gold"}, {"more", "is not ours"}};
  UserOf(7).metadata = {};
  const model::Verification verification = stage.Verify();
  EXPECT_THAT(
      stage.Words(),
      UnorderedElementsAre(
          "mismatch user 1 email: user1@x.example -> other@x.example",
          "mismatch user 2 first_name: First2 -> Changed", "mismatch user 3 last_name: Last3 -> ",
          "mismatch user 4 email_verified: true -> false", "mismatch user 5 external_id: ext-5 -> ",
          "mismatch user 6 metadata.plan: p6 -> gold", "mismatch user 7 metadata.plan: p7 -> "));
  EXPECT_EQ(verification.findings[2], 7);
}

TEST_F(FindingsTest, BlanksAroundAValueAreTheSame) {
  UserOf(1).first_name = " First1 ";
  UserOf(2).metadata = {{"plan", "p2\t"}};
  UserOf(3).last_name = "Last 3";
  stage.Verify();
  EXPECT_THAT(stage.Words(), ElementsAre("mismatch user 3 last_name: Last3 -> Last 3"));
}

TEST_F(FindingsTest, AnEmailInAnotherCaseIsTheSame) {
  UserOf(1).email = "USER1@x.example";
  EXPECT_EQ(stage.Verify().state, VerificationState::kClean);
}

TEST_F(FindingsTest, AnotherUserWithTheEmailInAnotherCaseIsADuplicate) {
  target.AddUser({.id = "user_01Double", .email = "USER7@X.example"});
  stage.Verify();
  ASSERT_THAT(stage.Words(),
              ElementsAre("duplicate user 7 email: user7@x.example -> USER7@X.example"));
  EXPECT_EQ(stage.findings[0].other_id, "user_01Double");
}

TEST_F(FindingsTest, AnotherUserWithTheExternalIdIsADuplicate) {
  target.AddUser({.id = "user_01Double", .email = "stranger@x.example", .external_id = "ext-7"});
  stage.Verify();
  EXPECT_THAT(stage.Words(), ElementsAre("duplicate user 7 external_id: ext-7 -> ext-7"));
}

TEST_F(FindingsTest, StrangersAreNoFindings) {
  target.AddUser({.id = "", .email = "stranger@x.example", .external_id = "s"});
  target.AddOrganization({.id = "", .name = "Acme 1", .external_id = "s"});
  target.AddMembership(
      {.id = "", .user_id = "user_01S", .organization_id = target.organizations.front().id});
  EXPECT_EQ(stage.Verify().state, VerificationState::kClean);
}

TEST_F(FindingsTest, AMembershipIsComparedWithItsRolesAndStatus) {
  MembershipOf(1).roles = {"member"};
  MembershipOf(2).status = "inactive";
  MembershipOf(3).roles = {"admin", "member"};
  target.memberships.erase(target.memberships.begin() + 4);
  stage.Verify();
  EXPECT_THAT(stage.Words(),
              UnorderedElementsAre("mismatch membership 1 role_slugs: admin -> member",
                                   "mismatch membership 2 status: active -> inactive",
                                   "mismatch membership 3 role_slugs: admin -> admin,member",
                                   "missing membership 5"));
}

TEST_F(FindingsTest, AMembershipInAnotherOrganizationIsAMismatch) {
  const std::string wanted = target.organizations[0].id;
  const std::string other = target.organizations[1].id;
  MembershipOf(1).organization_id = other;
  const std::string stranger =
      target.AddOrganization({.id = "", .name = "Strange", .external_id = "strange"}).id;
  MembershipOf(2).organization_id = stranger;
  stage.Verify();
  ASSERT_THAT(
      stage.Words(),
      UnorderedElementsAre("mismatch membership 1 organization_id: " + wanted + " -> " + other,
                           "mismatch membership 2 organization_id: " + wanted + " -> " + stranger));
  EXPECT_EQ(stage.findings[0].organization_id, wanted);
  EXPECT_FALSE(stage.findings[0].user_id.empty());
}

TEST_F(FindingsTest, ASecondMembershipOfUserAndOrganizationIsADuplicate) {
  target.AddMembership({.id = "om_01Double",
                        .user_id = MembershipOf(3).user_id,
                        .organization_id = MembershipOf(3).organization_id});
  stage.Verify();
  ASSERT_EQ(stage.findings.size(), 1U);
  EXPECT_EQ(stage.findings[0].kind, model::FindingKind::kDuplicate);
  EXPECT_EQ(stage.findings[0].row, 3);
  EXPECT_EQ(stage.findings[0].other_id, "om_01Double");
}

TEST_F(FindingsTest, AnOrganizationIsComparedAndItsDoublesAreFound) {
  target.organizations[0].name = "Acme Ltd";
  target.AddOrganization({.id = "org_01Double", .name = "Another", .external_id = "acme6"});
  stage.Verify();
  EXPECT_THAT(stage.Words(),
              UnorderedElementsAre("mismatch organization 1 name: Acme 1 -> Acme Ltd",
                                   "duplicate organization 6 external_id: acme6 -> acme6"));
}

TEST_F(FindingsTest, ADroppedOrganizationIsMissing) {
  target.organizations.erase(target.organizations.begin());
  const model::Verification verification = stage.Verify();
  EXPECT_THAT(stage.Words(), ElementsAre("missing organization 1"));
  EXPECT_EQ(verification.organizations, 2);
}

TEST_F(FindingsTest, OfAnAdoptedUserOnlyTheExistenceIsCompared) {
  for (const int row : {1, 2}) {
    stage.EffectOf(EffectKind::kUser, row).provenance = Provenance::kAdopted;
    stage.EffectOf(EffectKind::kUser, row).outcome = model::OutcomeKind::kAdopted;
  }
  UserOf(1).first_name = "As it was";
  target.users.erase(target.users.begin() + 1);
  stage.Verify();
  EXPECT_THAT(stage.Words(), ElementsAre("missing user 2"));
}

TEST_F(FindingsTest, OfAnUpdatedUserNobodyTookTheVerificationBack) {
  stage.EffectOf(EffectKind::kUser, 1).provenance = Provenance::kUpdated;
  UserOf(1).first_name = "Not changed";
  stage.Verify();
  EXPECT_THAT(stage.Words(), ElementsAre("mismatch user 1 first_name: First1 -> Not changed"));
}

TEST_F(FindingsTest, WhatTheRunLeftAloneOrFailedIsNotExpected) {
  stage.EffectOf(EffectKind::kUser, 1).outcome = model::OutcomeKind::kSkipped;
  stage.EffectOf(EffectKind::kUser, 2).state = model::EffectState::kFailed;
  target.users.erase(target.users.begin(), target.users.begin() + 2);
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kClean);
  EXPECT_EQ(verification.users, 8);
}

TEST_F(FindingsTest, ARunThatMadeNothingIsCleanWithoutARequest) {
  stage.journal.effects.clear();
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kClean);
  EXPECT_EQ(verification.requests, 0);
}

}  // namespace
}  // namespace rehome::verify
