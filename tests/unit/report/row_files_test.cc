#include "report/row_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "support/fake_journal_reader.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Reason;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kAdded =
    "_row,_line,_phase,_outcome,_code,_column,_message,_hint,_http_status,_provider_code,"
    "_request_id,_attempts,_retryable,_user_id,_organization_id,_membership_id\n";
constexpr const char* kIdMap =
    "_row,email,external_id,user_id,org_external_id,organization_id,membership_id\n";
constexpr const char* kHeader =
    "E-mail,first_name,password,password_hash,metadata,org_external_id\n";

// A run directory of its own for each test, with an input and a journal for it.
class RowFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "row_files_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    options_.columns.renames["E-mail"] = "email";
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  // Writes the input and makes the run that imported all of it; each string is one record.
  void Import(const std::vector<std::string>& records, std::size_t records_in_chunk = 2) {
    std::string bytes = kHeader;
    std::int64_t line = 2;
    facts_ = FinishedRun(static_cast<std::int64_t>(records.size()), 1);
    for (std::size_t i = 0; i < records.size(); ++i) {
      if (i % records_in_chunk == 0) {
        journal::Chunk chunk;
        chunk.begin = static_cast<std::int64_t>(bytes.size());
        chunk.first_row = static_cast<std::int64_t>(i) + 1;
        chunk.first_line = line;
        journal_.chunks.push_back(chunk);
      }
      bytes += records[i] + "\n";
      line += 1 + std::count(records[i].begin(), records[i].end(), '\n');
      journal_.chunks.back().end = static_cast<std::int64_t>(bytes.size());
      ++journal_.chunks.back().rows;
    }
    facts_.file = directory_ + "/users.csv";
    facts_.file_bytes = static_cast<std::int64_t>(bytes.size());
    facts_.file_hash = base::ToHex(base::HashBytes(bytes));
    ASSERT_TRUE(base::ReplaceFile(facts_.file, bytes).ok());
  }

  std::string Write() {
    const auto note = WriteRowFiles(journal::RunDirectory(directory_), facts_, journal_, options_);
    EXPECT_TRUE(note.ok()) << (note ? "" : note.error().message);
    return note ? note->note : "";
  }

  std::string Read(const std::string& name) const {
    const auto bytes = base::ReadWholeFile(directory_ + "/" + name);
    return bytes ? *bytes : "missing: " + bytes.error().message;
  }

  std::string directory_;
  journal::RunFacts facts_;
  support::FakeJournalReader journal_;
  RowFileOptions options_;
};

TEST_F(RowFiles, TheIdMapNamesTheOrganizationThatAFlagChoseAndNotTheOneOfTheFile) {
  const struct {
    const char* name;
    std::map<std::string, std::string> options;
    const char* shown;
  } cases[] = {
      {"by external_id", {{"org-external-id", "zeta"}, {"org-name", "Zeta"}}, "zeta"},
      {"by id", {{"org-id", "org_7"}, {"org-external-id", ""}}, ""},
      {"by name", {{"org-name", "Zeta"}, {"org-by-name", "yes"}}, ""},
      {"by the file", {{"org-id", ""}, {"org-external-id", ""}, {"org-name", ""}}, "acme"},
  };
  for (const auto& each : cases) {
    SCOPED_TRACE(each.name);
    journal_ = {};
    Import({"a@x.com,Ann,,,,acme"});
    facts_.options = each.options;
    model::Outcome created = Created(1, "user_1");
    created.organization_id = "org_7";
    created.membership_id = "om_1";
    journal_.outcomes = {created};
    EXPECT_EQ(Write(), "");
    EXPECT_EQ(Read("id_map.csv"),
              std::string(kIdMap) + "1,a@x.com,,user_1," + each.shown + ",org_7,om_1\n");
    // The source's own columns stay the source's; _organization_id says where the row went.
    EXPECT_THAT(Read("success.csv"), HasSubstr("a@x.com,acme,1,2,,created"));
  }
}

