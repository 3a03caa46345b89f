#include "sandbox/service.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "unit/sandbox/service_fixture.h"

namespace rehome::sandbox {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(SandboxService, RefusesAMissingOrWrongKey) {
  ServicePeer peer;
  for (const char* authorization : {"", "Bearer sk_other", "sk_test_default", "Bearer "}) {
    Request request;
    request.method = "GET";
    request.target = "/organizations";
    request.authorization = authorization;
    const Response response = peer.service().Serve(request).response;
    EXPECT_EQ(response.status, 401) << authorization;
    EXPECT_EQ(response.body, R"({"message":"Unauthorized"})");
  }
}

TEST(SandboxService, AnswersWhatItDoesNotServe) {
  struct Case {
    const char* name;
    const char* method;
    const char* target;
    std::string body;
    int status;
  };
  const std::vector<Case> cases = {
      {"unknown path", "GET", "/nothing", "", 404},
      {"unknown method", "PATCH", "/organizations", "{}", 404},
      {"no path", "GET", "", "", 404},
      {"too long a path", "GET", "/organizations/a/b", "", 404},
      {"broken escape", "GET", "/organizations/%zz", "", 400},
      {"broken JSON", "POST", "/organizations", "{\"name\":", 400},
      {"a list", "POST", "/organizations", "[]", 400},
      {"over 100 KiB", "POST", "/organizations", std::string(102401, ' '), 413},
      {"an empty body is an empty object", "POST", "/organizations", "", 422},
  };
  for (const Case& test : cases) {
    SCOPED_TRACE(test.name);
    ServicePeer peer;
    EXPECT_EQ(peer.Send(test.method, test.target, test.body).response.status, test.status);
  }
}

TEST(SandboxService, GivesEachAnswerItsOwnRequestIdAndTheClocksDate) {
  ServicePeer peer;
  peer.clock().Advance(seconds(7));
  const Answer first = peer.Send("GET", "/organizations");
  const Answer second = peer.Send("GET", "/organizations");
  EXPECT_EQ(first.request_id.size(), 36U);
  EXPECT_NE(first.request_id, second.request_id);
  EXPECT_EQ(base::FormatIso8601(first.date), "2026-11-23T09:30:07.000Z");
}

TEST(SandboxService, HidesANewObjectFromLookUpsAndListsForTheLag) {
  ServicePeer peer({.lag = seconds(3)});
  const std::string user =
      peer.Create(ServicePeer::kUsers, R"({"email":"a@example.com","external_id":"x"})");
  const std::string organization = peer.CreateOrganization("Acme");
  const std::string membership =
      peer.Create(ServicePeer::kMemberships, MembershipBody(user, organization));
  const std::vector<std::string> look_ups = {
      "/user_management/users/" + user, "/user_management/users/external_id/x",
      "/organizations/" + organization, "/user_management/organization_memberships/" + membership};
  const std::vector<std::string> lists = {
      "/user_management/users", "/user_management/users?email=a@example.com",
      "/user_management/users?organization_id=" + organization, "/organizations",
      "/user_management/organization_memberships?user_id=" + user};
  peer.clock().Advance(milliseconds(2999));
  for (const std::string& target : look_ups) EXPECT_EQ(peer.Get(target).status, 404) << target;
  for (const std::string& target : lists) EXPECT_EQ(ListedIds(peer.Get(target)), "") << target;
  peer.clock().Advance(milliseconds(1));
  for (const std::string& target : look_ups) EXPECT_EQ(peer.Get(target).status, 200) << target;
  for (const std::string& target : lists) EXPECT_NE(ListedIds(peer.Get(target)), "") << target;
}

TEST(SandboxService, ChecksUniquenessAndReferencesWithoutLag) {
  ServicePeer peer({.lag = seconds(3)});
  const std::string user = peer.CreateUser("a@example.com");
  EXPECT_EQ(peer.Post(ServicePeer::kUsers, R"({"email":"a@example.com"})").status, 400);
  const std::string organization = peer.CreateOrganization("Acme");
  peer.Create(ServicePeer::kMemberships, MembershipBody(user, organization));
  EXPECT_EQ(peer.Post(ServicePeer::kMemberships, MembershipBody(user, organization)).status, 409);
}

TEST(SandboxService, ShowsTheOldVersionForTheLag) {
  ServicePeer peer({.lag = seconds(3)});
  const std::string path =
      "/user_management/users/" +
      peer.Create(ServicePeer::kUsers, R"({"email":"a@example.com","external_id":"old"})");
  peer.clock().Advance(seconds(10));
  EXPECT_EQ(BodyString(peer.Put(path, R"({"external_id":"new"})"), "external_id"), "new");
  EXPECT_EQ(BodyString(peer.Get(path), "external_id"), "old");
  EXPECT_EQ(peer.Get("/user_management/users/external_id/old").status, 200);
  EXPECT_EQ(peer.Get("/user_management/users/external_id/new").status, 404);
  peer.clock().Advance(seconds(3));
  EXPECT_EQ(BodyString(peer.Get(path), "external_id"), "new");
  EXPECT_EQ(peer.Get("/user_management/users/external_id/old").status, 404);
  EXPECT_EQ(peer.Delete(path).status, 200);
  EXPECT_EQ(peer.Delete(path).status, 404);
  EXPECT_EQ(peer.Get(path).status, 200);
  peer.clock().Advance(seconds(3));
  EXPECT_EQ(peer.Get(path).status, 404);
}

TEST(SandboxService, DrawsTheLatencyFromItsSpan) {
  ServicePeer peer({.latency_min = milliseconds(20), .latency_max = milliseconds(40)});
  bool low = false;
  bool high = false;
  for (int i = 0; i < 200; ++i) {
    const base::Duration latency = peer.Send("GET", "/organizations").latency;
    ASSERT_GE(latency, milliseconds(20)) << "seed 1, answer " << i;
    ASSERT_LE(latency, milliseconds(40)) << "seed 1, answer " << i;
    low = low || latency < milliseconds(25);
    high = high || latency > milliseconds(35);
  }
  EXPECT_TRUE(low && high);
  EXPECT_EQ(peer.Send("GET", "/_sandbox/counts").latency, milliseconds(0));
}

TEST(SandboxService, ListsAndAddsRoles) {
  ServicePeer peer({.roles = {"billing", "admin"}});
  const auto slugs = [&peer] {
    std::string joined;
    const json::Value body = ParseBody(peer.Get("/authorization/roles"));
    for (const json::Value& role : body.Find("data")->elements()) {
      joined += std::string(role.StringAt("slug")) + " ";
    }
    return joined;
  };
  EXPECT_EQ(slugs(), "member admin billing ");
  const Response created =
      peer.Post("/authorization/roles", R"({"slug":"owner","name":"Owner","description":null})");
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(slugs(), "member admin billing owner ");
  const Response again = peer.Post("/authorization/roles", R"({"slug":"owner","name":"Owner"})");
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(Codes(again), "role_slug_conflict");
  EXPECT_EQ(peer.Post("/authorization/roles", R"({"slug":"Not OK","name":"x"})").status, 422);
}

}  // namespace
}  // namespace rehome::sandbox
