#include "sandbox/fault.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/text.h"
#include "json/value.h"
#include "unit/sandbox/service_fixture.h"

namespace rehome::sandbox {
namespace {

using Delivery = Answer::Delivery;

/// A sandbox that is told to do things to requests.
class SandboxFaults : public testing::Test {
 protected:
  /// One fault, beside `kind` as given.
  void Script(const std::string& faults) {
    const Response response = peer_.Post("/_sandbox/faults", R"({"faults":[)" + faults + "]}");
    EXPECT_EQ(response.status, 200) << response.body;
  }
  Answer CreateUser(const std::string& email) {
    return peer_.Send("POST", ServicePeer::kUsers, R"({"email":")" + email + "\"}");
  }
  std::string Record() { return peer_.Get("/_sandbox/record").body; }
  std::int64_t Users() { return *ParseBody(peer_.Get("/_sandbox/counts")).Find("users")->AsInt(); }

  ServicePeer peer_;
};

TEST_F(SandboxFaults, GivesNoAnswerBeforeOrAfterItAppliesARequest) {
  struct Case {
    const char* kind;
    Delivery delivery;
  };
  std::int64_t users = 0;
  for (const Case& it : std::vector<Case>{
           {"reset", Delivery::kReset}, {"close", Delivery::kClose}, {"hang", Delivery::kHang}}) {
    const std::string kind = it.kind;
    Script(R"({"kind":")" + kind + R"(","when":"before"})");
    EXPECT_EQ(CreateUser(kind + "@example.com").delivery, it.delivery);
    EXPECT_EQ(Users(), users) << kind;
    EXPECT_NE(Record().find(R"("status":0)"), std::string::npos);
    EXPECT_NE(Record().find(R"("fault":")" + kind + R"(_before","applied_status":0})"),
              std::string::npos)
        << Record();
    Script(R"({"kind":")" + kind + R"(","when":"after"})");
    EXPECT_EQ(CreateUser(kind + "@example.com").delivery, it.delivery);
    EXPECT_EQ(Users(), ++users) << kind;
    EXPECT_NE(Record().find(R"("fault":")" + kind + R"(_after","applied_status":201,"effect")"),
              std::string::npos)
        << Record();
  }
}

TEST_F(SandboxFaults, AnswersWithAStatusBeforeOrAfter) {
  Script(R"({"kind":"status","status":503,"retry_after":"7"},)"
         R"({"kind":"status","status":500,"when":"after","nth":2})");
  const Answer before = CreateUser("a@example.com");
  EXPECT_EQ(before.response.status, 503);
  EXPECT_EQ(before.response.body, R"({"message":"Service Unavailable"})");
  EXPECT_EQ(before.extra_headers, "Retry-After: 7\r\n");
  EXPECT_EQ(Users(), 0);
  const Answer after = CreateUser("a@example.com");
  EXPECT_EQ(after.response.status, 500);
  EXPECT_EQ(Users(), 1);
  EXPECT_EQ(CreateUser("b@example.com").response.status, 201) << "each hits once";
}

TEST_F(SandboxFaults, SpoilsTheTrueAnswer) {
  Script(R"({"kind":"half_body"})");
  EXPECT_EQ(CreateUser("a@example.com").delivery, Delivery::kHalf);
  Script(R"({"kind":"wrong_length","length_error":-3})");
  EXPECT_EQ(CreateUser("b@example.com").length_error, -3);
  Script(R"({"kind":"huge"})");
  EXPECT_GT(CreateUser("c@example.com").response.body.size(), std::size_t{5} << 20);
  Script(R"({"kind":"html","status":200,"when":"after"})");
  EXPECT_EQ(CreateUser("d@example.com").response.content_type, "text/html; charset=UTF-8");
  Script(R"({"kind":"empty","status":201,"when":"after"})");
  EXPECT_EQ(CreateUser("e@example.com").response.body, "");
  Script(R"({"kind":"gzip"})");
  const Answer packed = CreateUser("f@example.com");
  EXPECT_EQ(packed.extra_headers, "Content-Encoding: gzip\r\n");
  EXPECT_EQ(packed.response.body.substr(0, 2), "\x1f\x8b");
  EXPECT_NE(packed.response.body.find("f@example.com"), std::string::npos) << "it is only stored";
  EXPECT_EQ(Users(), 6);
}

// A record that says more than what happened would count faults that nobody met.
TEST_F(SandboxFaults, RecordsNoFaultThatChangedNothing) {
  const std::string id = peer_.CreateUser("a@example.com");
  const std::string path = std::string(ServicePeer::kUsers) + "/" + id;
  peer_.clock().Advance(std::chrono::seconds(30));
  Script(R"({"kind":"stale","lag_ms":10000})");
  EXPECT_EQ(peer_.Get(path).status, 200);
  EXPECT_EQ(Record().find("\"fault\""), std::string::npos) << "it was the same 10 s ago";
  Script(R"({"kind":"stale","lag_ms":60000})");
  EXPECT_EQ(peer_.Get(path).status, 404);
  EXPECT_NE(Record().find(R"("fault":"stale","applied_status":200)"), std::string::npos);
}

TEST_F(SandboxFaults, OfAnAnswerWithoutABodyOnlyTheLengthCanBeWrong) {
  const std::string path = std::string(ServicePeer::kUsers) + "/" + peer_.CreateUser("a@x.org");
  const auto remove = [&](const std::string& fault) {
    Script(fault);
    return peer_.Send("DELETE", path);
  };
  const Answer gone = remove(R"({"kind":"wrong_length","length_error":-3})");
  EXPECT_EQ(gone.response.body, "");
  EXPECT_EQ(gone.length_error, 0);
  EXPECT_EQ(gone.fault, "");
  const std::string other = std::string(ServicePeer::kUsers) + "/" + peer_.CreateUser("b@x.org");
  Script(R"({"kind":"half_body"})");
  const Answer half = peer_.Send("DELETE", other);
  EXPECT_EQ(half.delivery, Delivery::kWhole);
  EXPECT_EQ(half.fault, "");
  const std::string third = std::string(ServicePeer::kUsers) + "/" + peer_.CreateUser("c@x.org");
  Script(R"({"kind":"wrong_length","length_error":4})");
  const Answer longer = peer_.Send("DELETE", third);
  EXPECT_EQ(longer.length_error, 4);
  EXPECT_EQ(longer.fault, "wrong_length");
}

TEST_F(SandboxFaults, HandsOutTheBodyOfAnotherRequestOrAPhantom) {
  Script(R"({"kind":"other_body","times":2})");
  EXPECT_EQ(BodyString(CreateUser("a@example.com").response, "email"), "phantom@example.com");
  EXPECT_EQ(BodyString(CreateUser("b@example.com").response, "email"), "a@example.com");
  EXPECT_EQ(Users(), 2);
  EXPECT_EQ(BodyString(CreateUser("c@example.com").response, "email"), "c@example.com");
}

TEST_F(SandboxFaults, ReadsThePast) {
  const std::string id = peer_.CreateUser("a@example.com");
  peer_.clock().Advance(std::chrono::seconds(30));
  const std::string path = "/user_management/users/" + id;
  peer_.Put(path, R"({"first_name":"Ann"})");
  peer_.clock().Advance(std::chrono::seconds(10));
  Script(R"({"kind":"stale","lag_ms":20000},{"kind":"stale","lag_ms":60000,"nth":2})");
  EXPECT_NE(peer_.Get(path).body.find(R"("first_name":null)"), std::string::npos);
  EXPECT_EQ(peer_.Get(path).status, 404);
  EXPECT_NE(peer_.Get(path).body.find("Ann"), std::string::npos);
}

TEST_F(SandboxFaults, KeepsThePastForFaultsThatMayAskForIt) {
  Script(R"({"kind":"stale","lag_ms":20000,"nth":2})");
  const std::string id = peer_.CreateUser("a@example.com");
  const std::string path = "/user_management/users/" + id;
  peer_.clock().Advance(std::chrono::seconds(30));
  peer_.Put(path, R"({"first_name":"Ann"})");
  peer_.clock().Advance(std::chrono::seconds(10));
  EXPECT_NE(peer_.Get(path).body.find("Ann"), std::string::npos);
  EXPECT_NE(peer_.Get(path).body.find(R"("first_name":null)"), std::string::npos);
}

TEST_F(SandboxFaults, MovesAListUnderAReader) {
  std::vector<std::string> ids;
  for (const char* email : {"a@x.com", "b@x.com", "c@x.com", "d@x.com"}) {
    ids.push_back(peer_.CreateUser(email));
  }
  const std::string first = "/user_management/users?order=asc&limit=2";
  const std::string second = first + "&after=" + ids[1];
  Script(R"({"kind":"list_repeat","on":"list"})");
  EXPECT_EQ(ListedIds(peer_.Get(first)), ids[0] + " " + ids[1]);
  EXPECT_EQ(ListedIds(peer_.Get(second)), ids[1] + " " + ids[2] + " " + ids[3]);
  Script(R"({"kind":"list_skip","on":"list"})");
  EXPECT_EQ(ListedIds(peer_.Get(first)), ids[0] + " " + ids[1]);
  EXPECT_EQ(ListedIds(peer_.Get(second)), ids[3]);
}

TEST_F(SandboxFaults, TellsOfDuplicatesInOtherDialects) {
  const std::string user =
      peer_.Create(ServicePeer::kUsers, R"({"email":"a@example.com","external_id":"x"})");
  const std::string organization = peer_.CreateOrganization("Acme");
  peer_.Create(ServicePeer::kMemberships, MembershipBody(user, organization));
  Script(R"({"kind":"dialect","status":422,"form":"code","on":"user","times":0},)"
         R"({"kind":"dialect","status":400,"form":"message","on":"membership","times":0})");
  const Response taken = CreateUser("A@example.com").response;
  EXPECT_EQ(taken.status, 422);
  EXPECT_EQ(taken.body, R"({"code":"email_not_available"})");
  const Response member = peer_.Post(ServicePeer::kMemberships, MembershipBody(user, organization));
  EXPECT_EQ(member.status, 400);
  EXPECT_EQ(member.body, R"({"message":"The user is already a member of this organization."})");
  EXPECT_EQ(CreateUser("new@example.com").response.status, 201);
  EXPECT_EQ(CreateUser("nonsense").response.status, 400);
}

TEST_F(SandboxFaults, HitsWhatItsSelectorNames) {
  struct Case {
    const char* name;
    const char* where;
    const char* hit;  // which of the requests below
  };
  const std::vector<std::pair<std::string, std::string>> requests = {
      {"POST", "/organizations"},
      {"POST", "/user_management/users"},
      {"POST", "/user_management/organization_memberships"},
      {"GET", "/user_management/users?email=a%40example.com"},
      {"GET", "/organizations/external_id/x"},
      {"GET", "/user_management/users?limit=100"},
      {"PUT", "/user_management/users/user_1"},
      {"GET", "/authorization/roles"},
  };
  for (const Case& it : std::vector<Case>{
           {"organization", R"("on":"organization")", "10000000"},
           {"user", R"("on":"user")", "01000000"},
           {"membership", R"("on":"membership")", "00100000"},
           {"look-up", R"("on":"lookup")", "00011000"},
           {"list", R"("on":"list")", "00000100"},
           {"change", R"("on":"change")", "00000010"},
           {"anything", R"("on":"any")", "11111111"},
           {"method", R"("method":"POST")", "11100000"},
           {"path", R"("path":"/user_management/users")", "01010100"},
           {"pattern", R"("path":"/*users*")", "01010110"},
           {"body", R"("body_part":"name")", "10000000"},
           {"target", R"("target_part":"%40example")", "00010000"},
           {"third", R"("nth":3,"times":1)", "00100000"},
           {"every third", R"("every":3)", "10010010"},
           {"twice", R"("times":2)", "11000000"},
           {"never", R"("probability":0)", "00000000"},
           {"reused", R"("reused_connection":true)", "00000000"},
       }) {
    ServicePeer peer;
    const std::string more = std::string(it.where).find("times") == std::string::npos
                                 ? std::string(R"(,"times":0)")
                                 : std::string();
    peer.Post("/_sandbox/faults", R"({"faults":[{"kind":"status","status":599,)" +
                                      std::string(it.where) + more + "}]}");
    std::string hit;
    for (const auto& [method, target] : requests) {
      const std::string body = target == "/organizations" ? R"({"name":"A"})" : "{}";
      hit += peer.Send(method, target, body).response.status == 599 ? '1' : '0';
    }
    EXPECT_EQ(hit, it.hit) << it.name;
  }
}

TEST_F(SandboxFaults, CountsEachRequestByItselfWhenToldSo) {
  Script(R"({"kind":"status","status":500,"on":"user","per_request":true})");
  for (const char* email : {"a@example.com", "b@example.com"}) {
    EXPECT_EQ(CreateUser(email).response.status, 500) << "the first time";
    EXPECT_EQ(CreateUser(email).response.status, 201) << "the second time";
  }
}

TEST_F(SandboxFaults, ChanceDependsOnTheSeedAndTheRequestButNotOnTheOrder) {
  const auto statuses = [](const std::string& seed, bool backward) {
    ServicePeer peer;
    peer.Post("/_sandbox/faults", R"({"seed":)" + seed + R"(,"rate":0.5,"kinds":["status"]})");
    std::string hit(40, '0');
    for (std::size_t i = 0; i < hit.size(); ++i) {
      const std::size_t n = backward ? hit.size() - 1 - i : i;
      const std::string target = "/user_management/users/u" + std::to_string(n);
      if (peer.Get(target).status != 404) hit[n] = '1';
    }
    return hit;
  };
  EXPECT_EQ(statuses("1", false), statuses("1", true));
  EXPECT_NE(statuses("1", false), statuses("2", false));
  EXPECT_NE(statuses("1", false).find('1'), std::string::npos);
  EXPECT_NE(statuses("1", false).find('0'), std::string::npos);
}

TEST_F(SandboxFaults, ChanceKnowsARequestByNaturalKeysAndNotByIds) {
  const auto statuses = [](std::uint64_t ids) {
    ServicePeer peer({.seed = ids});
    std::vector<std::string> users;
    for (int i = 0; i < 40; ++i) users.push_back(peer.CreateUser(std::to_string(i) + "@x.com"));
    const std::string organization = peer.CreateOrganization("Acme");
    peer.Post("/_sandbox/faults", R"({"seed":1,"rate":0.5,"kinds":["status"]})");
    std::string hit;
    for (const std::string& user : users) {
      const Response response =
          peer.Post(ServicePeer::kMemberships, MembershipBody(user, organization));
      hit += response.status == 201 ? '0' : '1';
    }
    return hit;
  };
  EXPECT_EQ(statuses(1), statuses(2));
  EXPECT_NE(statuses(1).find('1'), std::string::npos);
}

TEST_F(SandboxFaults, RefusesScriptsThatMakeNoSenseAndKeepsTheOldOne) {
  Script(R"({"kind":"status","status":599,"times":0})");
  for (const char* script :
       {R"({"faults":[{}]})", R"({"faults":[{"kind":"explode"}]})",
        R"({"faults":[{"kind":"reset","when":"later"}]})",
        R"({"faults":[{"kind":"status","status":99}]})", R"({"faults":[{"kind":"reset","nth":0}]})",
        R"({"faults":[{"kind":"reset","on":"nobody"}]})", R"({"rate":2})", R"({"rates":1})",
        R"({"kinds":["explode"]})", R"({"cache":{"ttl":5}})", R"({"faults":[{"kind":1}]})"}) {
    EXPECT_EQ(peer_.Post("/_sandbox/faults", script).status, 422) << script;
  }
  EXPECT_EQ(CreateUser("a@example.com").response.status, 599);
  EXPECT_EQ(peer_.Post("/_sandbox/faults", "{}").status, 200);
  EXPECT_EQ(CreateUser("a@example.com").response.status, 201);
}

TEST_F(SandboxFaults, NamesTheMemberThatIsWrong) {
  const std::vector<std::vector<std::string>> cases = {
      {"400", "'faults' is not a list.", R"({"faults":{"kind":"reset"}})"},
      {"400", "'faults' is not a list.", R"({"faults":"reset"})"},
      {"400", "'faults[1]' is not an object.", R"({"faults":[{"kind":"reset"},"reset"]})"},
      {"422", "'faults[0].kind' ", R"({"faults":[{}]})"},
      {"422", "'faults[1].nth' ", R"({"faults":[{"kind":"reset"},{"kind":"hang","nth":0}]})"},
      {"422", "'faults[0].whom' ", R"({"faults":[{"kind":"reset","whom":"me"}]})"},
      {"400", "'kinds' is not a list.", R"({"kinds":"reset"})"},
      {"422", "'kinds[1]' ", R"({"kinds":["reset","explode"]})"},
      {"400", "'cache' is not an object.", R"({"cache":5})"},
      {"422", "'cache.ttl' ", R"({"cache":{"ttl":5}})"},
      {"422", "'seed' ", R"({"seed":"one"})"},
  };
  for (const auto& one : cases) {
    const Response response = peer_.Post("/_sandbox/faults", one[2]);
    EXPECT_EQ(std::to_string(response.status), one[0]) << one[2];
    EXPECT_NE(response.body.find(one[1]), std::string::npos) << response.body;
  }
}

TEST_F(SandboxFaults, RefusesMembershipsOfWhatIsTooFresh) {
  peer_.Post("/_sandbox/settings", R"({"reference_lag_ms":2000})");
  const std::string user = peer_.CreateUser("a@example.com");
  peer_.clock().Advance(std::chrono::seconds(1));
  const std::string organization = peer_.CreateOrganization("Acme");
  peer_.clock().Advance(std::chrono::seconds(1));
  const auto join = [&] {
    return peer_.Post(ServicePeer::kMemberships, MembershipBody(user, organization));
  };
  EXPECT_EQ(BodyString(join(), "message"), "Organization not found: '" + organization + "'.");
  peer_.clock().Advance(std::chrono::seconds(1));
  EXPECT_EQ(join().status, 201);
}

/// A cache in front of the sandbox.
class SandboxCache : public SandboxFaults {
 protected:
  void Cache(const std::string& rules) {
    const Response response =
        peer_.Post("/_sandbox/faults", R"({"cache":{"ttl_ms":5000)" + rules + "}}");
    EXPECT_EQ(response.status, 200) << response.body;
  }
};

TEST_F(SandboxCache, AnswersTheSameTargetFromMemoryForItsTime) {
  peer_.CreateUser("a@example.com");
  Cache(R"(,"tells_age":true)");
  const std::string list = "/user_management/users?email=a@example.com";
  EXPECT_EQ(peer_.Send("GET", list).extra_headers, "");
  peer_.CreateUser("b@example.com");
  peer_.clock().Advance(std::chrono::seconds(4));
  EXPECT_EQ(peer_.Send("GET", list).extra_headers, "Age: 4\r\n");
  EXPECT_NE(Record().find(R"("fault":"cached","applied_status":0)"), std::string::npos);
  EXPECT_EQ(ListedIds(peer_.Get("/user_management/users?email=none@example.com")), "");
  peer_.clock().Advance(std::chrono::seconds(1));
  EXPECT_EQ(peer_.Send("GET", list).extra_headers, "");
}

TEST_F(SandboxCache, MayTakeAllQueriesOfAPathForOne) {
  const std::string id = peer_.CreateUser("a@example.com");
  Cache(R"(,"ignores_query":true)");
  peer_.Get("/user_management/users?email=a@example.com");
  EXPECT_EQ(ListedIds(peer_.Get("/user_management/users?email=b@example.com")), id);
  EXPECT_EQ(peer_.Send("GET", "/user_management/users").extra_headers, "");
}

TEST_F(SandboxCache, MayEvenKeepWritesFromTheTarget) {
  Cache(R"(,"caches_writes":true)");
  EXPECT_EQ(BodyString(CreateUser("a@example.com").response, "email"), "a@example.com");
  const Answer cached = CreateUser("b@example.com");
  EXPECT_EQ(cached.response.status, 201);
  EXPECT_EQ(BodyString(cached.response, "email"), "a@example.com");
  EXPECT_EQ(Users(), 1);
}

TEST_F(SandboxCache, MayHonourWhatARequestSaysOfCaches) {
  peer_.CreateUser("a@example.com");
  Cache(R"(,"honours_control":true)");
  const std::string list = "/user_management/users";
  peer_.Get(list);
  const std::string second = peer_.CreateUser("b@example.com");
  EXPECT_EQ(ListedIds(peer_.Get(list)).find(second), std::string::npos);
  Request request;
  request.method = "GET";
  request.target = list;
  request.authorization = "Bearer sk_test_default";
  request.cache_control = "no-cache, no-store";
  EXPECT_NE(ListedIds(peer_.service().Serve(request).response).find(second), std::string::npos);
}

}  // namespace
}  // namespace rehome::sandbox
