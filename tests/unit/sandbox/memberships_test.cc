#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/sandbox/service_fixture.h"

namespace rehome::sandbox {
namespace {

/// A user, an organization and the path of memberships.
class SandboxMemberships : public testing::Test {
 protected:
  std::string Body(const std::string& more = "") const {
    return MembershipBody(user_, organization_, more);
  }
  Response Add(const std::string& more = "") { return peer_.Post(kPath, Body(more)); }
  std::string PathOf(const Response& created) const {
    return std::string(kPath) + "/" + created.effect->id;
  }

  static constexpr std::string_view kPath = ServicePeer::kMemberships;
  ServicePeer peer_;
  const std::string user_ = peer_.CreateUser("a@example.com");
  const std::string organization_ = peer_.CreateOrganization("Acme");
};

TEST_F(SandboxMemberships, CreatesTheObjectTheContractShows) {
  const Response response = Add(R"(,"role_slugs":["admin","member","admin"])");
  ASSERT_EQ(response.status, 201);
  EXPECT_EQ(
      response.body,
      R"({"object":"organization_membership","id":")" + response.effect->id + R"(","user_id":")" +
          user_ + R"(","organization_id":")" + organization_ +
          R"(","organization_name":"Acme","status":"active","directory_managed":false,)"
          R"("role":{"slug":"admin"},"roles":[{"slug":"admin"},{"slug":"member"}],)"
          R"("created_at":"2026-11-23T09:30:00.000Z","updated_at":"2026-11-23T09:30:00.000Z"})");
  EXPECT_EQ(peer_.Get(PathOf(response)).body, response.body);
}

TEST_F(SandboxMemberships, GivesTheDefaultRoleWhenNoneIsAskedFor) {
  EXPECT_EQ(Add(R"(,"role_slug":null)").effect->role_slugs, std::vector<std::string>{"member"});
}

TEST_F(SandboxMemberships, RefusesABadBodyWithItsStatusAndCodes) {
  struct Case {
    const char* name;
    std::string body;
    int status;
    const char* codes;
  };
  const std::vector<Case> cases = {
      {"nothing", "{}", 422,
       "invalid_request_parameters user_id_string_required organization_id_string_required"},
      {"unknown user", MembershipBody("user_x", organization_), 404, "entity_not_found"},
      {"unknown organization", MembershipBody(user_, "org_x"), 404, "entity_not_found"},
      {"unknown role", Body(R"(,"role_slug":"owner")"), 422, "invalid_role"},
      {"both role fields", Body(R"(,"role_slug":"admin","role_slugs":["admin"])"), 422,
       "invalid_request_parameters role_slug_and_role_slugs_provided"},
      {"no role in the list", Body(R"(,"role_slugs":[])"), 422,
       "invalid_request_parameters role_slugs_invalid"},
      {"a number in the list", Body(R"(,"role_slugs":["admin",1])"), 422,
       "invalid_request_parameters role_slugs_invalid"},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    const Response response = peer_.Post(kPath, test.body);
    EXPECT_EQ(response.status, test.status);
    EXPECT_EQ(Codes(response), test.codes);
  }
  EXPECT_EQ(BodyString(peer_.Post(kPath, cases[3].body), "message"),
            "Role 'owner' is not a valid role.");
}

TEST_F(SandboxMemberships, RefusesSeveralRolesWhereTheEnvironmentHasThemOff) {
  peer_.Post("/_sandbox/settings", R"({"multiple_roles":false})");
  const Response response = Add(R"(,"role_slugs":["admin","member"])");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.body, R"({"message":"Multiple roles is not enabled for this environment.",)"
                           R"("code":"multiple_roles_not_enabled"})");
  EXPECT_EQ(Add(R"(,"role_slugs":["admin"])").status, 201);
}

TEST_F(SandboxMemberships, RefusesASecondActiveOne) {
  Add();
  const Response response = Add();
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(Codes(response), "organization_membership_already_exists");
}

TEST_F(SandboxMemberships, AcceptsASecondOneInTheNonUniqueMode) {
  peer_.Post("/_sandbox/settings", R"({"unique":false})");
  EXPECT_NE(Add().effect->id, Add().effect->id);
}

