#include <map>
#include <string>
#include <utility>
#include <vector>

#include "answer.h"
#include "base/file.h"
#include "base/text.h"
#include "json/value.h"

namespace rehome::directory {
namespace {

// Answers of the real API, taken from the test recordings of its vendor's Ruby client; only those
// whose ETag still is the digest of their body, so that nobody edited them.
constexpr const char* kFile = REHOME_SOURCE_DIR "/tests/unit/directory/recorded_exchanges.jsonl";

struct Exchange {
  std::string name;  // "POST /organizations 409 #1"
  Subject subject = Subject::kUser;
  int status = 0;
  std::string body;
};

std::vector<Exchange> Load() {
  const auto text = base::ReadWholeFile(kFile);
  EXPECT_TRUE(text.ok());
  std::vector<Exchange> exchanges;
  if (!text.ok()) return exchanges;
  for (const std::string& line : base::Split(*text, '\n')) {
    if (line.empty()) continue;
    const auto value = json::Parse(line);
    EXPECT_TRUE(value.ok());
    const json::Value* status = value->Find("status");
    Exchange exchange;
    exchange.status = static_cast<int>(status->AsInt().value_or(0));
    const std::string path(value->StringAt("path"));
    exchange.name = "line " + std::to_string(exchanges.size() + 1) + ": " +
                    std::string(value->StringAt("method")) + " " + path;
    exchange.subject = path.starts_with("/organizations") ? Subject::kOrganization : Subject::kUser;
    exchange.body = value->StringAt("resp_body");
    exchanges.push_back(std::move(exchange));
  }
  return exchanges;
}

// What each answer that is no object of the target must mean, by line of the file.
const std::map<std::size_t, Meaning>& Exceptions() {
  static const std::map<std::size_t, Meaning> exceptions = {
      {1, Meaning::kExists},        {5, Meaning::kIdempotencyReused}, {11, Meaning::kUnreadable},
      {12, Meaning::kNotFound},     {13, Meaning::kNotFound},         {18, Meaning::kNotFound},
      {19, Meaning::kRefused},      {21, Meaning::kNotFound},         {22, Meaning::kNotFound},
      {23, Meaning::kUnauthorized}, {24, Meaning::kUnauthorized},     {25, Meaning::kNotFound},
      {26, Meaning::kNotFound},     {27, Meaning::kNotFound},         {30, Meaning::kNotFound},
      {31, Meaning::kNotFound},     {32, Meaning::kNotFound},         {35, Meaning::kNotFound}};
  return exceptions;
}

TEST(RecordedExchanges, AreUnderstoodEachForWhatItIs) {
  const std::vector<Exchange> exchanges = Load();
  ASSERT_EQ(exchanges.size(), 36U);
  for (std::size_t i = 0; i < exchanges.size(); ++i) {
    const Exchange& exchange = exchanges[i];
    SCOPED_TRACE(exchange.name);
    const Reply reply = Understand(exchange.subject, Answer(exchange.status, exchange.body));
    const auto exception = Exceptions().find(i + 1);
    const Meaning expected = exception == Exceptions().end() ? Meaning::kOk : exception->second;
    EXPECT_EQ(static_cast<int>(reply.meaning), static_cast<int>(expected));
    if (expected != Meaning::kOk) continue;
    if (exchange.subject == Subject::kOrganization) {
      const auto organization = ParseOrganization(exchange.body);
      ASSERT_TRUE(organization.has_value());
      EXPECT_TRUE(organization->name.starts_with("Test Organization"));
    } else {
      const auto user = ParseUser(exchange.body);
      ASSERT_TRUE(user.has_value());
      EXPECT_TRUE(user->email.ends_with("@example.com"));
    }
  }
}

TEST(RecordedExchanges, GiveTheWordsAndFieldsAPersonNeeds) {
  const std::vector<Exchange> exchanges = Load();
  ASSERT_EQ(exchanges.size(), 36U);
  const Reply refused = Understand(Subject::kUser, Answer(422, exchanges[18].body));
  EXPECT_EQ(model::CodeOf(refused.reason), "user_refused");
  EXPECT_EQ(refused.words.provider_code, "invalid_request_parameters/email_string_required");
  EXPECT_EQ(refused.words.message, "Validation failed: Email should be a non-empty string.");
  const Reply missing = Understand(Subject::kUser, Answer(404, exchanges[20].body));
  EXPECT_EQ(missing.words.provider_code, "entity_not_found");
  EXPECT_EQ(missing.words.message, "User not found: 'invalid'.");
  const auto user = ParseUser(exchanges[19].body);
  ASSERT_TRUE(user.has_value());
  EXPECT_EQ(user->id, "user_01K0SR53HJ58M957MYAB6TDZ9X");
  EXPECT_EQ(user->external_id, "ext_user_123");
  EXPECT_EQ(user->created_at, "2025-07-22T19:00:50.852Z");
}

TEST(RecordedExchanges, ReplayWithOneIdempotencyKeyGivesTheSameObjectInOtherOrder) {
  const std::vector<Exchange> exchanges = Load();
  ASSERT_EQ(exchanges.size(), 36U);
  const auto first = ParseOrganization(exchanges[5].body);
  const auto replay = ParseOrganization(exchanges[6].body);
  ASSERT_TRUE(first && replay);
  EXPECT_NE(exchanges[5].body, exchanges[6].body);
  EXPECT_EQ(first->id, replay->id);
  EXPECT_EQ(first->created_at, replay->created_at);
}

}  // namespace
}  // namespace rehome::directory
