// Requests that end without an answer: what may be concluded, and that nothing is sent twice.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "unit/http/loop_driver.h"
#include "unit/http/scripted_server.h"

namespace rehome::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Then = Action::Then;
using Kind = TransportError::Kind;

const base::SystemClock kClock;
// 5 s of this clock are 10 ms: a time-out without a wait.
const base::SystemClock kFastClock(500.0);

std::ptrdiff_t TimesSeen(ScriptedServer& server, std::string_view line) {
  const std::vector<SeenRequest> seen = server.seen();
  return std::count_if(seen.begin(), seen.end(),
                       [&](const SeenRequest& request) { return request.line == line; });
}

std::string Place(const ScriptedServer& server) {
  return "127.0.0.1:" + std::to_string(server.port()) + ": ";
}

class AppliedThenClosed : public ::testing::TestWithParam<Method> {};

TEST_P(AppliedThenClosed, IsSeenOnceAndReportedAsAmbiguousOnAReusedConnection) {
  ScriptedServer server([](const SeenRequest& seen) {
    const bool first = seen.number == 0;
    return first ? Action{Answer(200, "{}"), Then::kKeep} : Action{"", Then::kClose};
  });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  ASSERT_TRUE(SendOne(*loop, Get("/warm")).response.has_value());
  Request request = Get("/apply");
  request.method = GetParam();
  const Completion completion = SendOne(*loop, std::move(request));
  ASSERT_FALSE(completion.response.has_value());
  EXPECT_EQ(completion.error.kind, Kind::kAmbiguous);
  EXPECT_EQ(
      completion.error.message,
      Place(server) + "the connection broke before an answer came; the request was not sent again");
  EXPECT_EQ(server.seen().size(), 2U);
  EXPECT_EQ(server.seen().back().connection, 0) << "the second request must reuse a connection";
}

INSTANTIATE_TEST_SUITE_P(BrokenExchange, AppliedThenClosed,
                         ::testing::Values(Method::kGet, Method::kPost, Method::kPut,
                                           Method::kDelete),
                         [](const auto& tested) { return std::string(NameOf(tested.param)); });

