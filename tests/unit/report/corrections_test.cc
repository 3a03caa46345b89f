#include "report/corrections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/file.h"
#include "csv/field_reader.h"
#include "support/fake_journal_reader.h"
#include "unit/csv/scratch_file.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Reason;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFile =
    "email,first_name,password_hash,password_hash_type,org_external_id\n"
    "a@example.com,Ann,$2a$hash,bcrypt,acme\n"
    "b@,\"B,o\",,,acme\n"
    "=cmd@example.com,Cy,,,\n"
    "d@example.com,Di,only three\n";

/// A run of four rows of which each ended badly in its way, and a row file that is edited.
class Corrections : public ::testing::Test {
 protected:
  Corrections() : file_(kFile), edited_("") {
    facts_ = FinishedRun(4, 1);
    facts_.file = file_.path();
    auto header = csv::ReadHeader(facts_.file, {});
    EXPECT_TRUE(header.ok());
    header_ = *header;
    journal_.chunks = {{.number = 0,
                        .begin = header_.body_offset,
                        .end = static_cast<std::int64_t>(std::string_view(kFile).size()),
                        .first_row = 1,
                        .first_line = 2,
                        .rows = 4}};
    journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused),
                         Bad(2, OutcomeKind::kRejected, Reason::kEmailInvalid),
                         Bad(3, OutcomeKind::kParked, Reason::kOutcomeUnknown),
                         Bad(4, OutcomeKind::kRejected, Reason::kCsvFieldCount)};
  }

  base::Result<CorrectionPlan> Plan(const std::string& edited) {
    edited_.Write(edited);
    const auto rows = ReadEditedRows(edited_.path(), header_);
    if (!rows) return rows.error();
    return PlanCorrections(*rows, csv::Input(facts_.file, splices_), header_, facts_, journal_);
  }
  CorrectionPlan Planned(const std::string& edited) {
    auto plan = Plan(edited);
    EXPECT_TRUE(plan.ok()) << (plan ? "" : edited_.Shorten(plan.error().message));
    return plan ? *plan : CorrectionPlan();
  }
  std::string Refused(const std::string& edited) {
    const auto plan = Plan(edited);
    EXPECT_FALSE(plan.ok());
    return plan ? "" : edited_.Shorten(plan.error().message);
  }
  // The file as it is read with the corrections.
  std::string Corrected(const CorrectionPlan& plan) {
    for (const journal::Correction& cell : plan.cells) {
      std::erase_if(splices_, [&](const csv::Splice& one) { return one.begin == cell.begin; });
      splices_.push_back({cell.begin, cell.end, cell.bytes});
    }
    const auto open = csv::OpenInput::Open(csv::Input(facts_.file, splices_));
    EXPECT_TRUE(open.ok());
    std::string text(4096, '\0');
    const auto got = open->ReadAt(0, text);
    EXPECT_TRUE(got.ok());
    return text.substr(0, *got);
  }
  void TakeNewMap(const std::string& text) {
    journal_.chunks[0].end = static_cast<std::int64_t>(text.size());
  }

  test::ScratchFile file_;
  test::ScratchFile edited_;
  csv::Header header_;
  journal::RunFacts facts_;
  support::FakeJournalReader journal_;
  std::vector<csv::Splice> splices_;
};

TEST_F(Corrections, FindsTheCellsThatDifferWhateverTheOrderOfRowsAndColumns) {
  const CorrectionPlan plan = Planned(
      "_row;org_external_id;email;_code\n"
      "2;beta;b@example.com;email_invalid\n"
      "1;acme;a@example.com;user_refused\n");
  EXPECT_EQ(plan.rows, 1);
  EXPECT_THAT(plan.rejected_rows, ElementsAre(2));
  EXPECT_THAT(plan.corrected, ElementsAre(2));
  EXPECT_EQ(plan.columns,
            (std::map<std::string, std::int64_t>{{"email", 1}, {"org_external_id", 1}}));
  EXPECT_THAT(Corrected(plan), HasSubstr("\nb@example.com,\"B,o\",,,beta\n"));
}

TEST_F(Corrections, LeavesSecretsToTheOriginal) {
  const CorrectionPlan plan = Planned(
      "email,first_name,password_hash,password_hash_type,org_external_id,_row\n"
      "a@example.com,Anna,,bcrypt,acme,1\n");
  EXPECT_THAT(Corrected(plan), HasSubstr("\na@example.com,Anna,$2a$hash,bcrypt,acme\n"));
}

TEST_F(Corrections, TakesAHashAwayWhenItsTypeIsEmptied) {
  const CorrectionPlan plan = Planned("password_hash_type,_row\n,1\n");
  EXPECT_THAT(Corrected(plan), HasSubstr("\na@example.com,Ann,,,acme\n"));
}

