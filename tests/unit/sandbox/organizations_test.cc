#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "unit/sandbox/service_fixture.h"

namespace rehome::sandbox {
namespace {

TEST(SandboxOrganizations, CreatesTheObjectTheContractShows) {
  ServicePeer peer;
  const Response response =
      peer.Post("/organizations", R"({"name":"Acme","external_id":"org-1","domains":null})");
  ASSERT_EQ(response.status, 201);
  const std::string id = response.effect->id;
  EXPECT_EQ(id.substr(0, 4), "org_");
  EXPECT_EQ(id.size(), 30U);
  EXPECT_EQ(
      response.body,
      R"({"object":"organization","id":")" + id +
          R"(","name":"Acme","allow_profiles_outside_organization":false,)"
          R"("created_at":"2026-11-23T09:30:00.000Z","updated_at":"2026-11-23T09:30:00.000Z",)"
          R"("domains":[],"metadata":{},"external_id":"org-1"})");
  EXPECT_EQ(peer.Get("/organizations/" + id).body, response.body);
  EXPECT_EQ(peer.Get("/organizations/external_id/org-1").body, response.body);
}

TEST(SandboxOrganizations, RefusesATakenExternalIdWithTheLiveSentence) {
  ServicePeer peer;
  peer.Create("/organizations", R"({"name":"Acme","external_id":"org-1"})");
  const Response response =
      peer.Post("/organizations", R"({"name":"Other","external_id":"org-1"})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.body,
            R"({"message":"The external_id provided has already been assigned to another )"
            R"(organization.","code":"external_id_already_used"})");
}

TEST(SandboxOrganizations, AllowsTheSameNameTwice) {
  ServicePeer peer;
  EXPECT_NE(peer.CreateOrganization("Acme"), peer.CreateOrganization("Acme"));
}

TEST(SandboxOrganizations, AnswersAnIdempotencyKeyOnceAndAgain) {
  ServicePeer peer;
  const std::string body = R"({"name":"Acme"})";
  const Answer first = peer.Send("POST", "/organizations", body, "bar");
  const Answer again = peer.Send("POST", "/organizations", body, "bar");
  EXPECT_EQ(again.response.status, 201);
  EXPECT_EQ(again.response.body, first.response.body);
  EXPECT_FALSE(again.response.effect.has_value());
  const Response other = peer.Send("POST", "/organizations", R"({"name":"Other"})", "bar").response;
  EXPECT_EQ(other.status, 400);
  EXPECT_EQ(other.body,
            R"({"message":"Another idempotency key (bar) with different request parameters was )"
            R"(found. Please use a different idempotency key."})");
  peer.clock().Advance(std::chrono::hours(24));
  EXPECT_TRUE(peer.Send("POST", "/organizations", body, "bar").response.effect.has_value());
}

TEST(SandboxOrganizations, IgnoresAnIdempotencyKeyOnUsers) {
  ServicePeer peer;
  const std::string body = R"({"email":"a@example.com"})";
  EXPECT_EQ(peer.Send("POST", ServicePeer::kUsers, body, "key").response.status, 201);
  EXPECT_EQ(peer.Send("POST", ServicePeer::kUsers, body, "key").response.status, 400);
}

TEST(SandboxOrganizations, SearchesAPartOfTheName) {
  ServicePeer peer;
  const std::string acme = peer.CreateOrganization("Acme Inc");
  peer.CreateOrganization("Other");
  EXPECT_EQ(ListedIds(peer.Get("/organizations?search=acme&domains=ignored.com")), acme);
}

TEST(SandboxOrganizations, UpdatesAndDeletes) {
  ServicePeer peer;
  const std::string id = peer.CreateOrganization("Acme");
  const std::string user = peer.CreateUser("a@example.com");
  const std::string membership = peer.Create(ServicePeer::kMemberships, MembershipBody(user, id));
  const Response updated =
      peer.Put("/organizations/" + id, R"({"name":"Acme 2","external_id":"x"})");
  EXPECT_EQ(updated.status, 200);
  EXPECT_EQ(BodyString(updated, "name"), "Acme 2");
  EXPECT_EQ(BodyString(peer.Get("/user_management/organization_memberships/" + membership),
                       "organization_name"),
            "Acme 2");
  const Response deleted = peer.Delete("/organizations/" + id);
  EXPECT_EQ(deleted.status, 202);
  EXPECT_EQ(deleted.body, "Accepted");
  EXPECT_EQ(deleted.effect->cascade, std::vector<std::string>{membership});
  const Response gone = peer.Get("/organizations/external_id/x");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(
      gone.body,
      R"({"message":"Organization not found: 'x'.","code":"entity_not_found","entity_id":"x"})");
}

TEST(SandboxOrganizations, DecodesThePathSegmentOfAnExternalId) {
  ServicePeer peer;
  const std::string id = peer.Create("/organizations", R"({"name":"A","external_id":"a/b ?#%+"})");
  EXPECT_EQ(BodyString(peer.Get("/organizations/external_id/a%2Fb%20%3F%23%25+"), "id"), id);
  EXPECT_EQ(peer.Get("/organizations/external_id/a%2").status, 400);
}

}  // namespace
}  // namespace rehome::sandbox