TEST_F(RowFiles, PutsEachRowIntoTheFileOfItsOutcome) {
  Import({"a@x.com,Ann,,,,acme", "b@x.com,Bo,,,,", "c@x.com,Cy,,,,", "d@x.com,Di,,,,",
          "e@x.com,Ed,,,,", "f@x.com,Flo,,,,"});
  model::Outcome created = Created(1, "user_1");
  created.organization_id = "org_1";
  created.membership_id = "om_1";
  created.attempts = 2;
  model::Outcome skipped = Bad(2, OutcomeKind::kSkipped, Reason::kUserExists);
  model::Outcome parked = Bad(3, OutcomeKind::kParked, Reason::kUserUnverified);
  model::Outcome failed = Bad(4, OutcomeKind::kFailed, Reason::kUserRefused);
  failed.column = "first_name";
  failed.detail = "the answer was 422";
  failed.target = {422, "invalid", "no such name", "req_9"};
  failed.attempts = 1;
  journal_.outcomes = {created, skipped, parked, failed,
                       Bad(6, OutcomeKind::kRejected, Reason::kEmailInvalid)};
  EXPECT_EQ(Write(), "");

  EXPECT_EQ(Read("success.csv"), std::string("E-mail,org_external_id,") + kAdded +
                                     "a@x.com,acme,1,2,,created,,,,,,,,2,,user_1,org_1,om_1\n");
  EXPECT_EQ(Read("id_map.csv"), std::string(kIdMap) + "1,a@x.com,,user_1,acme,org_1,om_1\n");
  const std::string header = base::Split(kHeader, '\n')[0] + "," + kAdded;
  EXPECT_EQ(Read("skipped.csv"),
            header +
                "b@x.com,Bo,,,,,2,3,users,skipped,user_exists,,the user exists on the target,use "
                "--on-existing adopt to take existing users over,,,,0,no,,,\n");
  EXPECT_EQ(
      Read("failed.csv"),
      header +
          "c@x.com,Cy,,,,,3,4,users,parked,user_unverified,,an account with this e-mail exists but "
          "never proved that it owns the address,\"check the account, then use --adopt-unverified "
          "or give it the external_id\",,,,0,no,,,\n"
          "d@x.com,Di,,,,,4,5,users,failed,user_refused,first_name,the target refused the user: "
          "the "
          "answer was 422; the target said: no such name,correct what the target's words name,422,"
          "invalid,req_9,1,no,,,\n"
          "f@x.com,Flo,,,,,6,7,users,rejected,email_invalid,,the e-mail is not an "
          "address,\"correct the column email, as in ann@example.com\",,,,0,no,,,\n");
  EXPECT_EQ(Read("unprocessed.csv"),
            header +
                "e@x.com,Ed,,,,,5,6,,unprocessed,stopped,,the run stopped before this row was "
                "done,continue with resume,,,,0,yes,,,\n");
}

TEST_F(RowFiles, AreThereWithHeadersWhenThereAreNoRows) {
  Import({});
  EXPECT_EQ(Write(), "");
  for (const char* name : {"failed.csv", "skipped.csv", "unprocessed.csv"}) {
    EXPECT_EQ(Read(name), base::Split(kHeader, '\n')[0] + "," + kAdded) << name;
  }
  EXPECT_EQ(Read("id_map.csv"), kIdMap);
}

TEST_F(RowFiles, HoldNoPasswordAndNoHash) {
  Import({"a@x.com,Ann,hunter2,,,", "b@x.com,Bo,,$2b$10$secrethash,,", "c@x.com,Cy,hunter2,,,",
          "d@x.com,Di,hunter2,$2b$10$secrethash,,"});
  journal_.outcomes = {Created(1, "user_1"), Bad(2, OutcomeKind::kFailed, Reason::kUserRefused),
                       Bad(3, OutcomeKind::kSkipped, Reason::kUserExists)};
  options_.full_success = true;
  Write();
  for (const char* name :
       {"success.csv", "failed.csv", "skipped.csv", "unprocessed.csv", "id_map.csv"}) {
    EXPECT_THAT(Read(name), Not(HasSubstr("hunter2"))) << name;
    EXPECT_THAT(Read(name), Not(HasSubstr("secrethash"))) << name;
  }
  EXPECT_THAT(Read("success.csv"), HasSubstr("\na@x.com,Ann,,,,,1,")) << "all columns";
}

