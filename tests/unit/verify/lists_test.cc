#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "unit/verify/verify_stage.h"

namespace rehome::verify {
namespace {

using model::VerificationState;
using support::Answered;
using support::Scripted;
using test::VerifyStage;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

/// A page of users other than the target would give it.
Scripted PageOf(const std::vector<support::TargetUser>& users, const std::string& after) {
  std::vector<std::string> bodies;
  for (const support::TargetUser& user : users) bodies.push_back(Render(user));
  return Answered(200, support::RenderList(bodies, after));
}

bool IsPageOfUsers(const http::Request& request) {
  return request.target.starts_with("/user_management/users?limit=100");
}

class ListsTest : public ::testing::Test {
 protected:
  /// Strangers stand before the run's users in the target's list.
  void AddStrangers(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      stage.target.AddUser({.id = "", .email = "stranger" + number + "@y.example"});
    }
  }
  int PagesOfUsers() const {
    const auto& requests = stage.transport.requests();
    return static_cast<int>(std::count_if(requests.begin(), requests.end(), IsPageOfUsers));
  }

  VerifyStage stage;
};

TEST_F(ListsTest, AnObjectThatAMovingListSkippedIsAskedForByItself) {
  stage.AddRows(10);
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    if (!IsPageOfUsers(request)) return std::nullopt;
    auto users = stage.target.users;
    users.erase(users.begin() + 4);
    return PageOf(users, "");
  };
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kClean);
  EXPECT_EQ(verification.users, 10);
  EXPECT_EQ(verification.external_ids_unchecked, 0);
}

TEST_F(ListsTest, AnObjectOnTwoPagesIsNoDuplicate) {
  stage.AddRows(10);
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    if (!IsPageOfUsers(request)) return std::nullopt;
    const bool first = request.target.find("after=") == std::string::npos;
    return PageOf(stage.target.users, first ? "user_01Cursor" : "");
  };
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kClean);
  EXPECT_EQ(verification.users, 10);
}

TEST_F(ListsTest, AListThatLeadsBackEndsAndItsObjectsAreAskedForOneByOne) {
  stage.AddRows(200);
  stage.target.users.back().first_name = "Changed";
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    if (!IsPageOfUsers(request)) return std::nullopt;
    // Three cursors in a circle, and the last user on no page.
    const auto after = support::ParameterOf(request.target, "after").value_or("c");
    const std::string next = after == "a" ? "b" : after == "b" ? "c" : "a";
    return PageOf({stage.target.users.begin(), stage.target.users.begin() + 100}, next);
  };
  const model::Verification verification = stage.Verify();
  EXPECT_THAT(stage.Words(), ElementsAre("mismatch user 200 first_name: First200 -> Changed"));
  EXPECT_EQ(verification.why_incomplete,
            "the list of users could not be read to its end (it leads back to a page that was "
            "read)");
  EXPECT_LE(PagesOfUsers(), 10);
}

TEST_F(ListsTest, AnEmptyPageThatGoesOnIsNotTheEnd) {
  stage.AddRows(10);
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    if (!IsPageOfUsers(request)) return std::nullopt;
    if (request.target.find("after=") != std::string::npos) return PageOf(stage.target.users, "");
    return PageOf({}, "user_01Cursor");
  };
  EXPECT_EQ(stage.Verify().state, VerificationState::kClean);
  EXPECT_EQ(PagesOfUsers(), 2);
}

TEST_F(ListsTest, WhenTheListIsTooLongTheObjectsAreAskedForOneByOne) {
  AddStrangers(3000);
  stage.AddRows(5);
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kClean);
  EXPECT_EQ(verification.users, 5);
  EXPECT_EQ(verification.external_ids_unchecked, 5);
  EXPECT_EQ(PagesOfUsers(), 10 + 2 * 5);
  // Lag, users, two questions for each; organizations and memberships.
  EXPECT_EQ(verification.requests, 3 + 20 + 10 + 1 + 1);
}

TEST_F(ListsTest, OneByOneFindsTheSame) {
  AddStrangers(3000);
  stage.AddRows(5);
  auto& users = stage.target.users;
  users[3001].email = "changed@x.example";
  users[3003].external_id = "";
  stage.target.AddUser({.id = "user_01Double", .email = "User3@x.example"});
  users.erase(users.begin() + 3000);
  stage.Verify();
  EXPECT_THAT(stage.Words(),
              UnorderedElementsAre("missing user 1",
                                   "mismatch user 2 email: user2@x.example -> changed@x.example",
                                   "duplicate user 3 email: user3@x.example -> User3@x.example",
                                   "mismatch user 4 external_id: ext-4 -> "));
}