TEST(BrokenExchange, AppliedThenClosedOnANewConnectionIsAmbiguousToo) {
  ScriptedServer server([](const SeenRequest&) { return Action{"", Then::kClose}; });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  const Completion completion = SendOne(*loop, Post("/users", "{}"));
  EXPECT_EQ(completion.error.kind, Kind::kAmbiguous);
  EXPECT_EQ(completion.error.message, Place(server) + "Empty reply from server");
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST(BrokenExchange, AConnectionClosedWhileIdleCostsNothing) {
  ScriptedServer server([](const SeenRequest&) { return Action{Answer(201, "{}"), Then::kClose}; });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  for (int i = 0; i < 20; ++i) {
    const std::string target = "/" + std::to_string(i);
    const Completion completion = SendOne(*loop, i % 2 == 0 ? Post(target, "{}") : Get(target));
    // The close may be seen before the next request or only after it left.
    if (!completion.response) {
      EXPECT_EQ(completion.error.kind, Kind::kAmbiguous);
    }
    const std::string line = (i % 2 == 0 ? "POST " : "GET ") + target + " HTTP/1.1";
    EXPECT_LE(TimesSeen(server, line), 1);
    EXPECT_EQ(TimesSeen(server, line) == 1, completion.response.has_value());
  }
}

TEST(BrokenExchange, ATimeOutIsAmbiguousAndItsConnectionIsNotUsedAgain) {
  ScriptedServer server([](const SeenRequest& seen) {
    // The answer to the first comes with the second, when nobody waits for it any more.
    return seen.number == 0 ? Action{"", Then::kKeep} : Action{Answer(200, "own"), Then::kKeep};
  });
  // 30 s are 1.5 s here, in which a loaded machine too sends the request; all else has 30 real s.
  const base::SystemClock clock(20.0);
  EndpointOptions endpoint = Endpoint(server.url());
  endpoint.connect_timeout = std::chrono::minutes(10);
  const auto loop = MakeLoop(std::move(endpoint), clock);
  const Completion late = SendOne(*loop, Post("/users", "{}"));
  EXPECT_EQ(late.error.kind, Kind::kAmbiguous);
  EXPECT_EQ(late.error.message, Place(server) + "no complete answer within 30 s");
  Request patient = Get("/users");
  patient.timeout = std::chrono::minutes(10);
  const Completion next = SendOne(*loop, std::move(patient));
  ASSERT_TRUE(next.response.has_value()) << next.error.message;
  EXPECT_EQ(next.response->body, "own");
  EXPECT_EQ(server.seen().back().connection, 1);
}

TEST(BrokenExchange, AnAnswerNobodyAskedForIsNotTakenForTheNext) {
  ScriptedServer server([](const SeenRequest& seen) {
    return Action{Answer(200, seen.line) + Answer(200, "stale"), Then::kKeep};
  });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  for (const char* target : {"/1", "/2", "/3"}) {
    const Completion completion = SendOne(*loop, Get(target));
    ASSERT_TRUE(completion.response.has_value()) << completion.error.message;
    EXPECT_EQ(completion.response->body, std::string("GET ") + target + " HTTP/1.1");
  }
}

TEST(BrokenExchange, ARefusedConnectionSendsNothing) {
  int port = 0;
  {
    const ScriptedServer gone([](const SeenRequest&) { return Action{}; });
    port = gone.port();
  }
  const std::string place = "127.0.0.1:" + std::to_string(port);
  const auto loop = MakeLoop(Endpoint("http://" + place), kClock);
  const Completion completion = SendOne(*loop, Post("/users", "{}"));
  ASSERT_FALSE(completion.response.has_value());
  EXPECT_EQ(completion.error.kind, Kind::kNotSent);
  EXPECT_THAT(completion.error.message,
              StartsWith(place + ": Failed to connect to 127.0.0.1 port " + std::to_string(port)));
}

TEST(BrokenExchange, AHandshakeThatHangsSendsNothing) {
  ScriptedServer server([](const SeenRequest&) { return Action{}; });
  const std::string url = "https://127.0.0.1:" + std::to_string(server.port());
  const auto loop = MakeLoop(Endpoint(url), kFastClock);
  const Completion completion = SendOne(*loop, Post("/users", "{}"));
  EXPECT_EQ(completion.error.kind, Kind::kNotSent);
  EXPECT_EQ(completion.error.message, Place(server) + "no connection within 5 s");
}

struct BadAnswer {
  const char* name;
  std::string bytes;
  const char* message;
};

class EveryBadAnswer : public ::testing::TestWithParam<BadAnswer> {};

TEST_P(EveryBadAnswer, IsAmbiguousAndSentOnce) {
  ScriptedServer server([](const SeenRequest&) { return Action{GetParam().bytes, Then::kClose}; });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  const Completion completion = SendOne(*loop, Post("/users", "{}"));
  ASSERT_FALSE(completion.response.has_value());
  EXPECT_EQ(completion.error.kind, Kind::kAmbiguous);
  EXPECT_EQ(completion.error.message, Place(server) + GetParam().message);
  EXPECT_EQ(server.seen().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(
    BrokenExchange, EveryBadAnswer,
    ::testing::Values(
        BadAnswer{"half_body", "HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{\"id\":",
                  "transfer closed with 94 bytes remaining to read"},
        BadAnswer{"half_head", "HTTP/1.1 201 Created\r\nContent-Le",
                  "the connection broke within the headers of the answer"},
        BadAnswer{"half_chunk", "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab",
                  "transfer closed with outstanding read data remaining"},
        BadAnswer{"negative_length", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n{}",
                  "Invalid Content-Length: value"},
        BadAnswer{"garbage", "SSH-2.0-OpenSSH_9.2\r\n", "Received HTTP/0.9 when not allowed"},
        BadAnswer{"body_over_4_mib", Answer(200, std::string((4 << 20) + 1, 'x')),
                  "the body of the answer is over 4 MiB"},
        BadAnswer{"headers_over_64_kib",
                  Answer(200, "{}",
                         "X-A: " + std::string(40000, 'a') + "\r\nX-B: " + std::string(30000, 'b') +
                             "\r\n"),
                  "the headers of the answer are over 64 KiB"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(BrokenExchange, ABodyOfExactlyFourMebibytesIsTaken) {
  const std::string body(4 << 20, 'x');
  ScriptedServer server([&](const SeenRequest&) { return Action{Answer(200, body), Then::kKeep}; });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  const Completion completion = SendOne(*loop, Get("/users"));
  ASSERT_TRUE(completion.response.has_value()) << completion.error.message;
  EXPECT_EQ(completion.response->body.size(), body.size());
}

TEST(BrokenExchange, ARequestWhoseLastCheckFailsNeverLeaves) {
  ScriptedServer server([](const SeenRequest&) { return Action{Answer(200, "{}"), Then::kKeep}; });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  int asked = 0;
  for (const bool warm : {false, true}) {
    Request request = Post("/users", "{}");
    request.may_send = [&] { return ++asked == 0; };
    const Completion completion = SendOne(*loop, std::move(request));
    EXPECT_EQ(completion.error.kind, Kind::kNotSent);
    EXPECT_EQ(completion.error.message, Place(server) + "cancelled before sending");
    EXPECT_EQ(server.seen().size(), warm ? 1U : 0U);
    Request allowed = Get("/ok");
    allowed.may_send = [] { return true; };
    EXPECT_TRUE(SendOne(*loop, std::move(allowed)).response.has_value());
  }
  EXPECT_EQ(asked, 2);
}

TEST(BrokenExchange, AFreshConnectionIsNewAndServesNobodyElse) {
  ScriptedServer server([](const SeenRequest&) { return Action{Answer(200, "{}"), Then::kKeep}; });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  for (const Connection connection :
       {Connection::kAny, Connection::kFresh, Connection::kFresh, Connection::kAny}) {
    Request request = Get("/");
    request.connection = connection;
    SendOne(*loop, std::move(request));
  }
  const auto first = MakeLoop(Endpoint(server.url()), kClock);
  for (const Connection connection : {Connection::kFresh, Connection::kAny}) {
    Request request = Get("/");
    request.connection = connection;
    SendOne(*first, std::move(request));
  }
  std::vector<int> connections;
  for (const SeenRequest& seen : server.seen()) connections.push_back(seen.connection);
  EXPECT_THAT(connections, ElementsAre(0, 1, 2, 0, 3, 4));
}

TEST(BrokenExchange, NoMessageShowsTheKeyOrTheBody) {
  ScriptedServer server([](const SeenRequest&) { return Action{"sk_test_key\r\n", Then::kClose}; });
  const auto loop = MakeLoop(Endpoint(server.url()), kClock);
  const Completion completion = SendOne(*loop, Post("/users", R"({"password":"hunter2"})"));
  EXPECT_THAT(completion.error.message, Not(HasSubstr("sk_test_key")));
  EXPECT_THAT(completion.error.message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace rehome::http
