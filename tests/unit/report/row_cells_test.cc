#include "report/row_cells.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/report/records.h"

namespace rehome::report {
namespace {

using model::Column;
using ::testing::Each;
using ::testing::ElementsAre;

TEST(SpreadsheetSafe, QuotesWhatCouldStartAFormula) {
  struct Case {
    const char* name;
    std::string text;
    std::string safe;
  };
  const std::vector<Case> cases = {
      {"plain", "the user exists", "the user exists"},
      {"empty", "", ""},
      {"equals", "=1+1", "'=1+1"},
      {"plus", "+49", "'+49"},
      {"minus", "-1", "'-1"},
      {"at", "@SUM(A1)", "'@SUM(A1)"},
      {"tab", "\tx", "'\tx"},
      {"carriage return", "\rx", "'\rx"},
      {"NUL", std::string("\0x", 2), std::string("'\0x", 3)},
      {"behind blanks", "  =1", "'  =1"},
      {"full-width equals", "＝1", "'＝1"},
      {"full-width at", "＠SUM", "'＠SUM"},
      {"in the middle", "a=b", "a=b"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(SpreadsheetSafe(each.text), each.safe) << each.name;
  }
}

TEST(RowCells, WordsOfTheTargetCannotStartAFormula) {
  model::Outcome outcome = Bad(1, model::OutcomeKind::kFailed, model::Reason::kUserRefused);
  outcome.target = {422, "=cmd()", "=cmd()", "@req"};
  const std::vector<std::string> cells = OutcomeCells(outcome, nullptr);
  EXPECT_EQ(cells[6], "the target refused the user; the target said: =cmd()");
  EXPECT_EQ(cells[9], "'=cmd()");
  EXPECT_EQ(cells[10], "'@req");
}

TEST(RowCells, WordsOfTheTargetAreShownEscaped) {
  model::Outcome outcome = Bad(1, model::OutcomeKind::kFailed, model::Reason::kUserRefused);
  outcome.target = {422, "", "\x1b[2J\u009b31m\u202egone\n", ""};
  EXPECT_EQ(OutcomeCells(outcome, nullptr)[6],
            "the target refused the user; the target said: \\x1b[2J\\u009b31m\\u202egone\\x0a");
}

TEST(RowCells, ARowThatWentOnShowsItsWarnings) {
  model::Outcome outcome = Created(1, "user_1");
  outcome.warnings = {{model::Reason::kWarnMetadataNullDropped, "metadata", "plan"},
                      {model::Reason::kWarnFirstRoleOnly, "role_slugs", ""}};
  EXPECT_EQ(OutcomeCells(outcome, nullptr)[6],
            "warning: a metadata key with the value null was left out: plan; warning: only the "
            "first role was given, as --first-role-only asks");
}

TEST(RowCells, TheIdMapTrimsWhatWasSentTrimmed) {
  const csv::FieldRecord record{{3, 4, 60}, {"e1\t", " ann@x.com "}};
  EXPECT_THAT(IdMapCells(Created(3, "user_3"), {1, 0, std::nullopt, std::nullopt}, &record),
              ElementsAre("3", "ann@x.com", "e1", "user_3", "", "", ""));
}

class ColumnsOfTheInput : public ::testing::Test {
 protected:
  ColumnsOfTheInput() {
    header_.names = {"E-mail", "shoe size", "org_name", "Kennung", "old_password", "metadata"};
    header_.columns = {Column::kEmail,    std::nullopt, Column::kOrgName,
                       Column::kPassword, std::nullopt, std::nullopt};
  }
  csv::Header header_;
  const csv::FieldRecord record_{{1, 2, 40}, {" a@x.com", "42", "Acme", "pw-1", "pw-2", "{}"}};
};

TEST_F(ColumnsOfTheInput, AreAllThereInTheirOrderAndTheSecretOnesBlank) {
  const SourceColumns all = AllColumnsOf(header_);
  EXPECT_EQ(all.names, header_.names);
  EXPECT_THAT(SourceCells(all, &record_), ElementsAre(" a@x.com", "42", "Acme", "", "", "{}"));
}

TEST_F(ColumnsOfTheInput, ShowATypeOfHashOnlyWhenItCouldBeOne) {
  header_.names[1] = "Hashart";
  header_.columns[1] = Column::kPasswordHashType;
  const SourceColumns all = AllColumnsOf(header_);
  csv::FieldRecord record = record_;
  record.fields[1] = " firebase-scrypt";
  EXPECT_EQ(SourceCells(all, &record)[1], " firebase-scrypt");
  record.fields[1] = "$2a$10$abcdefghijklmnopqrstuuKRuet9IoVjaVaH1OxfotVh6tLHx4Akyc";
  EXPECT_EQ(SourceCells(all, &record)[1], "");
}

TEST_F(ColumnsOfTheInput, AreBlankForAMalformedRecord) {
  const csv::FieldRecord malformed{{1, 2, 40}, {}};
  EXPECT_THAT(SourceCells(AllColumnsOf(header_), &malformed), Each(""));
  EXPECT_THAT(SourceCells(AllColumnsOf(header_), nullptr), Each(""));
}

TEST_F(ColumnsOfTheInput, KeysSayWhoAndWhere) {
  const SourceColumns keys = KeyColumnsOf(header_);
  EXPECT_THAT(keys.names, ElementsAre("E-mail", "org_name"));
  EXPECT_THAT(SourceCells(keys, &record_), ElementsAre(" a@x.com", "Acme"));
}

TEST_F(ColumnsOfTheInput, DoNotStandInTheWayOfOurs) {
  header_.names[1] = "_row";
  EXPECT_THAT(AllColumnsOf(header_).names,
              ElementsAre("E-mail", "org_name", "Kennung", "old_password", "metadata"));
}

}  // namespace
}  // namespace rehome::report
