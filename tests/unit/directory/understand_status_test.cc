#include <string>
#include <vector>

#include "answer.h"

namespace rehome::directory {
namespace {

using model::Reason;

constexpr Subject kSubjects[] = {Subject::kOrganization, Subject::kUser, Subject::kMembership};

TEST(Understand, ReadsTheStatusAloneAlikeForEverySubject) {
  struct Case {
    int status;
    Meaning meaning;
    Reason reason = Reason::kNone;
  };
  std::vector<Case> cases = {{301, Meaning::kRedirect},
                             {308, Meaning::kRedirect},
                             {401, Meaning::kUnauthorized},
                             {403, Meaning::kForbidden},
                             {404, Meaning::kNotFound},
                             {408, Meaning::kServerTrouble},
                             {413, Meaning::kRefused, Reason::kPayloadTooLarge},
                             {414, Meaning::kRefused, Reason::kPayloadTooLarge},
                             {429, Meaning::kRateLimited},
                             {431, Meaning::kRefused, Reason::kPayloadTooLarge},
                             {0, Meaning::kServerTrouble},
                             {101, Meaning::kServerTrouble},
                             {999, Meaning::kServerTrouble}};
  for (const int status :
       {500, 501, 502, 503, 504, 507, 520, 521, 522, 523, 524, 525, 526, 527, 530, 599}) {
    cases.push_back({status, Meaning::kServerTrouble});
  }
  for (const Case& c : cases) {
    for (const Subject subject : kSubjects) {
      for (const std::string body : {"", "{}", R"({"message":"Words."})", "plain"}) {
        ExpectUnderstood({{std::to_string(c.status) + " " + body, subject, c.status, body,
                           c.meaning, c.reason}});
      }
    }
  }
}

TEST(Understand, TakesTheMessageUnauthorizedForARefusedKeyWhateverTheStatus) {
  for (const int status : {400, 401, 403, 404, 422, 500}) {
    for (const std::string body :
         {R"({"message":"Unauthorized"})", R"("Unauthorized")", "Unauthorized\n",
          R"({"message":"Unauthorized","code":"unauthorized"})"}) {
      ExpectUnderstood({{body, Subject::kUser, status, body, Meaning::kUnauthorized}});
    }
  }
  ExpectUnderstood(
      {{"only as the whole message", Subject::kUser, 400, R"({"message":"Unauthorized domain"})",
        Meaning::kRefused, Reason::kUserRefused}});
}

TEST(Understand, KnowsARateLimitByStatusOrCodeInEveryShape) {
  const auto user = Subject::kUser;
  const auto limited = Meaning::kRateLimited;
  ExpectUnderstood({
      {"observed", user, 429,
       R"({"message":"Rate limit exceeded. See the WorkOS docs for more information."})", limited},
      {"code", user, 429, R"({"message":"Too many requests.","code":"rate_limit_exceeded"})",
       limited, Reason::kNone, "rate_limit_exceeded", "Too many requests."},
      {"bare string", user, 429, R"("Ratelimited")", limited, Reason::kNone, "", "Ratelimited"},
      {"oauth", user, 429, R"({"error":"too_many_requests","error_description":"Slow down"})",
       limited, Reason::kNone, "too_many_requests", "Slow down"},
      {"code under another status", user, 400, R"({"code":"rate_limit_exceeded"})", limited},
      {"code under 503", user, 503, R"({"code":"rate_limit_exceeded"})", limited},
  });
}

TEST(Understand, HandsOnRetryAfterAsSent) {
  http::Response response = Answer(429, "");
  response.retry_after = "Mon, 23 Nov 2026 12:00:10 GMT";
  EXPECT_EQ(Understand(Subject::kUser, response).retry_after, "Mon, 23 Nov 2026 12:00:10 GMT");
}

TEST(Understand, DoesNotTakeAPageOfTheEdgeForAWordOfTheApi) {
  const std::string page = "<!DOCTYPE html>\n<html><head><TITLE>\n502 Bad Gateway </TITLE></head>";
  struct Case {
    int status;
    Meaning meaning;
  };
  for (const Case& c : std::vector<Case>{{200, Meaning::kUnreadable},
                                         {302, Meaning::kRedirect},
                                         {400, Meaning::kServerTrouble},
                                         {403, Meaning::kForbidden},
                                         {404, Meaning::kServerTrouble},
                                         {409, Meaning::kServerTrouble},
                                         {413, Meaning::kRefused},
                                         {429, Meaning::kRateLimited},
                                         {502, Meaning::kServerTrouble}}) {
    const Reply reply = Understand(Subject::kUser, Answer(c.status, page, "text/html"));
    EXPECT_EQ(static_cast<int>(reply.meaning), static_cast<int>(c.meaning)) << c.status;
    if (c.status != 200) {
      EXPECT_EQ(reply.words.message, "a page in place of JSON: 502 Bad Gateway");
    }
  }
}

// It used to be taken for a refusal without a word: the row failed although its user was there.
TEST(Understand, DoesNotTakeJsonThatIsCutForAnAnswer) {
  const std::string cut = R"({"code":"user_creation_error","errors":[{"code":"email_not_)";
  for (const int status : {400, 404, 409, 422}) {
    const Reply reply = Understand(Subject::kUser, Answer(status, cut));
    EXPECT_EQ(static_cast<int>(reply.meaning), static_cast<int>(Meaning::kServerTrouble)) << status;
    EXPECT_EQ(reply.words.message, cut);
  }
}

TEST(Understand, TakesA2xxForGoodOnlyWhenItsBodyIsAJsonObject) {
  ExpectUnderstood({
      {"object", Subject::kUser, 201, R"({"id":"user_1"})", Meaning::kOk},
      {"list", Subject::kUser, 200, R"({"data":[]})", Meaning::kOk},
      {"empty", Subject::kUser, 204, "", Meaning::kUnreadable},
      {"text", Subject::kOrganization, 202, "Accepted", Meaning::kUnreadable},
      {"array", Subject::kUser, 200, "[]", Meaning::kUnreadable},
      {"string", Subject::kUser, 200, R"("ok")", Meaning::kUnreadable},
      {"truncated", Subject::kUser, 201, R"({"id":"user_1","em)", Meaning::kUnreadable},
      {"two documents", Subject::kUser, 201, R"({"id":"user_1"}{"id":"user_2"})",
       Meaning::kUnreadable},
  });
}

TEST(Understand, TakesNotFoundByCodeUnderAnotherStatusToo) {
  ExpectUnderstood({
      {"entity", Subject::kUser, 400, R"({"code":"entity_not_found"})", Meaning::kNotFound},
      {"short", Subject::kUser, 422, R"({"code":"not_found"})", Meaning::kNotFound},
  });
}

TEST(CameFromCache, IsTrueForAnAgeOtherThanZero) {
  struct Case {
    std::string age;
    bool cached;
  };
  for (const Case& c : std::vector<Case>{{"", false},
                                         {" ", false},
                                         {"0", false},
                                         {" 0 ", false},
                                         {"1", true},
                                         {"86400", true},
                                         {"99999999999999999999", true},
                                         {"old", true}}) {
    http::Response response = Answer(200, "{}");
    response.age = c.age;
    EXPECT_EQ(CameFromCache(response), c.cached) << c.age;
  }
}

}  // namespace
}  // namespace rehome::directory
