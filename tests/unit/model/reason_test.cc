#include "model/reason.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <string>

#include <gtest/gtest.h>

namespace rehome::model {
namespace {

TEST(Reason, EachHasAUniqueCodeOfLowerCaseWords) {
  std::set<std::string_view> codes;
  for (const ReasonFacts& facts : AllReasons()) {
    if (facts.reason == Reason::kNone) continue;
    EXPECT_FALSE(facts.code.empty()) << static_cast<int>(facts.reason);
    EXPECT_EQ(facts.code.find_first_not_of("abcdefghijklmnopqrstuvwxyz_"), std::string::npos)
        << facts.code;
    EXPECT_TRUE(codes.insert(facts.code).second) << facts.code << " is used twice";
  }
  EXPECT_EQ(codes.size(), static_cast<std::size_t>(kReasonCount) - 1);
}

TEST(Reason, EachSaysItsCauseAndItsFixWithoutAFullStop) {
  for (const ReasonFacts& facts : AllReasons()) {
    if (facts.reason == Reason::kNone) continue;
    SCOPED_TRACE(facts.code);
    ASSERT_FALSE(facts.cause.empty());
    ASSERT_FALSE(facts.fix.empty());
    EXPECT_NE(facts.cause.back(), '.');
    EXPECT_NE(facts.fix.back(), '.');
    EXPECT_EQ(std::isupper(static_cast<unsigned char>(facts.fix.front())), 0);
  }
}

TEST(Reason, IsFoundAgainByItsCode) {
  for (const ReasonFacts& facts : AllReasons()) {
    EXPECT_EQ(ReasonWithCode(facts.code), facts.reason);
    EXPECT_EQ(&FactsOf(facts.reason), &facts);
    EXPECT_EQ(CodeOf(facts.reason), facts.code);
  }
  EXPECT_EQ(ReasonWithCode("no_such_code"), std::nullopt);
}

TEST(Reason, IsAWarningExactlyFromTheFirstRemarkOn) {
  for (const ReasonFacts& facts : AllReasons()) {
    const bool is_remark = facts.reason >= Reason::kWarnExternalIdLong;
    EXPECT_EQ(facts.severity == Severity::kWarning, is_remark) << facts.code;
  }
}

TEST(Reason, ColumnRulesAreNeverWorthARetryOfTheSame) {
  for (int i = static_cast<int>(Reason::kCsvFieldCount);
       i <= static_cast<int>(Reason::kLeadRowRejected); ++i) {
    const ReasonFacts& facts = FactsOf(static_cast<Reason>(i));
    EXPECT_EQ(facts.retryable, Retryable::kNo) << facts.code;
  }
}

TEST(Phase, EachHasItsOwnName) {
  std::set<std::string_view> names;
  for (const Phase phase : {Phase::kSurvey, Phase::kOrganizations, Phase::kUsers,
                            Phase::kMemberships, Phase::kVerification}) {
    EXPECT_TRUE(names.insert(NameOf(phase)).second);
  }
  EXPECT_EQ(names.size(), 5U);
  EXPECT_FALSE(names.contains(""));
}

}  // namespace
}  // namespace rehome::model
