#include "sandbox/damage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "json/value.h"
#include "unit/sandbox/service_fixture.h"

namespace rehome::sandbox {
namespace {

/// A sandbox with one user who has everything, in one of two organizations.
class SandboxDamage : public testing::Test {
 protected:
  explicit SandboxDamage(base::Duration lag = base::Duration(0)) : peer_({.lag = lag}) {
    organization_ =
        peer_.Create(ServicePeer::kOrganizations, R"({"name":"Acme","external_id":"acme"})");
    other_ = peer_.Create(ServicePeer::kOrganizations, R"({"name":"Zeta","external_id":"zeta"})");
    user_ = peer_.Create(
        ServicePeer::kUsers,
        R"({"email":"a@example.com","first_name":"Ann","last_name":"Lee","external_id":"x",)"
        R"("email_verified":true,"metadata":{"team":"red"}})");
    membership_ = peer_.Create(ServicePeer::kMemberships,
                               MembershipBody(user_, organization_, R"(,"role_slug":"admin")"));
  }

  /// Asks for one damage and gives the one that was done.
  json::Value Damage(const std::string& object, const std::string& id, const std::string& more) {
    const Response response =
        peer_.Post("/_sandbox/damage", R"({"damages":[{"object":")" + object + R"(","id":")" + id +
                                           R"(",)" + more + "}]}");
    EXPECT_EQ(response.status, 200) << response.body;
    const json::Value body = ParseBody(response);
    const json::Value* done = body.Find("damages");
    EXPECT_TRUE(done != nullptr && done->elements().size() == 1) << response.body;
    return done->elements().front();
  }
  std::string User() { return peer_.Get(std::string(ServicePeer::kUsers) + "/" + user_).body; }
  bool UserHas(const std::string& text) { return User().find(text) != std::string::npos; }
  std::string MembershipsOfUser() {
    return peer_.Get(std::string(ServicePeer::kMemberships) + "?user_id=" + user_).body;
  }

  ServicePeer peer_;
  std::string organization_;
  std::string other_;
  std::string user_;
  std::string membership_;
};

TEST_F(SandboxDamage, DropsAnObjectAndLeavesWhatRefersToIt) {
  Damage("user", user_, R"("kind":"drop")");
  EXPECT_EQ(peer_.Get("/user_management/users/" + user_).status, 404);
  EXPECT_EQ(ListedIds(peer_.Get("/user_management/users?email=a@example.com")), "");
  EXPECT_NE(MembershipsOfUser().find(membership_), std::string::npos);
}

TEST_F(SandboxDamage, DropsAndChangesEachFieldOfAUser) {
  Damage("user", user_, R"("kind":"drop_field","field":"metadata.team")");
  EXPECT_TRUE(UserHas(R"("metadata":{})")) << User();
  struct Case {
    const char* name;
    const char* how;
    const char* seen;
  };
  for (const Case& it : std::vector<Case>{
           {"no first name", R"("kind":"drop_field","field":"first_name")", R"("first_name":null)"},
           {"no last name", R"("kind":"drop_field","field":"last_name")", R"("last_name":null)"},
           {"no external id", R"("kind":"drop_field","field":"external_id")",
            R"("external_id":null)"},
           {"other first name", R"("kind":"change","field":"first_name")",
            R"("first_name":"damaged Ann")"},
           {"value given", R"("kind":"change","field":"last_name","value":"Li")",
            R"("last_name":"Li")"},
           {"unverified", R"("kind":"change","field":"email_verified")",
            R"("email_verified":false)"},
           {"other metadata", R"("kind":"change","field":"metadata.team")",
            R"("metadata":{"team":"damaged red"})"},
       }) {
    ServicePeer peer;
    const std::string id = peer.Create(
        ServicePeer::kUsers,
        R"({"email":"a@example.com","first_name":"Ann","last_name":"Lee","external_id":"x",)"
        R"("email_verified":true,"metadata":{"team":"red"}})");
    const Response done = peer.Post("/_sandbox/damage", R"({"damages":[{"object":"user","id":")" +
                                                            id + R"(",)" + it.how + "}]}");
    EXPECT_EQ(done.status, 200) << it.name << done.body;
    const std::string body = peer.Get("/user_management/users/" + id).body;
    EXPECT_NE(body.find(it.seen), std::string::npos) << it.name << ": " << body;
  }
}