TEST_F(RowFiles, KeepCellsOfTheInputByteForByte) {
  Import({"+a@x.com,\"=1+1 \"\"q\"\"\nnext\",,,\"{\"\"k\"\":\"\"v\"\"}\",@acme"});
  journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused)};
  Write();
  EXPECT_THAT(
      Read("failed.csv"),
      HasSubstr("\n+a@x.com,\"=1+1 \"\"q\"\"\nnext\",,,\"{\"\"k\"\":\"\"v\"\"}\",@acme,1,2,"));
}

TEST_F(RowFiles, CarryColumnsThatAreNotImported) {
  options_.columns.ignored = {"first_name", "password"};
  Import({"a@x.com,Ann,hunter2,,,acme"});
  journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused)};
  EXPECT_EQ(Write(), "");
  EXPECT_THAT(Read("failed.csv"), HasSubstr("\na@x.com,Ann,,,,acme,1,2,"));
}

TEST_F(RowFiles, LeaveTheCellsOfMalformedRecordsBlankAndKeepTheLine) {
  Import({"\"a@x.com\",\"two\nlines\",,,,", "b@x.com,too,few", "c@x.com,Cy,,,,"});
  model::Outcome malformed = Bad(2, OutcomeKind::kRejected, Reason::kCsvFieldCount);
  malformed.line = 4;
  journal_.outcomes = {malformed};
  Write();
  EXPECT_THAT(Read("failed.csv"), HasSubstr("\n,,,,,,2,4,survey,rejected,csv_field_count,"));
  EXPECT_THAT(Read("unprocessed.csv"), HasSubstr("\nc@x.com,Cy,,,,,3,5,,unprocessed,"));
}

TEST_F(RowFiles, JoinByRowNumberInPartsOfTheFile) {
  std::vector<std::string> records;
  for (int row = 1; row <= 40; ++row) {
    records.push_back("u" + std::to_string(row) + "@x.com,,,,,");
  }
  Import(records, 3);
  facts_.first_row = 11;
  facts_.last_row = 30;
  for (int row = 12; row <= 30; row += 3) {
    journal_.outcomes.push_back(Bad(row, OutcomeKind::kFailed, Reason::kUserRefused));
  }
  Write();
  std::size_t rows = 0;
  for (const char* name : {"failed.csv", "unprocessed.csv"}) {
    const std::vector<std::string> lines = base::Split(Read(name), '\n');
    for (std::size_t i = 1; i + 1 < lines.size(); ++i, ++rows) {
      const std::vector<std::string> cells = base::Split(lines[i], ',');
      EXPECT_EQ(cells[0], "u" + cells[6] + "@x.com") << name;
    }
  }
  EXPECT_EQ(rows, 20U);
}

TEST_F(RowFiles, HoldOnlyOurColumnsWhenTheInputChanged) {
  Import({"a@x.com,Ann,,,,", "b@x.com,Bo,,,,"});
  journal_.outcomes = {Created(1, "user_1")};
  std::string bytes = Read("users.csv");
  bytes[bytes.size() - 10] = 'z';
  ASSERT_TRUE(base::ReplaceFile(facts_.file, bytes).ok());
  EXPECT_EQ(Write(), facts_.file +
                         " has changed since it was imported, so the row files hold only the "
                         "columns that start with _");
  EXPECT_EQ(Read("success.csv"), std::string(kAdded) + "1,2,,created,,,,,,,,0,,user_1,,\n");
  EXPECT_EQ(Read("id_map.csv"), std::string(kIdMap) + "1,,,user_1,,,\n");
  EXPECT_THAT(Read("unprocessed.csv"), HasSubstr("\n2,,,unprocessed,stopped,"));
}