TEST_F(ListsTest, ALongListOfMembershipsHandsOverToo) {
  stage.AddRows(4, 2);
  auto& target = stage.target;
  const std::string organization = target.organizations[0].id;
  std::vector<support::TargetMembership> ours;
  std::swap(ours, target.memberships);
  for (int i = 0; i < 3000; ++i) {
    target.AddMembership(
        {.id = "", .user_id = "user_01S" + std::to_string(i), .organization_id = organization});
  }
  target.memberships.insert(target.memberships.end(), ours.begin(), ours.end());
  target.memberships.back().roles = {"member"};
  target.memberships.erase(target.memberships.begin() + 3000);
  const model::Verification verification = stage.Verify();
  EXPECT_THAT(stage.Words(),
              UnorderedElementsAre("missing membership 1",
                                   "mismatch membership 4 role_slugs: admin -> member"));
  EXPECT_EQ(verification.memberships, 4);
}

TEST_F(ListsTest, AListThatKeepsFailingHandsOverToo) {
  stage.AddRows(250, 250);
  stage.target.users.back().first_name = "Changed";
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    if (!IsPageOfUsers(request) || request.target.find("after=") == std::string::npos) {
      return std::nullopt;
    }
    return Answered(500, R"({"message":"Internal server error"})");
  };
  const model::Verification verification = stage.Verify();
  EXPECT_THAT(stage.Words(), ElementsAre("mismatch user 250 first_name: First250 -> Changed"));
  EXPECT_EQ(verification.state, VerificationState::kIncomplete);
  EXPECT_EQ(verification.external_ids_unchecked, 250);
}

TEST_F(ListsTest, AListThatFailsHidesNoDoubleWhereNothingHasAnExternalId) {
  stage.AddRows(150);
  for (int row = 1; row <= 150; ++row) {
    // Of those that were there before, the run knows the e-mail only.
    stage.EffectOf(model::EffectKind::kUser, row).provenance = model::Provenance::kAdopted;
  }
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    if (!IsPageOfUsers(request)) return std::nullopt;
    return Answered(500, R"({"message":"Internal server error"})");
  };
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kClean) << verification.why_incomplete;
  EXPECT_EQ(verification.external_ids_unchecked, 0);
}

TEST_F(ListsTest, WhenTheObjectThatAPageBeginsAfterIsDeletedTheListIsReadOnceMore) {
  stage.AddRows(150);
  stage.target.AddUser({.id = "user_01Double", .email = "other@x.example", .external_id = "ext-7"});
  int lost = 0;
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    const bool further = request.target.find("after=") != std::string::npos;
    if (!IsPageOfUsers(request) || !further || lost++ > 0) return std::nullopt;
    return Answered(404, R"({"message":"User not found","code":"entity_not_found"})");
  };
  const model::Verification verification = stage.Verify();
  EXPECT_THAT(stage.Words(), ElementsAre("duplicate user 7 external_id: ext-7 -> ext-7"));
  EXPECT_EQ(verification.state, VerificationState::kFindings);
  EXPECT_EQ(PagesOfUsers(), 4);
}

TEST_F(ListsTest, APageThatIsNeverKnownLeavesTheVerificationIncomplete) {
  stage.AddRows(150);
  stage.intercept = [&](const http::Request& request) -> std::optional<Scripted> {
    const bool further = request.target.find("after=") != std::string::npos;
    if (!IsPageOfUsers(request) || !further) return std::nullopt;
    return Answered(404, R"({"message":"User not found","code":"entity_not_found"})");
  };
  const model::Verification verification = stage.Verify();
  EXPECT_EQ(verification.state, VerificationState::kIncomplete);
  EXPECT_EQ(verification.why_incomplete,
            "the list of users could not be read to its end (the target does not know a page of it "
            "(HTTP 404))");
  EXPECT_EQ(verification.external_ids_unchecked, 150);
  EXPECT_EQ(verification.users, 150);
  EXPECT_EQ(PagesOfUsers(), 4);
}

}  // namespace
}  // namespace rehome::verify
