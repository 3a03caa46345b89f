#include "report/finding_file.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.h"
#include "report/finding_groups.h"
#include "support/fake_journal_reader.h"
#include "unit/report/findings.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

const std::string kHeader =
    "_row,_line,_object,_finding,_code,_field,_expected,_found,_user_id,_organization_id,"
    "_membership_id,_other_id,_hint\n";

std::string HintOf(model::FindingKind kind) {
  return std::string(model::FactsOf(ReasonOf(kind)).fix);
}

class FindingFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "findings_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    run_ = journal::RunDirectory(pattern);
  }
  void TearDown() override { std::filesystem::remove_all(run_.path()); }

  std::string Written() const {
    const auto bytes = base::ReadWholeFile(run_.verification_path());
    return bytes ? *bytes : "missing: " + bytes.error().message;
  }

  journal::RunDirectory run_{""};
  support::FakeJournalReader journal_;
};

TEST_F(FindingFileTest, IsThereWithOnlyAHeaderWhenNothingWasFound) {
  FindingFile file(run_);
  EXPECT_FALSE(base::Stat(run_.verification_path()).ok()) << "before all is known";
  ASSERT_TRUE(file.Commit(journal_).ok());
  EXPECT_EQ(Written(), kHeader);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(run_.path()), {}), 1);
}

TEST_F(FindingFileTest, HasARecordForEachFindingByRowWithItsLine) {
  // The second row of the file begins on line 5, since the first has line breaks in it.
  journal_.outcomes = {Created(1, "user_1"), Created(2, "user_2"), Created(3, "user_3")};
  journal_.outcomes[1].line = 5;
  FindingFile file(run_);
  file.Add(Missing(3, model::EffectKind::kMembership, "om_3"));
  file.Add(DuplicateUser(2, "user_2", "user_9", "BOB@example.com"));
  file.Add(Mismatch(2, "metadata.plan", "gold, \"pro\"", "=cmd()"));
  file.Add(Missing(7, model::EffectKind::kOrganization, "org_7"));
  EXPECT_EQ(file.count(), 4);
  ASSERT_TRUE(file.Commit(journal_).ok());
  const std::string missing = HintOf(model::FindingKind::kMissing);
  const auto quoted = [](const std::string& text) {
    return text.find(',') == std::string::npos ? text : "\"" + text + "\"";
  };
  EXPECT_EQ(Written(),
            kHeader +
                "2,5,user,duplicate,verify_duplicate,email,,BOB@example.com,user_2,,,user_9," +
                quoted(HintOf(model::FindingKind::kDuplicate)) + "\n" +
                "2,5,user,mismatch,verify_mismatch,metadata.plan,\"gold, \"\"pro\"\"\",'=cmd(),"
                "user_2,,,," +
                quoted(HintOf(model::FindingKind::kMismatch)) + "\n" +
                "3,4,membership,missing,verify_missing,,,,user_of_om_3,org_of_om_3,om_3,," +
                quoted(missing) + "\n" + "7,,organization,missing,verify_missing,,,,,org_7,,," +
                quoted(missing) + "\n");
}

TEST_F(FindingFileTest, KeepsTheOldOneUntilTheNewOneIsWhole) {
  ASSERT_TRUE(base::ReplaceFile(run_.verification_path(), "old\n").ok());
  FindingFile file(run_);
  file.Add(Missing(1, model::EffectKind::kUser, "user_1"));
  journal_.broken = base::Error{base::ErrorCode::kIo, "cannot read journal.db"};
  const base::Status failed = file.Commit(journal_);
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().message, "cannot read journal.db");
  EXPECT_EQ(Written(), "old\n");
}

TEST_F(FindingFileTest, TellsAtTheEndThatAFindingCouldNotBeKept) {
  const journal::RunDirectory gone(run_.path() + "/gone");
  FindingFile file(gone);
  file.Add(Missing(1, model::EffectKind::kUser, "user_1"));
  file.Add(Missing(2, model::EffectKind::kUser, "user_2"));
  EXPECT_FALSE(file.Commit(journal_).ok());
}

}  // namespace
}  // namespace rehome::report
