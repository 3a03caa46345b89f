#include "pipeline/role_question.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "base/text.h"
#include "support/fake_clock.h"
#include "support/fake_transport.h"

namespace rehome::pipeline {
namespace {

using std::chrono::seconds;
using support::Answered;
using support::Broken;
using support::Scripted;
using Kind = http::TransportError::Kind;

constexpr const char* kRoles = R"({"object":"list","data":[{"slug":"admin"},{"slug":"member"}]})";

struct Case {
  const char* name;
  std::vector<Scripted> answers;  // the last one is repeated
  std::string slugs;              // "-" = no list
  std::string trouble;
  int requests;
};

Scripted FromACache() {
  Scripted scripted = Answered(200, kRoles);
  scripted.completion.response->age = "3";
  return scripted;
}

const std::vector<Case> kCases = {
    {"a list", {Answered(200, kRoles)}, "admin,member", "", 1},
    {"an empty list", {Answered(200, R"({"data":[]})")}, "-", "its list of roles is empty", 2},
    {"a list that was empty by mistake",
     {Answered(200, R"({"data":[]})"), Answered(200, kRoles)},
     "admin,member",
     "",
     2},
    {"an empty list after trouble",
     {Answered(503, ""), Answered(200, R"({"data":[]})")},
     "-",
     "its list of roles is empty",
     3},
    {"trouble after an empty list",
     {Answered(200, R"({"data":[]})"), Answered(404, R"({"message":"Not Found"})")},
     "-",
     R"(HTTP 404, "Not Found")",
     2},
    {"an endpoint that is not there",
     {Answered(404, R"({"message":"Not Found"})")},
     "-",
     R"(HTTP 404, "Not Found")",
     1},
    {"a key without the permission",
     {Answered(403, R"({"message":"Forbidden"})")},
     "-",
     R"(HTTP 403, "Forbidden")",
     1},
    {"a key that is refused",
     {Answered(401, R"({"message":"Unauthorized"})")},
     "-",
     R"(HTTP 401, "Unauthorized")",
     1},
    {"something that is no list", {Answered(200, "{}")}, "-", "the answer is no list of roles", 1},
    {"a part of a list",
     {Answered(200, R"({"data":[{"slug":"admin"}],"list_metadata":{"after":"role_1"}})")},
     "-",
     "the answer is no list of roles",
     1},
    {"a hiccup", {Answered(503, ""), Answered(200, kRoles)}, "admin,member", "", 2},
    {"a limit", {Answered(429, "{}", "2"), Answered(200, kRoles)}, "admin,member", "", 2},
    {"a limit of a minute", {Answered(429, "{}", "60")}, "-", "HTTP 429", 1},
    {"an answer from a cache", {FromACache(), Answered(200, kRoles)}, "admin,member", "", 2},
    {"trouble without an end", {Answered(500, "")}, "-", "HTTP 500", 3},
    {"connections that are cut", {Broken(Kind::kAmbiguous, "reset")}, "-", "reset", 3},
    {"nobody there", {Broken(Kind::kNotSent, "refused")}, "-", "refused", 1},
    {"a bad certificate", {Broken(Kind::kCertificate, "expired")}, "-", "expired", 1},
};

TEST(RoleQuestion, EndsWithTheListOrWithTheReasonThatThereIsNone) {
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.name);
    support::FakeClock clock;
    std::size_t next = 0;
    support::FakeTransport transport(clock, [&](const http::Request&) {
      return one.answers[std::min(next++, one.answers.size() - 1)];
    });
    RoleQuestion question(transport, clock, 1, "roles-x");
    const base::Instant begin = clock.Now();
    while (!question.finished()) {
      question.Poll(clock.Now());
      if (transport.Deliver() > 0) continue;
      clock.AdvanceTo(transport.NextDeadline().value_or(
          question.NextDeadline().value_or(clock.Now() + std::chrono::hours(1))));
      ASSERT_LT(clock.Now() - begin, seconds(60));
    }
    EXPECT_EQ(question.slugs() ? base::Join(*question.slugs(), ",") : "-", one.slugs);
    EXPECT_EQ(question.trouble(), one.trouble);
    ASSERT_EQ(transport.requests().size(), static_cast<std::size_t>(one.requests));
    for (std::size_t i = 0; i < transport.requests().size(); ++i) {
      const http::Request& request = transport.requests()[i];
      EXPECT_EQ(request.target, "/authorization/roles");
      EXPECT_EQ(request.request_id, "roles-x-" + std::to_string(i + 1));
      EXPECT_EQ(request.connection == http::Connection::kFresh, i > 0);
    }
  }
}

TEST(RoleQuestion, WaitsAsLongAsTheTargetAsks) {
  support::FakeClock clock;
  support::FakeTransport transport(clock,
                                   [](const http::Request&) { return Answered(429, "{}", "7"); });
  RoleQuestion question(transport, clock, 1, "roles-x");
  question.Poll(clock.Now());
  clock.Advance(seconds(1));
  transport.Deliver();
  ASSERT_TRUE(question.NextDeadline().has_value());
  EXPECT_GE(*question.NextDeadline(), clock.Now() + seconds(7));
}

}  // namespace
}  // namespace rehome::pipeline
