#include "http/attempt.h"

#include <gtest/gtest.h>

#include "http/header_lines.h"

namespace rehome::http {
namespace {

using Kind = TransportError::Kind;
using std::chrono::milliseconds;

Request PostOf(std::string request_id) {
  Request request;
  request.method = Method::kPost;
  request.target = "/users";
  request.request_id = std::move(request_id);
  request.timeout = milliseconds(1500);
  return request;
}

struct FailureCase {
  const char* name;
  int departures;  // how often the library asks to send
  Attempt::Verdict verdict;
  Kind kind;
  const char* message;
};

class EveryFailure : public ::testing::TestWithParam<FailureCase> {};

TEST_P(EveryFailure, SaysWhatMayBeConcluded) {
  Attempt attempt;
  attempt.Begin(PostOf("id"), "https://a.b");
  for (int i = 0; i < GetParam().departures; ++i) EXPECT_EQ(attempt.MayDepart(), i == 0);
  const Completion completion = attempt.Failed(GetParam().verdict, "a.b:443", milliseconds(1000));
  ASSERT_FALSE(completion.response.has_value());
  EXPECT_EQ(completion.error.kind, GetParam().kind);
  EXPECT_EQ(completion.error.message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Attempt, EveryFailure,
    ::testing::Values(
        FailureCase{"look_up",
                    0,
                    {false, false, "Could not resolve host: a.b"},
                    Kind::kNotSent,
                    "a.b:443: Could not resolve host: a.b"},
        FailureCase{"connect_time_out",
                    0,
                    {true, false, "x"},
                    Kind::kNotSent,
                    "a.b:443: no connection within 1 s"},
        FailureCase{"time_out",
                    1,
                    {true, false, "x"},
                    Kind::kAmbiguous,
                    "a.b:443: no complete answer within 1500 ms"},
        FailureCase{"reset",
                    1,
                    {false, false, "Connection reset by peer"},
                    Kind::kAmbiguous,
                    "a.b:443: Connection reset by peer"},
        FailureCase{"repeat",
                    2,
                    {false, false, "operation aborted by pre-request callback"},
                    Kind::kAmbiguous,
                    "a.b:443: the connection broke before an answer came; the request was not "
                    "sent again"},
        FailureCase{"certificate",
                    0,
                    {false, true, "name '\x1b[2J' is wrong"},
                    Kind::kCertificate,
                    "a.b:443: name '\\x1b[2J' is wrong"},
        // The library was sending again and met another machine: the first sending still counts.
        FailureCase{
            "certificate_after_departure", 1, {false, true, "x"}, Kind::kAmbiguous, "a.b:443: x"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Attempt, StartsAnewWithEachRequest) {
  Attempt attempt;
  attempt.Begin(PostOf("one"), "https://a.b");
  EXPECT_TRUE(attempt.MayDepart());
  EXPECT_FALSE(attempt.MayDepart());
  EXPECT_TRUE(attempt.TakeHeaderLine("Age: 1\r\n"));
  EXPECT_TRUE(attempt.TakeBody("old"));
  attempt.Begin(PostOf(""), "https://a.b");
  EXPECT_EQ(attempt.url(), "https://a.b/users");
  EXPECT_EQ(attempt.own_lines()[0], "");
  EXPECT_TRUE(attempt.MayDepart());
  EXPECT_TRUE(attempt.TakeHeaderLine("\r\n"));
  EXPECT_TRUE(attempt.TakeBody("new"));
  const Completion completion = attempt.Answered(200, "a.b:443");
  ASSERT_TRUE(completion.response.has_value());
  EXPECT_EQ(completion.response->body, "new");
  EXPECT_EQ(completion.response->age, "");
}

TEST(Attempt, AsksTheLastCheckOnlyForTheFirstDeparture) {
  int asked = 0;
  Request request = PostOf("id");
  request.may_send = [&] { return ++asked > 0; };
  Attempt attempt;
  attempt.Begin(std::move(request), "https://a.b");
  EXPECT_TRUE(attempt.MayDepart());
  EXPECT_FALSE(attempt.MayDepart());
  EXPECT_EQ(asked, 1);
}

TEST(HeaderLines, KnowWhatCanStandInAHeader) {
  EXPECT_TRUE(IsHeaderValue(""));
  EXPECT_TRUE(IsHeaderValue("sk_test-1 ~"));
  for (const char* bad : {"a\r\nX: y", "a\n", "a\t", "\x7f", "caf\xc3\xa9"}) {
    EXPECT_FALSE(IsHeaderValue(bad)) << bad;
  }
  EXPECT_FALSE(IsHeaderValue(std::string_view("\0", 1)));
}

TEST(HeaderLines, LeaveOutTheAuthorizationWithoutAKey) {
  for (const base::Secret& line : SharedHeaderLines({})) {
    EXPECT_FALSE(line.Reveal().starts_with("Authorization")) << line.Reveal();
  }
}

}  // namespace
}  // namespace rehome::http