TEST_F(SandboxMemberships, ReactivatesAnInactiveOneWithTheGivenRoles) {
  const Response created = Add();
  EXPECT_EQ(BodyString(peer_.Put(PathOf(created) + "/deactivate", ""), "status"), "inactive");
  EXPECT_FALSE(peer_.Put(PathOf(created) + "/deactivate", "").effect.has_value());
  const Response again = Add(R"(,"role_slug":"admin")");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.effect->id, created.effect->id);
  EXPECT_EQ(again.effect->action, Effect::Action::kReactivated);
  EXPECT_EQ(BodyString(again, "status"), "active");
  EXPECT_EQ(again.effect->role_slugs, std::vector<std::string>{"admin"});
}

TEST_F(SandboxMemberships, DoesNotTouchAPendingOne) {
  const Response seeded = peer_.Post(
      "/_sandbox/seed", R"({"memberships":[{"user_email":"a@example.com","organization_id":")" +
                            organization_ + R"(","status":"pending","id":"om_seeded"}]})");
  ASSERT_EQ(seeded.body, R"({"organizations":[],"users":[],"memberships":["om_seeded"]})");
  const Response response = Add();
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(
      response.body,
      R"({"message":"Pending organization memberships cannot be reactivated. The invite )"
      R"(must be accepted instead.","code":"cannot_reactivate_pending_organization_membership"})");
  EXPECT_EQ(Codes(peer_.Put(std::string(kPath) + "/om_seeded/deactivate", "")),
            "cannot_deactivate_pending_organization_membership");
}

TEST_F(SandboxMemberships, ListsActiveOnesUnlessOthersAreAskedFor) {
  const Response active = Add();
  const std::string other = peer_.CreateOrganization("Other");
  const std::string inactive = peer_.Create(kPath, MembershipBody(user_, other));
  peer_.Put(std::string(kPath) + "/" + inactive + "/deactivate", "");
  const std::string list = std::string(kPath) + "?user_id=" + user_;
  EXPECT_EQ(ListedIds(peer_.Get(list)), active.effect->id);
  EXPECT_EQ(ListedIds(peer_.Get(list + "&statuses=active,inactive,pending")),
            inactive + " " + active.effect->id);
  EXPECT_EQ(
      ListedIds(peer_.Get(std::string(kPath) + "?statuses=inactive&organization_id=" + other)),
      inactive);
  EXPECT_EQ(ListedIds(peer_.Get(list + "&organization_id=" + organization_)), active.effect->id);
  EXPECT_EQ(peer_.Get(list + "&statuses=lost").status, 422);
  const Response neither = peer_.Get(kPath);
  EXPECT_EQ(neither.status, 400);
  EXPECT_EQ(Codes(neither), "missing_user_id_or_organization_id");
}

TEST_F(SandboxMemberships, ReplacesTheRolesAndDeletes) {
  const Response created = Add();
  const Response updated = peer_.Put(PathOf(created), R"({"role_slugs":["admin"]})");
  EXPECT_EQ(updated.status, 200);
  EXPECT_EQ(updated.effect->role_slugs, std::vector<std::string>{"admin"});
  EXPECT_EQ(Codes(peer_.Put(PathOf(created), R"({"role_slug":"owner"})")), "invalid_role");
  EXPECT_EQ(peer_.Delete(PathOf(created)).status, 200);
  const Response gone = peer_.Get(PathOf(created));
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(BodyString(gone, "message"),
            "Organization Membership not found: '" + created.effect->id + "'.");
}

TEST_F(SandboxMemberships, ListsTheUsersOfAnOrganizationOnceEach) {
  const std::string second = peer_.CreateUser("b@example.com");
  peer_.CreateUser("stranger@example.com");
  peer_.Create(kPath, MembershipBody(second, organization_));
  Add();
  const std::string list = "/user_management/users?organization_id=" + organization_;
  EXPECT_EQ(ListedIds(peer_.Get(list)), second + " " + user_);
  EXPECT_EQ(ListedIds(peer_.Get(list + "&email=b@example.com")), second);
}

}  // namespace
}  // namespace rehome::sandbox
