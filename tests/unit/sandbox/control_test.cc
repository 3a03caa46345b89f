#include "sandbox/control.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "unit/sandbox/service_fixture.h"

namespace rehome::sandbox {
namespace {

TEST(SandboxControl, RecordsEachRequestWithItsHeadersDigestAndEffect) {
  ServicePeer peer;
  peer.clock().Advance(std::chrono::milliseconds(250));
  Request request;
  request.method = "POST";
  request.target = "/user_management/users";
  request.authorization = "Bearer sk_test_default";
  request.request_id = "request-1";
  request.idempotency_key = "key-1";
  request.cache_control = "no-cache";
  request.pragma = "no-cache";
  request.expires = "0";
  request.connection = 7;
  request.number_on_connection = 3;
  request.body = R"({"email":"a@example.com","external_id":"x","password":"secret-canary"})";
  const Answer answer = peer.service().Serve(request);
  const Response record = peer.Get("/_sandbox/record");
  EXPECT_EQ(record.content_type, kJsonLines);
  EXPECT_EQ(
      record.body,
      R"({"seq":1,"time_ms":1795426200250,"method":"POST","path":"/user_management/users",)"
      R"("status":201,"request_id":"request-1","answer_id":")" +
          answer.request_id +
          R"(","idempotency_key":"key-1","cache_control":"no-cache","pragma":"no-cache",)"
          R"("expires":"0","body_digest":")" +
          base::ToHex(base::HashBytes(request.body)) +
          R"(","create":{"email":"a@example.com","external_id":"x"},)"
          R"("connection":7,"number_on_connection":3,"effect":{"kind":"user","action":"created","id":")" +
          answer.response.effect->id +
          R"(","email":"a@example.com","external_id":"x","password":"password"}})" + "\n");
  EXPECT_EQ(record.body.find("secret-canary"), std::string::npos);
}

TEST(SandboxControl, RecordsWhatItRefusesAndShowsPartsOfTheRecord) {
  ServicePeer peer;
  peer.Get("/organizations");
  peer.CreateOrganization("Acme");
  peer.Post("/organizations", "{}");
  const auto lines = [&peer](const std::string& query) {
    return base::Split(peer.Get("/_sandbox/record" + query).body, '\n').size() - 1;
  };
  EXPECT_EQ(lines(""), 3U);
  EXPECT_EQ(lines("?effects=1"), 1U);
  EXPECT_EQ(lines("?since=1"), 2U);
  EXPECT_EQ(lines("?since=2&effects=1"), 0U);
  EXPECT_EQ(peer.Get("/_sandbox/record?since=x").status, 422);
}

TEST(SandboxControl, CountsRequestsEffectsAndObjects) {
  ServicePeer peer;
  const std::string organization = peer.CreateOrganization("Acme");
  const std::string user = peer.CreateUser("a@example.com");
  peer.Create(ServicePeer::kMemberships, MembershipBody(user, organization));
  peer.Get("/organizations/" + organization);
  peer.Get("/organizations/external_id/x");
  peer.Get("/nothing");
  EXPECT_EQ(peer.Get("/_sandbox/counts").body,
            R"({"users":1,"organizations":1,"memberships":1,"requests":6,"writes_applied":3,)"
            R"("by_operation":{"POST /organizations":1,"GET /organizations/{id}":1,)"
            R"("GET /organizations/external_id/{external_id}":1,"POST /user_management/users":1,)"
            R"("POST /user_management/organization_memberships":1,"other":1},)"
            R"("by_status":{"200":1,"201":3,"404":2}})");
  peer.Delete("/organizations/" + organization);
  EXPECT_EQ(ParseBody(peer.Get("/_sandbox/counts")).Find("memberships")->AsInt(), 0);
}

TEST(SandboxControl, KeepsNoRecordInMemoryWhenToldSo) {
  ServicePeer peer({.keep_record = false});
  peer.CreateOrganization("Acme");
  const Response response = peer.Get("/_sandbox/record");
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(BodyString(response, "message"), "This sandbox keeps no record in memory.");
  EXPECT_EQ(ParseBody(peer.Get("/_sandbox/counts")).Find("writes_applied")->AsInt(), 1);
}

TEST(SandboxControl, ResetKeepsTheRulesOfTroubleAndForgetsWhatTheyCounted) {
  ServicePeer peer;
  const std::string probe = "/organizations?limit=1";
  const auto statuses = [&] {
    std::string all;
    for (int i = 0; i < 4; ++i) all += std::to_string(peer.Get(probe).status) + " ";
    return all;
  };
  // Six requests in all each minute, of which the second is hit.
  peer.Post("/_sandbox/quota", R"({"shape":"fixed","scale":0.0005})");
  peer.Post("/_sandbox/faults", R"({"faults":[{"kind":"status","status":500,"nth":2}]})");
  const std::string fresh = statuses();
  EXPECT_EQ(fresh, "200 500 200 429 ");
  EXPECT_EQ(statuses(), "429 429 429 429 ");
  peer.Post("/_sandbox/reset", "");
  EXPECT_EQ(statuses(), fresh);
}

