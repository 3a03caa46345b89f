#include "directory/objects.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace rehome::directory {
namespace {

using Strings = std::vector<std::string>;
using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(ParseUser, ReadsEveryFieldWeUse) {
  const auto user = ParseUser(
      R"({"object":"user","id":"user_01","email":"a@example.com","email_verified":true,)"
      R"("first_name":"Ann","last_name":"Lee","external_id":"e1","metadata":{"k":"v","n":7,)"
      R"("gone":null,"o":{"x":1}},"created_at":"2025-07-22T19:00:50.852Z",)"
      R"("updated_at":"2025-07-23T00:00:00.000Z","profile_picture_url":null,"unheard_of":[1]})");
  ASSERT_TRUE(user.has_value());
  EXPECT_EQ(user->id, "user_01");
  EXPECT_EQ(user->email, "a@example.com");
  EXPECT_TRUE(user->email_verified);
  EXPECT_EQ(user->first_name, "Ann");
  EXPECT_EQ(user->last_name, "Lee");
  EXPECT_EQ(user->external_id, "e1");
  EXPECT_EQ(user->metadata, (Pairs{{"k", "v"}, {"n", "7"}, {"o", R"({"x":1})"}}));
  EXPECT_EQ(user->created_at, "2025-07-22T19:00:50.852Z");
  EXPECT_EQ(user->updated_at, "2025-07-23T00:00:00.000Z");
}

TEST(ParseUser, ToleratesMissingAndNullKeys) {
  for (const std::string body :
       {R"({"id":"user_01"})",
        R"({"id":"user_01","object":null,"email":null,"email_verified":null,"first_name":null,)"
        R"("external_id":null,"metadata":null})",
        R"({"id":"user_01","email_verified":"yes","metadata":"none","first_name":5})"}) {
    const auto user = ParseUser(body);
    ASSERT_TRUE(user.has_value()) << body;
    EXPECT_EQ(user->email, "");
    EXPECT_FALSE(user->email_verified);
    EXPECT_EQ(user->first_name, "");
    EXPECT_EQ(user->external_id, "");
    EXPECT_TRUE(user->metadata.empty());
  }
}

TEST(ParseUser, RefusesWhatIsNoUser) {
  const Strings bodies = {"",
                          "null",
                          "[]",
                          "Accepted",
                          R"("user_01")",
                          "{}",
                          R"({"id":null})",
                          R"({"id":7})",
                          R"({"id":"user_"})",
                          R"({"id":"org_01"})",
                          R"({"object":"organization","id":"user_01"})",
                          R"({"object":"list","data":[{"id":"user_01"}]})",
                          R"({"id":"user_01")",
                          R"([{"id":"user_01"}])"};
  for (const std::string& body : bodies) EXPECT_FALSE(ParseUser(body).has_value()) << body;
}

TEST(ParseOrganization, ReadsEveryFieldWeUse) {
  const auto organization = ParseOrganization(
      R"({"object":"organization","id":"org_01","name":"Acme","domains":[],"external_id":"acme",)"
      R"("created_at":"2025-01-01T00:00:00Z","updated_at":"2025-01-02T00:00:00Z"})");
  ASSERT_TRUE(organization.has_value());
  EXPECT_EQ(organization->id, "org_01");
  EXPECT_EQ(organization->name, "Acme");
  EXPECT_EQ(organization->external_id, "acme");
  EXPECT_EQ(organization->created_at, "2025-01-01T00:00:00Z");
  EXPECT_EQ(organization->updated_at, "2025-01-02T00:00:00Z");
}

TEST(ParseOrganization, DoesNotTakeADomainForAnOrganization) {
  EXPECT_FALSE(ParseOrganization(R"({"object":"organization_domain","id":"org_domain_01"})"));
}

TEST(ParseMembership, ReadsRolesFromTheListElseFromTheOneRole) {
  struct Case {
    std::string name;
    std::string roles;
    Strings slugs;
  };
  const std::vector<Case> cases = {
      {"list",
       R"("roles":[{"slug":"admin"},{"slug":"member"}],"role":{"slug":"admin"})",
       {"admin", "member"}},
      {"one role", R"("role":{"slug":"member"})", {"member"}},
      {"empty list", R"("roles":[],"role":{"slug":"member"})", {"member"}},
      {"nulls", R"("roles":null,"role":null)", {}},
      {"other shapes", R"("roles":[1,{"slug":null},{}],"role":"admin")", {}}};
  for (const Case& c : cases) {
    const auto membership = ParseMembership(
        R"({"object":"organization_membership","id":"om_1","user_id":"user_1",)"
        R"("organization_id":"org_1","status":"inactive","directory_managed":false,)" +
        c.roles + "}");
    ASSERT_TRUE(membership.has_value()) << c.name;
    EXPECT_EQ(membership->user_id, "user_1");
    EXPECT_EQ(membership->organization_id, "org_1");
    EXPECT_EQ(membership->status, "inactive");
    EXPECT_EQ(membership->role_slugs, c.slugs) << c.name;
  }
}

TEST(ParsePage, ReadsObjectsAndTheCursorOfTheNextPage) {
  const auto page = ParseUserPage(R"({"object":"list","data":[{"id":"user_1"},{"id":"user_2"}],)"
                                  R"("list_metadata":{"before":null,"after":"user_2"}})");
  ASSERT_TRUE(page.has_value());
  ASSERT_EQ(page->objects.size(), 2U);
  EXPECT_EQ(page->objects[1].id, "user_2");
  EXPECT_EQ(page->after, "user_2");
}

TEST(ParsePage, TakesANullOrMissingCursorForTheEnd) {
  for (const std::string body : {R"({"data":[],"list_metadata":{"after":null}})",
                                 R"({"data":[],"list_metadata":null})", R"({"data":[]})"}) {
    const auto page = ParseOrganizationPage(body);
    ASSERT_TRUE(page.has_value()) << body;
    EXPECT_TRUE(page->objects.empty());
    EXPECT_EQ(page->after, "");
  }
}

TEST(ParsePage, RefusesAPageOfWhichAPartIsUnreadable) {
  EXPECT_FALSE(ParseMembershipPage(R"({"data":[{"id":"om_1"},{"id":"user_1"}]})"));
  EXPECT_FALSE(ParseMembershipPage(R"({"data":[null]})"));
  EXPECT_FALSE(ParseMembershipPage(R"({"data":{}})"));
  EXPECT_FALSE(ParseMembershipPage(R"({"id":"om_1"})"));
  EXPECT_FALSE(ParseMembershipPage(R"([{"id":"om_1"}])"));
  EXPECT_FALSE(ParseMembershipPage(R"({"data":[{"id":"om_1"}])"));
}

TEST(ParseRoleSlugs, TakesWholeListsOnly) {
  const auto slugs = ParseRoleSlugs(
      R"({"object":"list","data":[{"slug":"admin","name":"Admin","type":"EnvironmentRole"},)"
      R"({"slug":"member"}],"list_metadata":{"before":null,"after":null}})");
  EXPECT_EQ(slugs, (Strings{"admin", "member"}));
  EXPECT_EQ(ParseRoleSlugs(R"({"data":[]})"), Strings());
  const Strings bodies = {
      "",
      "[]",
      "{}",
      R"({"data":{}})",
      R"({"data":["admin"]})",
      R"({"data":[{"slug":"admin"},{"name":"Member"}]})",
      R"({"data":[{"slug":"admin"}],"list_metadata":{"after":"role_1"}})",
  };
  for (const std::string& body : bodies) EXPECT_FALSE(ParseRoleSlugs(body).has_value()) << body;
}

}  // namespace
}  // namespace rehome::directory