TEST_F(RowFiles, GiveASpreadsheetNoFormulaWhenAskedTo) {
  Import({"=cmd@x.com,+1,,,,@acme", "b@x.com,-2,,,,"});
  model::Outcome created = Created(1, "user_1");
  created.organization_id = "org_1";
  created.membership_id = "om_1";
  journal_.outcomes = {created, Bad(2, OutcomeKind::kFailed, Reason::kUserRefused)};
  options_.cells = RowCells::kSpreadsheetSafe;
  EXPECT_EQ(Write(), "");
  const std::string mark = "\xef\xbb\xbf";
  EXPECT_EQ(Read("success.csv"),
            mark + "E-mail,org_external_id," + kAdded +
                "'=cmd@x.com,'@acme,1,2,,created,,,,,,,,0,,user_1,org_1,om_1\n");
  EXPECT_EQ(Read("id_map.csv"), mark + kIdMap + "1,'=cmd@x.com,,user_1,'@acme,org_1,om_1\n");
  EXPECT_THAT(Read("failed.csv"), HasSubstr("\nb@x.com,'-2,,,,,2,3,"));
}

TEST_F(RowFiles, ShowWhatARetryCorrected) {
  Import({"a@,Ann,secret,,,", "b@x.com,Bo,,,,"});
  facts_.corrected_rows = 1;
  const auto at = static_cast<std::int64_t>(std::string_view(kHeader).size());
  journal_.corrections = {
      {.row = 1, .column = "E-mail", .begin = at, .end = at + 2, .bytes = "ann@x.com"}};
  for (journal::Chunk& chunk : journal_.chunks) chunk.end += 7;
  journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused)};
  EXPECT_EQ(Write(), "");
  EXPECT_THAT(Read("failed.csv"), HasSubstr("\nann@x.com,Ann,,,,,1,2,"));
  EXPECT_THAT(Read("unprocessed.csv"), HasSubstr("\nb@x.com,Bo,,,,,2,3,"));
}

TEST_F(RowFiles, SayWhenTheInputIsGone) {
  Import({"a@x.com,Ann,,,,"});
  ASSERT_TRUE(base::RemoveFile(facts_.file).ok());
  EXPECT_EQ(Write(), facts_.file + " cannot be read any more (cannot open " + facts_.file +
                         ": No such file or directory), so the row files hold only the columns "
                         "that start with _");
  EXPECT_EQ(Read("failed.csv"), kAdded);
}

TEST_F(RowFiles, AreNotTouchedWhenTheJournalBreaksOff) {
  Import({"a@x.com,Ann,,,,"});
  Write();
  const std::string before = Read("unprocessed.csv");
  journal_.outcomes = {Created(1, "user_1"), Created(1, "user_1")};
  const auto note = WriteRowFiles(journal::RunDirectory(directory_), facts_, journal_, options_);
  ASSERT_FALSE(note.ok());
  EXPECT_EQ(
      note.error().message,
      "the journal has an outcome for row 1 where row 2 is due. This is a bug in rehome: keep "
      "the run directory and report it");
  EXPECT_EQ(Read("unprocessed.csv"), before);
  const auto names = base::ListDirectory(directory_);
  ASSERT_TRUE(names.ok());
  for (const std::string& name : *names) {
    EXPECT_THAT(name, Not(HasSubstr(".tmp")));
  }
}

TEST_F(RowFiles, RefuseAChunkMapThatDoesNotHoldARow) {
  Import({"a@x.com,Ann,,,,", "b@x.com,Bo,,,,"}, 1);
  journal_.chunks.pop_back();
  const auto note = WriteRowFiles(journal::RunDirectory(directory_), facts_, journal_, options_);
  ASSERT_FALSE(note.ok());
  EXPECT_EQ(note.error().message,
            facts_.file +
                ": row 2 is not where the journal says it is. This is a bug in rehome: "
                "keep the run directory and report it");
}

}  // namespace
}  // namespace rehome::report
