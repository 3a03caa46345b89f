#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "kinds.h"
#include "support/answer_ends.h"
#include "support/answer_examples.h"

namespace rehome::dispatch {
namespace {

using directory::AnswerRule;
using directory::Subject;
using model::EffectKind;

EffectKind KindOf(Subject subject) {
  switch (subject) {
    case Subject::kOrganization:
      return EffectKind::kOrganization;
    case Subject::kUser:
      return EffectKind::kUser;
    case Subject::kMembership:
      return EffectKind::kMembership;
  }
  return EffectKind::kUser;
}

// Every create of the kind is answered with `response`; look-ups are answered by the target, which
// has nothing.
model::Effect MakeOneAnswered(DispatchStage& stage, Subject subject,
                              const http::Response& response) {
  const EffectKind kind = KindOf(subject);
  stage.instead = [kind, response](const http::Request& request) {
    const bool create =
        request.method == http::Method::kPost && support::IsBelow(request, PathOf(kind));
    if (!create) return std::optional<support::Scripted>();
    support::Scripted scripted;
    scripted.completion.response = response;
    return std::optional(scripted);
  };
  return MakeOne(stage, kind);
}

// docs/answers.md is made of the same ends.
TEST(AnswerEnd, OfEveryRuleAndSubjectIsWhatTheDocumentsSay) {
  for (const AnswerRule& rule : directory::AnswerTable()) {
    for (const int status : support::StatusesOf(rule)) {
      for (const Subject subject : support::SubjectsOf(rule)) {
        SCOPED_TRACE(support::NameOf(rule) + ", answered with " + std::to_string(status) + " to " +
                     std::string(model::NameOf(KindOf(subject))));
        DispatchStage stage;
        const model::Effect effect =
            MakeOneAnswered(stage, subject, support::ExampleOf(rule, status));
        const support::AnswerEnd end = support::EndOf(rule.meaning, subject, rule.reason);
        EXPECT_TRUE(stage.target.applied.empty() || subject == Subject::kMembership);
        if (end.stop) {
          ASSERT_TRUE(stage.dispatcher->failure().has_value());
          EXPECT_EQ(stage.dispatcher->failure()->code, *end.stop);
          EXPECT_EQ(effect.outcome, model::OutcomeKind::kUnprocessed);
          continue;
        }
        EXPECT_FALSE(stage.dispatcher->failure().has_value());
        EXPECT_EQ(effect.outcome, end.outcome);
        EXPECT_EQ(model::CodeOf(effect.reason), model::CodeOf(end.reason));
        EXPECT_EQ(effect.target_id, "");
      }
    }
  }
}

TEST(AnswerEnd, OfAnUnknownCodeKeepsTheTargetsWordsAndIsNeverSuccess) {
  for (const int status : {400, 402, 405, 406, 409, 410, 418, 422, 451, 499}) {
    for (const Subject subject : {Subject::kOrganization, Subject::kUser, Subject::kMembership}) {
      SCOPED_TRACE(std::to_string(status) + " to " + std::string(model::NameOf(KindOf(subject))));
      DispatchStage stage;
      const model::Effect effect = MakeOneAnswered(
          stage, subject,
          *support::Answered(status, R"({"code":"brand_new","message":"No more seats."})")
               .completion.response);
      EXPECT_TRUE(effect.outcome == model::OutcomeKind::kFailed ||
                  effect.outcome == model::OutcomeKind::kParked);
      EXPECT_EQ(effect.target_id, "");
      EXPECT_EQ(effect.target.http_status, status);
      EXPECT_EQ(effect.target.provider_code, "brand_new");
      EXPECT_EQ(effect.target.message, "No more seats.");
      EXPECT_EQ(PostsBelow(stage, PathOf(KindOf(subject))), 1);
    }
  }
}

TEST(AnswerEnd, OfACreateThatIsAnsweredNotFoundSaysWhatToCheck) {
  for (const Subject subject : {Subject::kOrganization, Subject::kUser}) {
    SCOPED_TRACE(model::NameOf(KindOf(subject)));
    DispatchStage stage;
    const model::Effect effect = MakeOneAnswered(
        stage, subject, *support::Answered(404, R"({"message":"Not Found"})").completion.response);
    EXPECT_EQ(model::CodeOf(effect.reason), "request_refused");
    EXPECT_EQ(effect.detail,
              "the target says that there is no such path: check that --endpoint is the address of "
              "its API");
    EXPECT_EQ(effect.target.message, "Not Found");
  }
}

TEST(AnswerEnd, OfA2xxWithoutTheObjectAskedForIsNeverSuccess) {
  for (const std::string_view body :
       {R"({"code":"brand_new","message":"No more seats."})",
        R"({"object":"user","id":"user_01X"})", R"({"object":"list","data":[]})",
        R"({"id":"org_01X","name":"Other"})", "{}", ""}) {
    for (const Subject subject : {Subject::kOrganization, Subject::kUser, Subject::kMembership}) {
      SCOPED_TRACE(std::string(body) + " to " + std::string(model::NameOf(KindOf(subject))));
      DispatchStage stage;
      const model::Effect effect = MakeOneAnswered(
          stage, subject, *support::Answered(201, std::string(body)).completion.response);
      EXPECT_EQ(effect.outcome, model::OutcomeKind::kParked);
      EXPECT_EQ(model::CodeOf(effect.reason), "answer_mismatch");
      EXPECT_EQ(effect.target_id, "");
    }
  }
}

}  // namespace
}  // namespace rehome::dispatch
