#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "answer.h"
#include "base/random.h"
#include "base/text.h"

namespace rehome::directory {
namespace {

constexpr std::size_t kFourMegabytes = std::size_t{4} << 20;

std::string Repeat(std::string_view piece, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += piece;
  return text;
}

TEST(HostileBody, IsNeverTakenForSuccessAndItsWordsStayShort) {
  struct Case {
    std::string name;
    std::string body;
  };
  const std::vector<Case> cases = {
      {"deep arrays", Repeat("[", 100'000)},
      {"deep objects", Repeat(R"({"a":)", 100'000) + "1" + Repeat("}", 100'000)},
      {"four megabytes of text", std::string(kFourMegabytes, 'x')},
      {"four megabytes of page", "<html>" + std::string(kFourMegabytes, ' ')},
      {"four megabytes of title", "<title>" + std::string(kFourMegabytes, 't')},
      {"truncated", R"({"code":"user_creation_error","errors":[{"code":"email_not_)"},
      {"NUL bytes", std::string("{\"message\":\"a\0b\"}", 17)},
      {"bad UTF-8", "{\"message\":\"\xff\xfe\"}"},
      {"half a surrogate", R"({"message":"\ud800"})" + std::string("x")},
      {"blanks", std::string(100'000, ' ')}};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(static_cast<int>(Understand(Subject::kUser, Answer(201, c.body)).meaning),
              static_cast<int>(Meaning::kUnreadable));
    EXPECT_FALSE(ParseUser(c.body).has_value());
    EXPECT_FALSE(ParseUserPage(c.body).has_value());
    const Reply reply = Understand(Subject::kUser, Answer(400, c.body));
    EXPECT_NE(static_cast<int>(reply.meaning), static_cast<int>(Meaning::kExists));
    EXPECT_LE(reply.words.message.size(), 503U);
  }
}

TEST(HostileBody, DoesNotHideARefusalBehindThousandsOfDuplicates) {
  const std::string duplicates = Repeat(R"({"code":"email_not_available"},)", 50'000);
  const Reply reply = Understand(
      Subject::kUser, Answer(400, R"({"code":"user_creation_error","errors":[)" + duplicates +
                                      R"({"code":"invalid_metadata","message":"m"}]})"));
  EXPECT_EQ(static_cast<int>(reply.meaning), static_cast<int>(Meaning::kRefused));
  EXPECT_EQ(model::CodeOf(reply.reason), "metadata_refused");
  EXPECT_LE(reply.words.message.size(), 503U);
}

TEST(HostileBody, LeavesNoSecretInTheTargetsWords) {
  const std::string hash = "$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy";
  const Reply reply = Understand(
      Subject::kUser,
      Answer(400, R"({"code":"sk_live_abc","message":"Key sk_test_123 is bad.","errors":[)"
                  R"({"code":"invalid_password_hash","message":"bad hash )" +
                      hash + R"("}]})"));
  EXPECT_EQ(reply.words.message, "Key [masked] is bad: bad hash [masked]");
  EXPECT_EQ(reply.words.provider_code.find("sk_live"), std::string::npos);
}

TEST(HostileBody, SurvivesAnyByteChangedInARealAnswer) {
  const std::string good =
      R"({"code":"user_creation_error","message":"Could not create user.",)"
      R"("errors":[{"code":"email_not_available","message":"This email is not available."}]})";
  const std::uint64_t seed = 42;
  SCOPED_TRACE("seed 42");
  base::Random random(seed);
  for (int i = 0; i < 2000; ++i) {
    std::string body = good;
    body[random.Below(body.size())] = static_cast<char>(random.Below(256));
    body.resize(body.size() - random.Below(3));
    const Reply reply = Understand(Subject::kUser, Answer(400, body));
    EXPECT_LE(reply.words.message.size(), 503U);
    EXPECT_NE(static_cast<int>(reply.meaning), static_cast<int>(Meaning::kOk));
  }
}

}  // namespace
}  // namespace rehome::directory