TEST_F(SandboxDamage, ChangesRolesAndStatusOfAMembership) {
  const json::Value roles =
      Damage("membership", membership_, R"("kind":"change","field":"role_slugs")");
  EXPECT_EQ(roles.StringAt("value"), "member");
  EXPECT_NE(MembershipsOfUser().find(R"("roles":[{"slug":"member"}])"), std::string::npos);
  const std::string second = peer_.Create(ServicePeer::kMemberships, MembershipBody(user_, other_));
  Damage("membership", second, R"("kind":"change","field":"status")");
  EXPECT_EQ(MembershipsOfUser().find(second), std::string::npos) << "an inactive one is not listed";
}

TEST_F(SandboxDamage, AddsDuplicatesInSpiteOfUniqueness) {
  const json::Value by_email = Damage("user", user_, R"("kind":"duplicate","field":"email")");
  const Response list = peer_.Get("/user_management/users?email=a@example.com");
  EXPECT_EQ(ListedIds(list), std::string(by_email.StringAt("other_id")) + " " + user_);
  EXPECT_NE(list.body.find("A@EXAMPLE.COM"), std::string::npos);

  const json::Value by_external_id =
      Damage("organization", organization_, R"("kind":"duplicate","field":"external_id")");
  EXPECT_EQ(ListedIds(peer_.Get("/organizations?search=acme")),
            std::string(by_external_id.StringAt("other_id")) + " " + organization_);

  const json::Value pair = Damage("membership", membership_, R"("kind":"duplicate")");
  EXPECT_EQ(ListedIds(peer_.Get("/user_management/organization_memberships?user_id=" + user_)),
            std::string(pair.StringAt("other_id")) + " " + membership_);
}

TEST_F(SandboxDamage, MovesAMembershipToAnotherOrganization) {
  const json::Value moved = Damage("membership", membership_, R"("kind":"move")");
  EXPECT_EQ(moved.StringAt("other_id"), other_);
  EXPECT_NE(MembershipsOfUser().find(R"("organization_id":")" + other_), std::string::npos);
}

TEST_F(SandboxDamage, NeverDamagesOneObjectTwice) {
  Damage("user", user_, R"("kind":"change","field":"first_name")");
  const Response again = peer_.Post("/_sandbox/damage", R"({"damages":[{"object":"user","id":")" +
                                                            user_ + R"(","kind":"drop"}]})");
  EXPECT_EQ(again.status, 422);
  EXPECT_EQ(Codes(again), "invalid_request_parameters damage_twice");
}

TEST_F(SandboxDamage, RefusesWhatIsImpossible) {
  for (const std::string& damage : std::vector<std::string>{
           R"({"kind":"drop","object":"user","id":"user_none"})",
           R"({"kind":"break","object":"user","id":")" + user_ + "\"}",
           R"({"kind":"drop","object":"role","id":"role_1"})",
           R"({"kind":"move","object":"user","id":")" + user_ + "\"}",
           R"({"kind":"change","object":"user","field":"name","id":")" + user_ + "\"}",
           R"({"kind":"drop_field","object":"user","field":"metadata.none","id":")" + user_ + "\"}",
           R"({"kind":"drop_field","object":"organization","field":"name","id":")" + organization_ +
               "\"}",
           R"({"kind":"drop","object":"user","at":"noon","id":")" + user_ + "\"}"}) {
    const Response refused = peer_.Post("/_sandbox/damage", R"({"damages":[)" + damage + "]}");
    EXPECT_EQ(refused.status, 422) << damage << refused.body;
  }
  EXPECT_EQ(peer_.Post("/_sandbox/damage", "{}").status, 422);
  EXPECT_EQ(peer_.Post("/_sandbox/damage", R"({"count":-1})").status, 422);
  EXPECT_TRUE(UserHas("Ann"));
}

class SandboxDamageBehindALag : public SandboxDamage {
 protected:
  SandboxDamageBehindALag() : SandboxDamage(std::chrono::seconds(20)) {}
};

TEST_F(SandboxDamageBehindALag, IsSeenAsLateAsItsObjectAndNeverUndamaged) {
  peer_.clock().Advance(std::chrono::seconds(19));
  Damage("user", user_, R"("kind":"change","field":"first_name")");
  const json::Value twin = Damage("membership", membership_, R"("kind":"duplicate")");
  EXPECT_EQ(peer_.Get("/user_management/users/" + user_).status, 404);
  peer_.clock().Advance(std::chrono::seconds(1));
  EXPECT_TRUE(UserHas("damaged Ann")) << User();
  EXPECT_NE(MembershipsOfUser().find(twin.StringAt("other_id")), std::string::npos);
}

