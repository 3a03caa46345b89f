#include "directory/requests.h"

#include <chrono>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace rehome::directory {
namespace {

struct RequestCase {
  std::string name;
  http::Request request;
  http::Method method;
  std::string target;
  std::string body;
};

model::UserRecord FullUser() {
  model::UserRecord user;
  user.email = "Ann+1@example.com";
  user.first_name = "Ann \"A\"";
  user.last_name = "Ünal";
  user.email_verified = false;
  user.external_id = "u/1";
  user.metadata = {{"plan", "pro"}, {"seat", "12"}};
  return user;
}

model::UserRecord UserWithHash() {
  model::UserRecord user;
  user.email = "bob@example.com";
  user.password = model::PasswordHash{"bcrypt", base::Secret("$2a$10$abc")};
  return user;
}

model::UserRecord UserWithPassword() {
  model::UserRecord user;
  user.email = "bob@example.com";
  user.email_verified = true;
  user.password = model::PlainPassword{base::Secret("p\\w\n")};
  return user;
}

model::UserRecord UserWithEmailOnly() {
  model::UserRecord user;
  user.email = "bob@example.com";
  return user;
}

std::vector<RequestCase> Reads() {
  const auto get = http::Method::kGet;
  const std::string all = "statuses=active,inactive,pending&limit=100&order=asc";
  return {
      {"organization", GetOrganization("org_1"), get, "/organizations/org_1", ""},
      {"hostile id", GetOrganization("org_1/../x?y"), get, "/organizations/org_1%2F..%2Fx%3Fy", ""},
      {"organization by external_id", GetOrganizationByExternalId("a/b ?#%é"), get,
       "/organizations/external_id/a%2Fb%20%3F%23%25%C3%A9", ""},
      {"first page of a search", SearchOrganizations("Acme & Co", ""), get,
       "/organizations?search=Acme%20%26%20Co&limit=100&order=asc", ""},
      {"next page of a search", SearchOrganizations("Acme", "org_9"), get,
       "/organizations?search=Acme&limit=100&order=asc&after=org_9", ""},
      {"first page of organizations", ListOrganizations(""), get,
       "/organizations?limit=100&order=asc", ""},
      {"next page of organizations", ListOrganizations("org_9"), get,
       "/organizations?limit=100&order=asc&after=org_9", ""},
      {"user", GetUser("user_1"), get, "/user_management/users/user_1", ""},
      {"user by external_id", GetUserByExternalId("a|b"), get,
       "/user_management/users/external_id/a%7Cb", ""},
      {"users by e-mail", ListUsersByEmail("Ann+1@example.com"), get,
       "/user_management/users?email=Ann%2B1%40example.com&limit=100&order=asc", ""},
      {"first page of users", ListUsers(""), get, "/user_management/users?limit=100&order=asc", ""},
      {"next page of users", ListUsers("user_9"), get,
       "/user_management/users?limit=100&order=asc&after=user_9", ""},
      {"membership", GetMembership("om_1"), get, "/user_management/organization_memberships/om_1",
       ""},
      {"memberships of a user", ListMemberships("user_1", "org_1"), get,
       "/user_management/organization_memberships?user_id=user_1&organization_id=org_1&" + all, ""},
      {"all memberships of a user", ListUserMemberships("user_1", "om_9"), get,
       "/user_management/organization_memberships?user_id=user_1&" + all + "&after=om_9", ""},
      {"roles", ListRoles(), get, "/authorization/roles", ""},
      {"memberships of an organization", ListOrganizationMemberships("org_1", "om_9"), get,
       "/user_management/organization_memberships?organization_id=org_1&" + all + "&after=om_9",
       ""}};
}

std::vector<RequestCase> Writes() {
  const auto post = http::Method::kPost;
  const auto put = http::Method::kPut;
  const std::string users = "/user_management/users";
  const std::string memberships = "/user_management/organization_memberships";
  const std::string om_pair = R"("user_id":"user_1","organization_id":"org_1")";
  const std::string profile =
      R"("first_name":"Ann \"A\"","last_name":"Ünal","email_verified":false,"external_id":"u/1",)"
      R"("metadata":{"plan":"pro","seat":"12"})";
  return {
      {"organization", CreateOrganization("Acme", "acme-1"), post, "/organizations",
       R"({"name":"Acme","external_id":"acme-1"})"},
      {"organization with metadata", CreateOrganization("Acme", "acme-1", {{"k", "v"}}), post,
       "/organizations", R"({"name":"Acme","external_id":"acme-1","metadata":{"k":"v"}})"},
      {"metadata of an organization", UpdateOrganization("org_1", {{"k", "v"}}), put,
       "/organizations/org_1", R"({"metadata":{"k":"v"}})"},
      {"organization by name", CreateOrganization("Acme", ""), post, "/organizations",
       R"({"name":"Acme"})"},
      {"user with every field", CreateUser(FullUser()), post, users,
       R"({"email":"Ann+1@example.com",)" + profile + "}"},
      {"user with an e-mail only", CreateUser(UserWithEmailOnly()), post, users,
       R"({"email":"bob@example.com"})"},
      {"user with a hash", CreateUser(UserWithHash()), post, users,
       R"({"email":"bob@example.com","password_hash":"$2a$10$abc","password_hash_type":"bcrypt"})"},
      {"user with a password", CreateUser(UserWithPassword()), post, users,
       R"({"email":"bob@example.com","email_verified":true,"password":"p\\w\n"})"},
      {"update never sends the e-mail", UpdateUser("user_1", FullUser(), Passwords::kLeaveOut), put,
       users + "/user_1", "{" + profile + "}"},
      {"update without the password",
       UpdateUser("user_1", UserWithPassword(), Passwords::kLeaveOut), put, users + "/user_1",
       R"({"email_verified":true})"},
      {"update with the hash", UpdateUser("user_1", UserWithHash(), Passwords::kInclude), put,
       users + "/user_1", R"({"password_hash":"$2a$10$abc","password_hash_type":"bcrypt"})"},
      {"membership without a role", CreateMembership("user_1", "org_1", {}), post, memberships,
       "{" + om_pair + "}"},
      {"membership with one role", CreateMembership("user_1", "org_1", {"admin"}), post,
       memberships, "{" + om_pair + R"(,"role_slug":"admin"})"},
      {"membership with two roles", CreateMembership("user_1", "org_1", {"admin", "org-x"}), post,
       memberships, "{" + om_pair + R"(,"role_slugs":["admin","org-x"]})"},
      {"new roles of a membership", UpdateMembership("om_1", {"a", "b"}), put,
       memberships + "/om_1", R"({"role_slugs":["a","b"]})"},
      {"new role of a membership", UpdateMembership("om_1", {"a"}), put, memberships + "/om_1",
       R"({"role_slug":"a"})"}};
}

