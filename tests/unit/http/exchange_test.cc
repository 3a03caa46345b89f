// What goes over the wire and what comes back, against a server that does as it is told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/loop_driver.h"
#include "unit/http/scripted_server.h"

namespace rehome::http {
namespace {

using ::testing::UnorderedElementsAre;

const base::SystemClock kClock;

ScriptedServer::Script Always(std::string bytes) {
  return [bytes](const SeenRequest&) { return Action{bytes, Action::Then::kKeep}; };
}

TEST(Exchange, SendsExactlyTheseHeadersWithAPost) {
  ScriptedServer server(Always(Answer(201, "{}")));
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  Request request = Post("/users", R"({"email":"a@b.c"})");
  request.request_id = "run-1-1";
  request.idempotency_key = "key-1";
  ASSERT_TRUE(SendOne(*loop, std::move(request)).response.has_value());
  ASSERT_EQ(server.seen().size(), 1U);
  const SeenRequest seen = server.seen().front();
  EXPECT_EQ(seen.line, "POST /users HTTP/1.1");
  EXPECT_EQ(seen.body, R"({"email":"a@b.c"})");
  EXPECT_THAT(
      seen.headers,
      UnorderedElementsAre("Host: 127.0.0.1:" + std::to_string(server.port()), "User-Agent: rehome",
                           "X-Request-ID: run-1-1", "Idempotency-Key: key-1",
                           "Authorization: Bearer sk_test_key", "Content-Type: application/json",
                           "Accept: application/json", "Accept-Encoding: identity",
                           "Cache-Control: no-cache, no-store, must-revalidate, max-age=0",
                           "Pragma: no-cache", "Expires: 0", "Content-Length: 17"));
}

TEST(Exchange, LeavesNothingOfAPostInTheNextGetOfTheSameHandle) {
  ScriptedServer server(Always(Answer(200, "{}")));
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  Request post = Post("/users", "{}");
  post.idempotency_key = "key-1";
  post.request_id = "id-1";
  SendOne(*loop, std::move(post));
  SendOne(*loop, Get("/users/user_1"));
  const SeenRequest seen = server.seen().back();
  EXPECT_EQ(seen.line, "GET /users/user_1 HTTP/1.1");
  EXPECT_EQ(seen.Header("Idempotency-Key"), "(absent)");
  EXPECT_EQ(seen.Header("X-Request-ID"), "(absent)");
  EXPECT_EQ(seen.Header("Content-Length"), "(absent)");
  EXPECT_EQ(seen.Header("Expires"), "0");
  EXPECT_EQ(server.connections(), 1);
}

struct MethodCase {
  const char* name;
  Method method;
  const char* body;
  const char* line;
  const char* content_length;
};

class EveryMethod : public ::testing::TestWithParam<MethodCase> {};

TEST_P(EveryMethod, IsSentAsItIsAfterEveryOtherOne) {
  ScriptedServer server(Always(Answer(200, "")));
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  for (const Method before : {Method::kPut, Method::kGet, Method::kPost, Method::kDelete}) {
    Request first = Get("/before");
    first.method = before;
    SendOne(*loop, std::move(first));
    Request request = Post("/x/../y?a=%20", GetParam().body);
    request.method = GetParam().method;
    SendOne(*loop, std::move(request));
    const SeenRequest seen = server.seen().back();
    EXPECT_EQ(seen.line, GetParam().line);
    EXPECT_EQ(seen.body, GetParam().body);
    EXPECT_EQ(seen.Header("Content-Length"), GetParam().content_length);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Exchange, EveryMethod,
    ::testing::Values(
        MethodCase{"get", Method::kGet, "", "GET /x/../y?a=%20 HTTP/1.1", "(absent)"},
        MethodCase{"post", Method::kPost, "{}", "POST /x/../y?a=%20 HTTP/1.1", "2"},
        MethodCase{"empty_post", Method::kPost, "", "POST /x/../y?a=%20 HTTP/1.1", "0"},
        MethodCase{"put", Method::kPut, "{}", "PUT /x/../y?a=%20 HTTP/1.1", "2"},
        MethodCase{"delete", Method::kDelete, "", "DELETE /x/../y?a=%20 HTTP/1.1", "(absent)"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Exchange, GivesTheAnswerWithTheHeadersThatCount) {
  ScriptedServer server(
      Always("HTTP/1.1 103 Early Hints\r\nAge: 9\r\n\r\n" +
             Answer(429, R"({"message":"slow down"})",
                    "content-TYPE: application/json\r\nX-Request-Id: req_1\r\n"
                    "Retry-After: 3\r\nDate: Tue, 01 Sep 2026 10:00:00 GMT\r\n")));
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  const Completion completion = SendOne(*loop, Get("/users"));
  ASSERT_TRUE(completion.response.has_value()) << completion.error.message;
  EXPECT_EQ(completion.response->status, 429);
  EXPECT_EQ(completion.response->body, R"({"message":"slow down"})");
  EXPECT_EQ(completion.response->content_type, "application/json");
  EXPECT_EQ(completion.response->request_id, "req_1");
  EXPECT_EQ(completion.response->retry_after, "3");
  EXPECT_EQ(completion.response->date, "Tue, 01 Sep 2026 10:00:00 GMT");
  EXPECT_EQ(completion.response->age, "");
}

TEST(Exchange, DoesNotFollowARedirect) {
  ScriptedServer server(Always(Answer(307, "", "Location: /elsewhere\r\n")));
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  const Completion completion = SendOne(*loop, Post("/users", "{}"));
  ASSERT_TRUE(completion.response.has_value());
  EXPECT_EQ(completion.response->status, 307);
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST(Exchange, LeavesACompressedBodyAsItCame) {
  const std::string gzip = "\x1f\x8b\x08 not really";
  ScriptedServer server(Always(Answer(200, gzip, "Content-Encoding: gzip\r\n")));
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  const Completion completion = SendOne(*loop, Get("/users"));
  ASSERT_TRUE(completion.response.has_value());
  EXPECT_EQ(completion.response->body, gzip);
}

TEST(Exchange, SendsNoCookieThatAServerSets) {
  ScriptedServer server(Always(Answer(200, "{}", "Set-Cookie: a=b\r\nAlt-Svc: h2=\":1\"\r\n")));
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  SendOne(*loop, Get("/1"));
  SendOne(*loop, Get("/2"));
  EXPECT_EQ(server.seen().back().Header("Cookie"), "(absent)");
}

TEST(Exchange, CompletesTwoHundredRequestsAtOnce) {
  ScriptedServer server([](const SeenRequest& seen) {
    return Action{Answer(201, seen.Header("X-Request-ID")), Action::Then::kKeep};
  });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  std::vector<Request> requests;
  for (int i = 0; i < 200; ++i) {
    requests.push_back(Post("/users", "{}"));
    requests.back().request_id = "id-" + std::to_string(i);
  }
  const std::vector<Completion> completions = SendAll(*loop, std::move(requests));
  for (std::size_t i = 0; i < completions.size(); ++i) {
    ASSERT_TRUE(completions[i].response.has_value()) << completions[i].error.message;
    EXPECT_EQ(completions[i].response->body, "id-" + std::to_string(i));
  }
  EXPECT_EQ(server.seen().size(), 200U);
}

}  // namespace
}  // namespace rehome::http
