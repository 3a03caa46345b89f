#include "http/response_head.h"

#include <gtest/gtest.h>

#include <string>

namespace rehome::http {
namespace {

Response Read(std::initializer_list<std::string_view> lines) {
  Response response;
  ResponseHead head;
  head.Reset(response);
  for (const std::string_view line : lines) EXPECT_TRUE(head.Accept(line));
  return response;
}

TEST(ResponseHead, FindsNamesInAnyCaseAndTrimsValues) {
  const Response response = Read({"HTTP/1.1 200 OK\r\n", "CONTENT-TYPE:application/json\r\n",
                                  "x-request-id:\t req_1 \r\n", "Age: 7\n", "\r\n"});
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(response.request_id, "req_1");
  EXPECT_EQ(response.age, "7");
  EXPECT_EQ(response.date, "");
}

TEST(ResponseHead, TakesTheFirstOfTwo) {
  EXPECT_EQ(Read({"HTTP/1.1 429 No\r\n", "Retry-After: 1\r\n", "Retry-After: 2\r\n"}).retry_after,
            "1");
}

TEST(ResponseHead, ForgetsInterimHeads) {
  const Response response = Read({"HTTP/1.1 100 Continue\r\n", "Age: 1\r\n", "\r\n",
                                  "HTTP/1.1 200 OK\r\n", "Date: today\r\n", "\r\n"});
  EXPECT_EQ(response.age, "");
  EXPECT_EQ(response.date, "today");
}

TEST(ResponseHead, IgnoresTrailersAndLinesWithoutAName) {
  const Response response = Read({"HTTP/1.1 200 OK\r\n", "Age\r\n", " folded: line\r\n", ": x\r\n",
                                  "Agent: 3\r\n", "\r\n", "Age: 5\r\n"});
  EXPECT_EQ(response.age, "");
}

TEST(ResponseHead, KeepsWhatCachesAndProxiesSayOfThemselves) {
  const Response response = Read({"HTTP/1.1 200 OK\r\n", "via: 1.1 proxy-7\r\n", "AGE: 3\r\n",
                                  "Content-Type: application/json\r\n", "x-cache: HIT\r\n",
                                  "Server: \x1b[2J\xffx\r\n", "\r\n"});
  EXPECT_EQ(response.traces, "Via: 1.1 proxy-7, Age: 3, X-Cache: HIT, Server: ?[2J?x");
  EXPECT_EQ(response.age, "3");
  EXPECT_EQ(Read({"HTTP/1.1 200 OK\r\n", "Date: today\r\n", "\r\n"}).traces, "");
}

TEST(ResponseHead, BoundsWhatCachesAndProxiesSay) {
  Response response;
  ResponseHead head;
  head.Reset(response);
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(head.Accept("Via: " + std::string(500, 'x') + "\r\n"));
  EXPECT_LT(response.traces.size(), 500U);
  EXPECT_GT(response.traces.size(), 300U);
}

TEST(ResponseHead, EndsWithTheBlankLineOfItsLastHead) {
  Response response;
  ResponseHead head;
  head.Reset(response);
  EXPECT_TRUE(head.Accept("HTTP/1.1 100 Continue\r\n"));
  EXPECT_FALSE(head.ended());
  EXPECT_TRUE(head.Accept("\r\n"));
  EXPECT_TRUE(head.Accept("HTTP/1.1 200 OK\r\n"));
  EXPECT_FALSE(head.ended());
  EXPECT_TRUE(head.Accept("\r\n"));
  EXPECT_TRUE(head.ended());
}

TEST(ResponseHead, RefusesTheFirstByteOver64KibCountingAllHeads) {
  Response response;
  ResponseHead head;
  head.Reset(response);
  const std::string half(ResponseHead::kMaxBytes / 2, 'a');
  EXPECT_TRUE(head.Accept(half));
  EXPECT_TRUE(head.Accept(half));
  EXPECT_FALSE(head.Accept("a"));
  head.Reset(response);
  EXPECT_TRUE(head.Accept(half)) << "the next answer starts anew";
}

}  // namespace
}  // namespace rehome::http