void ExpectRequests(const std::vector<RequestCase>& cases, base::Duration timeout) {
  for (const RequestCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(http::NameOf(c.request.method), http::NameOf(c.method));
    EXPECT_EQ(c.request.target, c.target);
    EXPECT_EQ(c.request.body.Reveal(), c.body);
    EXPECT_EQ(c.request.timeout, timeout);
    EXPECT_EQ(c.request.request_id, "") << "the caller's";
    EXPECT_EQ(c.request.idempotency_key, "") << "the caller's";
  }
}

TEST(Requests, ReadWithEncodedTargetsAndFifteenSeconds) {
  ExpectRequests(Reads(), std::chrono::seconds(15));
}

TEST(Requests, WriteExactBodiesWithThirtySeconds) {
  ExpectRequests(Writes(), std::chrono::seconds(30));
}

TEST(Requests, CannotAddressAnEmptyExternalIdOrOneOfDotsByPath) {
  EXPECT_FALSE(CanAddressByExternalId(""));
  EXPECT_FALSE(CanAddressByExternalId("."));
  EXPECT_FALSE(CanAddressByExternalId(".."));
  EXPECT_TRUE(CanAddressByExternalId("..."));
  EXPECT_TRUE(CanAddressByExternalId("a/.."));
}

}  // namespace
}  // namespace rehome::directory
