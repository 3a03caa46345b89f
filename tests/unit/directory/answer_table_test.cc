#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "answer.h"
#include "directory/answer_rule.h"
#include "support/answer_examples.h"

namespace rehome::directory {
namespace {

constexpr std::array kSubjects = {Subject::kOrganization, Subject::kUser, Subject::kMembership};

AnswerParts PartsOf(Subject subject, const http::Response& response) {
  AnswerParts parts{.subject = subject, .status = response.status, .is_object = false, .body = {}};
  parts.is_object = response.body.starts_with('{');
  if (response.status < 200 || response.status >= 300) {
    parts.body = ParseErrorBody(response.body, response.content_type);
  }
  return parts;
}

// A rule that another one hides would be a line of the documents that never comes true.
TEST(AnswerTable, EachRuleDecidesTheAnswerThatShowsItsSign) {
  for (const AnswerRule& rule : AnswerTable()) {
    SCOPED_TRACE(support::NameOf(rule));
    const std::vector<int> statuses = support::StatusesOf(rule);
    EXPECT_FALSE(statuses.empty());
    for (const int status : statuses) {
      for (const Subject subject : support::SubjectsOf(rule)) {
        const http::Response example = support::ExampleOf(rule, status);
        const AnswerRule& decided = DecidingRule(PartsOf(subject, example));
        EXPECT_EQ(&decided, &rule) << status << " is decided by " << support::NameOf(decided);
        const Reply reply = Understand(subject, example);
        EXPECT_EQ(static_cast<int>(reply.meaning), static_cast<int>(rule.meaning)) << status;
        EXPECT_EQ(model::CodeOf(reply.reason), model::CodeOf(rule.reason)) << status;
      }
    }
  }
}

TEST(AnswerTable, NamesAReasonForEachRefusalAndForNothingElse) {
  for (const AnswerRule& rule : AnswerTable()) {
    EXPECT_EQ(rule.meaning == Meaning::kRefused, rule.reason != model::Reason::kNone)
        << support::NameOf(rule);
  }
}

TEST(AnswerTable, HasEveryMeaning) {
  std::set<Meaning> meanings;
  for (const AnswerRule& rule : AnswerTable()) meanings.insert(rule.meaning);
  EXPECT_EQ(meanings.size(), static_cast<std::size_t>(Meaning::kRefused) + 1);
}

TEST(AnswerTable, DecidesEveryStatusThereIs) {
  for (int status = -1; status <= 1000; ++status) {
    for (const Subject subject : kSubjects) {
      const Reply reply = Understand(subject, Answer(status, ""));
      EXPECT_NE(static_cast<int>(reply.meaning), static_cast<int>(Meaning::kOk)) << status;
      EXPECT_EQ(reply.words.http_status, status);
    }
  }
}

// What a code that nobody knows may come to, by status; anything else is a refusal.
Meaning OfUnknownCode(Subject subject, int status) {
  if (status == 401) return Meaning::kUnauthorized;
  if (status == 403) return Meaning::kForbidden;
  if (status == 404) return Meaning::kNotFound;
  if (status == 408) return Meaning::kServerTrouble;
  if (status == 429) return Meaning::kRateLimited;
  // Looked up, and made sure of, before anything is said.
  if (status == 409 && subject != Subject::kUser) return Meaning::kExists;
  return Meaning::kRefused;
}

TEST(AnswerTable, TakesAnUnknownCodeOfA4xxForARefusalInTheTargetsWords) {
  for (const std::string code : {"brand_new", "CREATED-2.0", "success"}) {
    const std::map<std::string, std::string> bodies = {
        {"code", R"({"code":")" + code + R"(","message":"No more seats."})"},
        {"error", R"({"error":")" + code + R"(","error_description":"No more seats."})"},
        {"errors", R"({"message":"No more seats.","errors":[{"code":")" + code + R"("}]})"},
        {"strings", R"({"message":"No more seats.","errors":[")" + code + R"("]})"}};
    for (const auto& [shape, body] : bodies) {
      for (int status = 400; status < 500; ++status) {
        for (const Subject subject : kSubjects) {
          const Reply reply = Understand(subject, Answer(status, body));
          SCOPED_TRACE(std::to_string(status) + " " + body);
          EXPECT_EQ(static_cast<int>(reply.meaning),
                    static_cast<int>(OfUnknownCode(subject, status)));
          EXPECT_EQ(reply.words.provider_code, code) << shape;
          EXPECT_TRUE(reply.words.message.starts_with("No more seats"));
        }
      }
    }
  }
}

TEST(AnswerTable, NeverTakesTheBodyOfAnErrorForAnObject) {
  for (const std::string body : {R"({"code":"brand_new","message":"m"})", R"({"message":"m"})",
                                 R"({"error":{"code":"brand_new"}})", R"({"id":"user_1"})"}) {
    // Read as JSON; whose object it is, is asked next.
    EXPECT_EQ(static_cast<int>(Understand(Subject::kUser, Answer(201, body)).meaning),
              static_cast<int>(Meaning::kOk));
    EXPECT_FALSE(ParseOrganization(body).has_value());
    EXPECT_FALSE(ParseMembership(body).has_value());
    EXPECT_FALSE(ParseUserPage(body).has_value());
    EXPECT_EQ(ParseUser(body).has_value(), body.find("user_1") != std::string::npos);
  }
}

}  // namespace
}  // namespace rehome::directory