TEST(SandboxControl, ResetEmptiesTheCache) {
  ServicePeer peer;
  peer.Post("/_sandbox/faults", R"({"cache":{"ttl_ms":5000}})");
  peer.CreateOrganization("Acme");
  const std::string before = peer.Get("/organizations").body;
  EXPECT_EQ(peer.Get("/organizations").body, before);
  peer.Post("/_sandbox/reset", "");
  EXPECT_NE(peer.Get("/organizations").body, before) << "an organization of before the reset";
}

TEST(SandboxControl, ForgetsEverythingButTheSettingsOnReset) {
  ServicePeer peer;
  peer.Post("/_sandbox/settings", R"({"lag_ms":50})");
  peer.CreateUser("a@example.com");
  EXPECT_EQ(peer.Post("/_sandbox/reset", "").status, 200);
  EXPECT_EQ(peer.Get("/_sandbox/record").body, "");
  EXPECT_EQ(peer.Get("/_sandbox/objects?kind=users").body, "");
  EXPECT_EQ(peer.Post("/_sandbox/settings", "{}").body,
            R"({"lag_ms":50,"latency_min_ms":0,"latency_max_ms":0,"unique":true,)"
            R"("multiple_roles":true,"reference_lag_ms":0})");
  peer.CreateUser("a@example.com");
}

TEST(SandboxControl, RefusesSettingsThatMakeNoSense) {
  ServicePeer peer;
  for (const char* body : {R"({"lag":5})", R"({"lag_ms":-1})", R"({"unique":1})",
                           R"({"latency_min_ms":5})", R"({"lag_ms":true})"}) {
    EXPECT_EQ(peer.Post("/_sandbox/settings", body).status, 422) << body;
  }
  EXPECT_EQ(peer.Post("/_sandbox/settings", "[]").status, 400);
  EXPECT_EQ(peer.Get("/_sandbox/settings").status, 404);
}

TEST(SandboxControl, SeedsObjectsThatAreSeenAtOnceAndAreNoEffects) {
  ServicePeer peer({.lag = std::chrono::seconds(60)});
  const Response seeded =
      peer.Post("/_sandbox/seed",
                R"({"organizations":[{"id":"org_1","name":"Acme","external_id":"acme"}],)"
                R"("users":[{"email":"a@example.com","email_verified":true,"external_id":"x"}],)"
                R"("memberships":[{"user_external_id":"x","organization_external_id":"acme",)"
                R"("role_slugs":["admin"],"status":"inactive"}]})");
  ASSERT_EQ(seeded.status, 200) << seeded.body;
  EXPECT_EQ(BodyString(peer.Get("/organizations/external_id/acme"), "id"), "org_1");
  const Response list =
      peer.Get("/user_management/organization_memberships?organization_id=org_1&statuses=inactive");
  EXPECT_NE(ListedIds(list), "");
  const json::Value counts = ParseBody(peer.Get("/_sandbox/counts"));
  EXPECT_EQ(counts.Find("writes_applied")->AsInt(), 0);
  EXPECT_EQ(counts.Find("memberships")->AsInt(), 1);
}

TEST(SandboxControl, StopsASeedAtTheFirstElementThatIsRefused) {
  ServicePeer peer;
  const Response twice =
      peer.Post("/_sandbox/seed",
                R"({"organizations":[{"id":"org_1","name":"A"},{"id":"org_1","name":"B"}]})");
  EXPECT_EQ(twice.status, 422);
  EXPECT_EQ(Codes(twice), "invalid_request_parameters id_exists");
  EXPECT_EQ(peer.Post("/_sandbox/seed", R"({"memberships":[{"user_email":"nobody@example.com"}]})")
                .status,
            422);
}

TEST(SandboxControl, ShowsTheKindOfAPasswordWithTheObjects) {
  ServicePeer peer;
  peer.Create(ServicePeer::kUsers, R"({"email":"a@example.com","password":"secret-canary"})");
  const std::string users = peer.Get("/_sandbox/objects?kind=users").body;
  EXPECT_NE(users.find(R"("password":"password"})"), std::string::npos) << users;
  EXPECT_EQ(users.find("secret-canary"), std::string::npos);
  EXPECT_EQ(peer.Get("/_sandbox/objects?kind=things").status, 422);
}

TEST(SandboxControl, WritesTheRecordToItsFile) {
  SandboxOptions options;
  options.record_path =
      testing::TempDir() + "sandbox_record_" + std::to_string(getpid()) + ".jsonl";
  options.keep_record = false;
  ServicePeer peer(options);
  ASSERT_TRUE(peer.service().OpenRecord().ok());
  peer.CreateUser("a@example.com");
  peer.Get("/organizations");
  peer.service().Flush();
  const base::Result<std::string> text = base::ReadWholeFile(options.record_path);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(base::Split(*text, '\n').size(), 3U) << *text;
  EXPECT_NE(text->find(R"("action":"created")"), std::string::npos);
  EXPECT_TRUE(base::RemoveFile(options.record_path).ok());
}

}  // namespace
}  // namespace rehome::sandbox
