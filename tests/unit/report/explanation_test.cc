#include "report/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "base/text.h"
#include "json/value.h"
#include "report/explanation_text.h"
#include "report/text_table.h"

namespace rehome::report {
namespace {

using model::Reason;
using testing::HasSubstr;
using testing::Not;

std::vector<Explanation> All() {
  std::vector<Explanation> all;
  for (const model::ReasonFacts& facts : model::AllReasons()) {
    if (facts.reason != Reason::kNone) all.push_back(ExplanationOf(facts.reason));
  }
  return all;
}

std::vector<std::string> TextsOf(const Explanation& explanation) {
  std::vector<std::string> texts = {explanation.meaning, explanation.fate};
  texts.insert(texts.end(), explanation.steps.begin(), explanation.steps.end());
  if (!explanation.again.empty()) texts.push_back(explanation.again);
  if (!explanation.follows.empty()) texts.push_back(explanation.follows);
  return texts;
}

TEST(Explanation, EachReasonHasItsOwnMeaningAndAFateAndAStep) {
  std::set<std::string> meanings;
  for (const Explanation& explanation : All()) {
    SCOPED_TRACE(model::CodeOf(explanation.reason));
    EXPECT_TRUE(meanings.insert(explanation.meaning).second);
    EXPECT_FALSE(explanation.fate.empty());
    EXPECT_GE(explanation.steps.size(), 1U);
  }
  EXPECT_EQ(meanings.size(), static_cast<std::size_t>(model::kReasonCount) - 1);
}

TEST(Explanation, SaysMoreThanCauseAndFix) {
  for (const Explanation& explanation : All()) {
    const model::ReasonFacts& facts = model::FactsOf(explanation.reason);
    SCOPED_TRACE(facts.code);
    EXPECT_GT(explanation.meaning.size(), facts.cause.size());
    EXPECT_THAT(explanation.meaning, Not(HasSubstr(std::string(facts.cause) + ".")));
    EXPECT_THAT(explanation.meaning, Not(HasSubstr(std::string(facts.fix) + ".")));
  }
}

TEST(Explanation, IsWrittenInSentencesWithBackquotesInPairs) {
  for (const Explanation& explanation : All()) {
    for (const std::string& text : TextsOf(explanation)) {
      SCOPED_TRACE(std::string(model::CodeOf(explanation.reason)) + ": " + text);
      EXPECT_TRUE(text.ends_with('.') || text.ends_with('?'));
      EXPECT_EQ(std::count(text.begin(), text.end(), '`') % 2, 0);
      EXPECT_THAT(text, Not(HasSubstr("  ")));
      EXPECT_THAT(text, Not(HasSubstr("\n")));
    }
  }
}

// Between backquotes stands what is typed or a name: a code there must be one.
TEST(Explanation, EachCodeThatItNamesIsOne) {
  const std::set<std::string> no_codes = {
      "org_",          "duplicate_on_target", "org_name",    "org_external_id",
      "password_hash", "password_hash_type",  "external_id", "org_id"};
  int named = 0;
  for (const Explanation& explanation : All()) {
    for (const std::string& text : TextsOf(explanation)) {
      const std::vector<std::string> pieces = base::Split(text, '`');
      for (std::size_t i = 1; i < pieces.size(); i += 2) {
        const std::string& name = pieces[i];
        const bool like_a_code =
            name.find('_') != std::string::npos && !name.starts_with('_') &&
            name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos;
        if (!like_a_code || no_codes.contains(name)) continue;
        EXPECT_NE(model::ReasonWithCode(name), std::nullopt) << name;
        ++named;
      }
    }
  }
  EXPECT_GT(named, 30);
}

TEST(Explanation, SaysOfErrorsWhetherTheSameAgainCanHelp) {
  EXPECT_EQ(ExplanationOf(Reason::kOutcomeUnknown).again, "Doing the same again can help.");
  EXPECT_EQ(ExplanationOf(Reason::kEmailInvalid).again,
            "Doing the same again ends in the same way as long as nothing is changed.");
  EXPECT_EQ(ExplanationOf(Reason::kWarnRoleDiffers).again, "");
}

// Rows of the file end as the model says that they do.
TEST(Explanation, SaysOfColumnRulesThatNothingIsSent) {
  for (const Explanation& explanation : All()) {
    if (!model::IsOfTheFile(explanation.reason)) continue;
    SCOPED_TRACE(model::CodeOf(explanation.reason));
    const bool said = explanation.fate.find("before anything is sent") != std::string::npos ||
                      explanation.fate.find("nothing was sent") != std::string::npos ||
                      explanation.reason == Reason::kExternalIdShared;
    EXPECT_TRUE(said) << explanation.fate;
  }
}

TEST(Explanation, TellsThePhaseOfWhatAnyRequestCanMeetAsAny) {
  EXPECT_EQ(PhaseTextOf(Reason::kRateLimited), "any");
  EXPECT_EQ(PhaseTextOf(Reason::kStopped), "any");
  EXPECT_EQ(PhaseTextOf(Reason::kVerifyMissing), "verification");
  EXPECT_EQ(PhaseTextOf(Reason::kMultipleRolesDisabled), "memberships");
}

TEST(ExplanationText, FitsTheWidthOfTheTerminal) {
  for (const int columns : {40, 72, 100}) {
    for (const Explanation& explanation : All()) {
      for (const std::string& line : base::Split(RenderExplanation(explanation, columns), '\n')) {
        const bool one_word = base::Trim(line).find(' ') == std::string_view::npos;
        EXPECT_TRUE(DisplayWidth(line) <= columns || one_word) << line;
      }
    }
  }
}

TEST(ExplanationText, NumbersTheStepsAndLeavesOutWhatDoesNotFollow) {
  const std::string text = RenderExplanation(ExplanationOf(Reason::kWarnBooleanSpelling), 60);
  EXPECT_EQ(text, R"(boolean_spelling: the value is taken for true or false but
  spelled otherwise
  a remark in the phase users

What it means
  yes, no, y, n, 1 and 0 in any case are understood as true
  and false.

What happened
  A remark of `rehome validate` only: an import does the
  same without a word.

What to do
  1. Write true or false, or let --fix do it.
)");
}

TEST(ExplanationText, ListsEachCodeOnceBelowItsPhase) {
  const std::string text = RenderReasons(100);
  std::set<std::string> codes;
  for (const std::string& line : base::Split(text, '\n')) {
    if (!line.starts_with("  ") || line.starts_with("   ")) continue;
    const std::string code = line.substr(2, line.find_first_of(" :", 2) - 2);
    EXPECT_NE(model::ReasonWithCode(code), std::nullopt) << line;
    EXPECT_TRUE(codes.insert(code).second) << line;
  }
  EXPECT_EQ(codes.size(), static_cast<std::size_t>(model::kReasonCount) - 1);
  EXPECT_THAT(text, HasSubstr("\nany phase\n  request_refused: the target refused the request\n"));
  EXPECT_THAT(text, HasSubstr("  fields_differ (remark): the account exists"));
}

TEST(ExplanationText, IsOneObjectOfJsonOnALine) {
  for (const Explanation& explanation : All()) {
    const std::string line = RenderExplanationJson(explanation);
    EXPECT_EQ(line.find('\n'), line.size() - 1);
    const auto parsed = json::Parse(line);
    ASSERT_TRUE(parsed.ok()) << line;
    EXPECT_EQ(parsed->Find("version")->AsInt(), 1);
    EXPECT_EQ(parsed->StringAt("code"), model::CodeOf(explanation.reason));
    EXPECT_EQ(parsed->StringAt("meaning"), explanation.meaning);
    EXPECT_EQ(parsed->Find("steps")->elements().size(), explanation.steps.size());
    const bool is_yes = model::FactsOf(explanation.reason).retryable == model::Retryable::kYes;
    EXPECT_EQ(parsed->Find("retryable")->AsBool(), is_yes);
  }
}

}  // namespace
}  // namespace rehome::report