TEST_F(Corrections, TheMarkOfASpreadsheetIsNoChangeAndIsTakenOffAChange) {
  EXPECT_EQ(Planned("email,_row\n'=cmd@example.com,3\n").rows, 0);
  const CorrectionPlan plan = Planned("email,_row\n'=other@example.com,3\n");
  EXPECT_THAT(Corrected(plan), HasSubstr("\n=other@example.com,Cy,,,\n"));
}

TEST_F(Corrections, WritesAMalformedRecordAnewAndCorrectsItAgain) {
  const std::string first =
      Corrected(Planned("email,first_name,org_external_id,_row\nd@,\"Di \"\"D\"\"\",acme,4\n"));
  EXPECT_THAT(first, HasSubstr("\nd@,\"Di \"\"D\"\"\",,,acme\n"));
  TakeNewMap(first);
  const std::string second = Corrected(Planned("email,_row\nd@example.com,4\n"));
  EXPECT_THAT(second, HasSubstr("\nd@example.com,\"Di \"\"D\"\"\",,,acme\n"));
}

TEST_F(Corrections, CorrectsACellThatAnEarlierRetryCorrected) {
  const std::string first = Corrected(Planned("email,first_name,_row\nb2@,,2\n"));
  EXPECT_THAT(first, HasSubstr("\nb2@,,,,acme\n"));
  TakeNewMap(first);
  const std::string second = Corrected(Planned("email,first_name,_row\nb3@example.com,Bo,2\n"));
  EXPECT_THAT(second, HasSubstr("\nb3@example.com,Bo,,,acme\n"));
}

TEST_F(Corrections, ChangesNothingOfWhatIsRightAlready) {
  journal_.outcomes[0] = Created(1, "user_1");
  const CorrectionPlan plan = Planned("first_name,_row\nAnna,1\n");
  EXPECT_THAT(plan.right_already, ElementsAre(1));
  EXPECT_THAT(plan.cells, IsEmpty());
}

TEST_F(Corrections, ChangesOnlyTheMembershipOfAUserThatIsThere) {
  journal_.effects = {DoneEffect(1, model::EffectKind::kUser, "user_1")};
  const CorrectionPlan plan = Planned("first_name,org_external_id,_row\nAnna,beta,1\n");
  EXPECT_THAT(plan.user_is_there, ElementsAre(1));
  EXPECT_THAT(Corrected(plan), HasSubstr("\na@example.com,Ann,$2a$hash,bcrypt,beta\n"));
}

TEST_F(Corrections, ACellWithDelimiterAndNewlineIsQuoted) {
  const CorrectionPlan plan = Planned("email,first_name,_row\nb@example.com,\"x,\ny\",2\n");
  EXPECT_THAT(Corrected(plan), HasSubstr("\nb@example.com,\"x,\ny\",,,acme\n"));
}

TEST_F(Corrections, RefusesWhatIsNoCorrectedRowFile) {
  const struct {
    const char* name;
    const char* edited;
    const char* message;
  } cases[] = {
      {"no row numbers", "email\na@example.com\n",
       "users.csv:1: there is no column \"_row\", so nothing says which rows these are; correct "
       "failed.csv of the run directory, and leave its columns that start with _"},
      {"a new column", "email,phone,_row\na@example.com,1,1\n",
       "users.csv:1: the file that was imported has no column \"phone\", and a retry only corrects "
       "cells; remove it here, or import the mended original instead"},
      {"a row twice", "email,_row\na@example.com,1\nb@example.com,1\n",
       "users.csv:3: row 1 stands here a second time, after line 2; keep one of them"},
      {"a row that is none", "email,_row\na@example.com,9\n",
       "users.csv:2: row 9 is none of run 20261123-093000-ab12, which has rows 1 to 4; give the "
       "failed.csv of that run, or name the run of this one"},
      {"no number", "email,_row\na@example.com,first\n",
       "users.csv:2: _row is \"first\" and must be the number of a row"},
      {"a secret", "password_hash,_row\n$2b$secret,1\n",
       "users.csv:2: the column \"password_hash\" has a value: secrets are taken from the file "
       "that was imported and never from here; leave it empty, or mend that file and import it"},
      {"a secret under the wrong name",
       "password_hash_type,_row\n$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy,1\n",
       "users.csv:2: the column \"password_hash_type\" has a value: secrets are taken from the "
       "file "
       "that was imported and never from here; leave it empty, or mend that file and import it"},
      {"a torn record", "email,_row\na@example.com\n",
       "users.csv:2: this record is malformed: it has not the 2 fields of the header, or a stray "
       "quotation mark"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    EXPECT_EQ(Refused(each.edited), each.message);
  }
}

}  // namespace
}  // namespace rehome::report