TEST_F(SandboxDamageBehindALag, ShowsADamageOfNowOnlyAfterTheLag) {
  peer_.clock().Advance(std::chrono::seconds(20));
  Damage("user", user_, R"("kind":"change","field":"first_name","at":"now")");
  Damage("membership", membership_, R"("kind":"drop","at":"now")");
  EXPECT_TRUE(UserHas(R"("first_name":"Ann")")) << User();
  EXPECT_NE(MembershipsOfUser().find(membership_), std::string::npos);
  peer_.clock().Advance(std::chrono::seconds(20));
  EXPECT_TRUE(UserHas("damaged Ann")) << User();
  EXPECT_EQ(MembershipsOfUser().find(membership_), std::string::npos);
}

/// Twenty users with two memberships each, over five organizations; two objects were there before.
void Populate(ServicePeer& peer) {
  peer.Post("/_sandbox/seed",
            R"({"users":[{"id":"user_before","email":"before@example.com","first_name":"B"}],)"
            R"("organizations":[{"id":"org_before","name":"Before","external_id":"before"}]})");
  std::vector<std::string> organizations;
  for (int i = 0; i < 5; ++i) {
    const std::string n = std::to_string(i);
    organizations.push_back(peer.Create(ServicePeer::kOrganizations,
                                        R"({"name":"O)" + n + R"(","external_id":"o)" + n + "\"}"));
  }
  for (std::size_t i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    const std::string user =
        peer.Create(ServicePeer::kUsers, R"({"email":"u)" + n +
                                             R"(@example.com","first_name":"F","last_name":)"
                                             R"("L","external_id":"x)" +
                                             n + R"(","metadata":{"a":"b"}})");
    for (const std::size_t at : {i % 5, (i + 1) % 5}) {
      peer.Create(ServicePeer::kMemberships,
                  MembershipBody(user, organizations[at], R"(,"role_slug":"admin")"));
    }
  }
}

TEST(SandboxRandomDamage, DoesAsManyAsAskedOfManyKindsAndNeverOnWhatWasSeeded) {
  ServicePeer peer;
  Populate(peer);
  const json::Value body = ParseBody(peer.Post("/_sandbox/damage", R"({"seed":7,"count":40})"));
  std::set<std::string> ids;
  std::set<std::string> kinds;
  for (const json::Value& damage : body.Find("damages")->elements()) {
    EXPECT_TRUE(ids.emplace(damage.StringAt("id")).second) << "damaged twice";
    kinds.insert(std::string(damage.StringAt("object")) + " " +
                 std::string(damage.StringAt("kind")) + " " +
                 std::string(damage.StringAt("field")));
  }
  EXPECT_EQ(ids.size(), 40U);
  EXPECT_EQ(kinds.size(), 21U) << "nobody is verified; all else is possible";
  EXPECT_FALSE(ids.contains("user_before"));
  EXPECT_FALSE(ids.contains("org_before"));
}

TEST(SandboxRandomDamage, IsTheSameForTheSameSeedAndAnotherForAnother) {
  const auto damage = [](const std::string& seed) {
    ServicePeer peer;
    Populate(peer);
    return peer.Post("/_sandbox/damage", R"({"seed":)" + seed + R"(,"count":30})").body;
  };
  EXPECT_EQ(damage("1"), damage("1"));
  EXPECT_NE(damage("1"), damage("2"));
}

TEST(SandboxRandomDamage, DoesFewerWhenNoMoreArePossibleAndBeginsAnewAfterAReset) {
  ServicePeer peer;
  peer.CreateUser("a@example.com");
  const auto count = [&peer] {
    const Response response = peer.Post("/_sandbox/damage", R"({"count":10})");
    return ParseBody(response).Find("damages")->elements().size();
  };
  EXPECT_EQ(count(), 1U);
  EXPECT_EQ(count(), 0U);
  peer.Post("/_sandbox/reset", "");
  peer.CreateUser("a@example.com");
  EXPECT_EQ(count(), 1U);
}

}  // namespace
}  // namespace rehome::sandbox
