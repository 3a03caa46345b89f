#include "sandbox/quota.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "unit/sandbox/service_fixture.h"

namespace rehome::sandbox {
namespace {

using RetryAfter = QuotaRules::RetryAfter;
using Shape = QuotaRules::Shape;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A quota and the time that a test gives it.
class Metered {
 public:
  explicit Metered(const QuotaRules& rules) : quota_(rules) {}

  void Advance(base::Duration time) { now_ += time; }
  /// Requests until the first that is refused.
  int Admitted(std::string_view method, std::string_view path, int tries) {
    int admitted = 0;
    while (admitted < tries && !quota_.Refuse(method, path, now_, wall_)) ++admitted;
    return admitted;
  }
  std::string Refused(std::string_view method, std::string_view path) {
    const auto refusal = quota_.Refuse(method, path, now_, wall_);
    return refusal ? std::string(refusal->name) + " " + refusal->retry_after : "admitted";
  }

 private:
  Quota quota_;
  base::Instant now_{seconds(1000)};
  // 2026-11-23T09:30:00.250Z
  base::WallTime wall_{milliseconds(1795426200250)};
};

constexpr std::string_view kUsers = "/user_management/users?limit=1";

TEST(SandboxQuota, HasNoneUnlessToldTo) {
  Metered metered({});
  EXPECT_EQ(metered.Admitted("POST", kUsers, 20'000), 20'000);
}

TEST(SandboxQuota, HasTheDocumentedLimitsInEachShape) {
  for (const Shape shape : {Shape::kFixed, Shape::kSliding, Shape::kBucket}) {
    Metered metered({.shape = shape});
    EXPECT_EQ(metered.Admitted("POST", kUsers, 20'000), 500);
    EXPECT_EQ(metered.Admitted("GET", kUsers, 20'000), 1000);
    EXPECT_EQ(metered.Admitted("DELETE", "/organizations/org_1", 20'000), 50);
    EXPECT_EQ(metered.Admitted("POST", "/organizations", 20'000), 6000 - 1550);
    EXPECT_EQ(metered.Refused("GET", kUsers), "user_reads 0");
    EXPECT_EQ(metered.Refused("GET", "/organizations"), "all 0");
  }
}

TEST(SandboxQuota, ARefusedRequestCountsForNoQuota) {
  Metered metered({.shape = Shape::kSliding, .scale = 0.002});  // one write, twelve in all
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(metered.Refused("POST", kUsers), "user_writes 0");
  EXPECT_EQ(metered.Admitted("GET", "/organizations", 100), 11);
}

TEST(SandboxQuota, AFixedWindowBeginsAnewAtItsPhase) {
  Metered metered({.shape = Shape::kFixed, .scale = 0.01, .phase = seconds(3)});
  metered.Advance(seconds(2));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 5);
  metered.Advance(seconds(1));  // 1003 s: a new window, twice the limit within one second
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 5);
  metered.Advance(milliseconds(9999));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 0);
  metered.Advance(milliseconds(1));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 5);
}

// The clock of a machine that has just started stands before the first phase.
TEST(SandboxQuota, TheWindowsBeforeAndAfterThePhaseAreTwo) {
  Metered metered({.shape = Shape::kFixed, .scale = 0.01, .phase = seconds(8)});
  metered.Advance(seconds(-993));  // 7 s
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 5);
  metered.Advance(milliseconds(999));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 0);
  metered.Advance(milliseconds(1));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 5);
}

TEST(SandboxQuota, ASlidingWindowForgetsEachRequestAfterItsLength) {
  Metered metered({.shape = Shape::kSliding, .scale = 0.01});
  EXPECT_EQ(metered.Admitted("POST", kUsers, 2), 2);
  metered.Advance(seconds(6));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 3);
  metered.Advance(seconds(4));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 2);
  metered.Advance(seconds(5));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 0);
}

TEST(SandboxQuota, ABucketHoldsItsBurstAndFillsAtTheRate) {
  Metered metered({.shape = Shape::kBucket, .burst = 20});
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 20);
  metered.Advance(milliseconds(100));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 5);
  metered.Advance(seconds(60));
  EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 20);
}

TEST(SandboxQuota, SaysWhenToComeBackInManyWays) {
  struct Case {
    RetryAfter kind;
    std::string said;
  };
  for (const Case& it : std::vector<Case>{
           {RetryAfter::kNone, ""},
           {RetryAfter::kZero, "0"},
           {RetryAfter::kSeconds, "7"},
           {RetryAfter::kDate, "Mon, 23 Nov 2026 09:30:08 GMT"},
           {RetryAfter::kAbsurd, "99999999999"},
       }) {
    Metered metered({.shape = Shape::kFixed, .scale = 0.002, .retry_after = it.kind});
    metered.Advance(milliseconds(3500));
    EXPECT_EQ(metered.Admitted("POST", kUsers, 100), 1);
    EXPECT_EQ(metered.Refused("POST", kUsers), "user_writes " + it.said);
  }
}

TEST(SandboxQuota, IsSetWhileTheSandboxServesAndShowsInTheRecord) {
  ServicePeer peer;
  EXPECT_EQ(
      peer.Post("/_sandbox/quota", R"({"shape":"sliding","scale":0.002,"retry_after":"seconds"})")
          .status,
      200);
  EXPECT_EQ(peer.Send("POST", ServicePeer::kUsers, R"({"email":"a@example.com"})").response.status,
            201);
  const Answer refused = peer.Send("POST", ServicePeer::kUsers, R"({"email":"b@example.com"})");
  EXPECT_EQ(refused.response.status, 429);
  EXPECT_EQ(refused.extra_headers, "Retry-After: 10\r\n");
  EXPECT_EQ(BodyString(refused.response, "message"),
            "Rate limit exceeded. See the WorkOS docs for more information: "
            "https://workos.com/docs/reference/rate-limits");
  EXPECT_NE(peer.Get("/_sandbox/record").body.find(R"("status":429,)"), std::string::npos);
  EXPECT_NE(peer.Get("/_sandbox/record").body.find(R"("fault":"quota_user_writes")"),
            std::string::npos);
  peer.clock().Advance(seconds(10));
  peer.CreateUser("b@example.com");
  EXPECT_EQ(peer.Post("/_sandbox/quota", "{}").status, 200);
  peer.CreateUser("c@example.com");
}

TEST(SandboxQuota, RefusesRulesThatMakeNoSense) {
  ServicePeer peer;
  for (const char* rules : {R"({"shape":"round"})", R"({"scale":0})", R"({"phase_ms":-1})",
                            R"({"burst":1.5})", R"({"retry_after":"never"})", R"({"limit":5})"}) {
    EXPECT_EQ(peer.Post("/_sandbox/quota", rules).status, 422) << rules;
  }
}

}  // namespace
}  // namespace rehome::sandbox
