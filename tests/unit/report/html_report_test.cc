#include "report/html_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/digest.h"
#include "base/file.h"
#include "json/value.h"
#include "report/html_rows.h"
#include "report/html_sections.h"
#include "report/html_text.h"
#include "report/page_sources.h"
#include "support/fake_journal_reader.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Reason;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHeader =
    "email,first_name,password,password_hash,metadata,external_id,org_external_id,org_name,Token\n";

// A run with an input and a journal for it.
class HtmlReport : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "html_report_XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  // Each string is one record without line breaks.
  void Import(const std::vector<std::string>& records) {
    std::string bytes = kHeader;
    journal::Chunk chunk;
    chunk.begin = static_cast<std::int64_t>(bytes.size());
    chunk.first_row = 1;
    chunk.first_line = 2;
    chunk.rows = static_cast<std::int64_t>(records.size());
    for (const std::string& record : records) bytes += record + "\n";
    chunk.end = static_cast<std::int64_t>(bytes.size());
    journal_.chunks = {chunk};
    summary_.run = FinishedRun(chunk.rows, 1);
    summary_.run.file = directory_ + "/users.csv";
    summary_.run.file_bytes = chunk.end;
    summary_.run.file_hash = base::ToHex(base::HashBytes(bytes));
    summary_.rows_read = chunk.rows;
    ASSERT_TRUE(base::ReplaceFile(summary_.run.file, bytes).ok());
  }

  std::string Page(const Masking& masking = {}) {
    std::string page;
    const HtmlReportInputs inputs{
        .summary = summary_, .journal = &journal_, .columns = {}, .masking = masking};
    const base::Status rendered = RenderHtml(inputs, [&](std::string_view piece) {
      page += piece;
      return base::Status();
    });
    EXPECT_TRUE(rendered.ok()) << (rendered ? "" : rendered.error().message);
    return page;
  }

  static std::string BlockOf(const std::string& page) {
    constexpr std::string_view kBegin = "<script type=\"application/json\" id=\"data\">";
    const std::size_t begin = page.find(kBegin) + kBegin.size();
    return page.substr(begin, page.find("</script>", begin) - begin);
  }

  std::string directory_;
  Summary summary_;
  support::FakeJournalReader journal_;
};

TEST_F(HtmlReport, HoldsTheRowsThatNeedSomebodyWithTheirCellsByRowNumber) {
  Import({"a@x.example,Ann,,,,u-1,acme,Acme,", "b@x.example,Bob,,,,u-2,acme,Acme,",
          "c@x.example,Cy,,,,u-3,beta,Beta,"});
  journal_.outcomes = {Created(1, "user_01"), Bad(2, OutcomeKind::kFailed, Reason::kUserRefused),
                       Bad(3, OutcomeKind::kRejected, Reason::kEmailInvalid)};
  journal_.outcomes[1].target = {
      .http_status = 422, .provider_code = "bad", .message = "no <b>", .request_id = "req_1"};
  const auto block = json::Parse(BlockOf(Page()));
  ASSERT_TRUE(block) << block.error().message;
  const auto rows = block->Find("rows")->elements();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].elements()[0].AsInt(), 2);
  EXPECT_EQ(rows[0].elements()[8].AsString(), "no <b>");
  EXPECT_EQ(rows[0].elements()[9].AsString(), "req_1");
  EXPECT_EQ(rows[0].elements()[11].AsString(), "b@x.example");
  EXPECT_EQ(rows[0].elements()[12].AsString(), "u-2");
  EXPECT_EQ(rows[0].elements()[13].AsString(), "external_id:acme");
  EXPECT_EQ(rows[1].elements()[11].AsString(), "c@x.example");
  const auto reasons = block->Find("reasons")->elements();
  const auto number = static_cast<std::size_t>(*rows[1].elements()[3].AsInt());
  EXPECT_EQ(reasons[number].StringAt("code"), "email_invalid");
}

TEST_F(HtmlReport, CountsTheRowsOfEachOrganization) {
  Import(
      {"a@x.example,,,,,,acme,Acme & Co,", "b@x.example,,,,,,acme,,", "c@x.example,,,,,,gone,,"});
  journal_.effects = {DoneEffect(1, model::EffectKind::kOrganization, "org_01"),
                      FailedOrganization(3, "external_id:gone", Reason::kOrganizationNotFound)};
  journal_.effects[0].key = "external_id:acme";
  journal_.outcomes = {
      Created(1, "user_01"), Bad(2, OutcomeKind::kRejected, Reason::kEmailInvalid),
      Bad(3, OutcomeKind::kFailed, Reason::kOrganizationFailed, "external_id:gone")};
  journal_.outcomes[0].organization_id = "org_01";
  const auto block = json::Parse(BlockOf(Page()));
  ASSERT_TRUE(block);
  EXPECT_EQ(json::Serialize(*block->Find("organizations")),
            R"([["external_id:acme","Acme & Co","org_01","created",2,1,1,0],)"
            R"(["external_id:gone","","","failed",1,0,1,0]])");
}

TEST_F(HtmlReport, ShowsNoSecretAndNoColumnThatItDoesNotNeed) {
  Import(
      {"a@x.example,Ann,planted-pw,planted-hash,\"{\"\"k\"\":\"\"planted-meta\"\"}\",u,acme,Acme,"
       "planted-token"});
  journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused)};
  EXPECT_THAT(Page(), Not(HasSubstr("planted")));
}

TEST_F(HtmlReport, MasksWhatLooksLikeASecretInAnyCell) {
  const std::string key = "sk_live_planted0123456789abcdef";
  Import({key + "@x.example,,,,," + key + "," + key + "," + key + ","});
  journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused)};
  journal_.effects = {DoneEffect(1, model::EffectKind::kOrganization, "org_01")};
  journal_.effects[0].key = "external_id:" + key;
  const std::string page = Page();
  EXPECT_THAT(page, Not(HasSubstr("planted")));
  EXPECT_THAT(page, HasSubstr("external_id:[masked]"));
}

TEST_F(HtmlReport, SaysFromWhichRowOnTheFileWasChangedWhileItWasRead) {
  Import({"a@x.example,,,,,u-1,acme,Acme,", "b@x.example,,,,,u-2,acme,Acme,"});
  journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused),
                       Bad(2, OutcomeKind::kFailed, Reason::kUserRefused)};
  // As if the file had become shorter since it was hashed.
  journal_.chunks[0].end -= 40;
  const auto block = json::Parse(BlockOf(Page()));
  ASSERT_TRUE(block);
  EXPECT_EQ(block->Find("rows")->elements().size(), 2U);
  EXPECT_THAT(std::string(block->StringAt("rows_note")), HasSubstr("was changed while the page"));
}

TEST_F(HtmlReport, LetsNoHostileValueBecomeMarkup) {
  const std::string hostile = "<img src=x onerror=alert(1)></script><script>alert(2)</script>";
  Import({hostile + ",,,,," + hostile + ",acme," + hostile + ","});
  journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused)};
  journal_.outcomes[0].detail = hostile + "\x1b[31m\u202e";
  journal_.outcomes[0].target.message = hostile;
  ErrorGroup group;
  group.reason = Reason::kUserRefused;
  group.count = 1;
  group.sample_detail = hostile;
  group.words = hostile;
  group.columns = {{hostile, 1}, {"b", 1}};
  summary_.errors = {group};
  summary_.warnings = {group};
  summary_.run.target_name = summary_.run.endpoint = summary_.run.state = hostile;
  summary_.run.options = {{hostile, hostile}};
  summary_.stop_reason = hostile;
  const std::string page = Page();
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, Not(HasSubstr("\u202e")));
  // Its own script, and the block of figures.
  std::size_t scripts = 0;
  for (std::size_t at = page.find("<script"); at != std::string::npos;
       at = page.find("<script", at + 1)) {
    ++scripts;
  }
  EXPECT_EQ(scripts, 2U);
}

TEST_F(HtmlReport, CutsAFieldOfAMebibyte) {
  Import({"a@x.example,,,,," + std::string(1 << 19, 'u') + ",acme,,"});
  journal_.outcomes = {Bad(1, OutcomeKind::kRejected, Reason::kExternalIdTooLong)};
  const std::string page = Page();
  EXPECT_LT(page.size(), 200'000U);
  EXPECT_THAT(page, HasSubstr("[cut; the row files have the whole]"));
}

TEST_F(HtmlReport, AllowsItsOneScriptByItsHashAndNothingElse) {
  Import({"a@x.example,,,,,,,,"});
  EXPECT_THAT(Page(),
              HasSubstr("content=\"default-src 'none'; script-src '" + PolicyHash(PageScript()) +
                        "'; style-src '" + PolicyHash(PageStyle()) +
                        "'; base-uri 'none'; form-action 'none'\""));
  EXPECT_THAT(Page(), HasSubstr("<script>" + std::string(PageScript()) + "</script>"));
  EXPECT_THAT(std::string(PageScript()), Not(HasSubstr("innerHTML")));
  EXPECT_THAT(std::string(PageTemplate()), Not(HasSubstr("//")));
}

TEST_F(HtmlReport, SharedHoldsNoValueOfTheFileAndKeepsIdsOfRequests) {
  Import({"ann@x.example,Ann,,,,ann-1,ann-org,Ann Inc,", "ann@x.example,Ann,,,,ann-1,ann-org,,"});
  journal_.effects = {DoneEffect(1, model::EffectKind::kOrganization, "org_01")};
  journal_.effects[0].key = "external_id:ann-org";
  journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused),
                       Bad(2, OutcomeKind::kFailed, Reason::kUserRefused)};
  for (model::Outcome& outcome : journal_.outcomes) {
    outcome.detail = "ann@x.example is odd";
    outcome.user_id = "user_01";
    outcome.target = {.http_status = 422,
                      .provider_code = "ann@x.example taken",
                      .message = "ann@x.example is taken",
                      .request_id = "req_1"};
  }
  const std::string page = Page(Masking::WithSalt("salt"));
  const std::string block = BlockOf(page);
  EXPECT_THAT(block, Not(HasSubstr("ann")));
  EXPECT_THAT(page, Not(HasSubstr(directory_)));
  EXPECT_THAT(page, Not(HasSubstr("salt\"")));
  const auto read = json::Parse(block);
  ASSERT_TRUE(read);
  const auto rows = read->Find("rows")->elements();
  ASSERT_EQ(rows.size(), 2U);
  for (const std::size_t member : {5U, 7U, 8U, 11U, 12U, 13U}) {
    EXPECT_EQ(rows[0].elements()[member].AsString(), rows[1].elements()[member].AsString());
    EXPECT_THAT(std::string(*rows[0].elements()[member].AsString()), HasSubstr("#"));
  }
  EXPECT_EQ(rows[0].elements()[9].AsString(), "req_1");
  EXPECT_EQ(rows[0].elements()[14].AsString(), "user_01");
}

TEST_F(HtmlReport, SaysThatAChangedFileLeavesItWithoutCells) {
  Import({"a@x.example,,,,,u-1,acme,Acme,"});
  ASSERT_TRUE(base::ReplaceFile(summary_.run.file, "email\nother@x.example\n").ok());
  journal_.outcomes = {Bad(1, OutcomeKind::kFailed, Reason::kUserRefused)};
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("the file that was imported is gone or has changed"));
  EXPECT_THAT(page, Not(HasSubstr("other@x.example")));
  EXPECT_EQ(json::Parse(BlockOf(page))->Find("rows")->elements().size(), 1U);
}

TEST_F(HtmlReport, OfALivingRunSaysWhyItHasNoRows) {
  Import({"a@x.example,,,,,,,,"});
  summary_.run.state = "running";
  std::string page;
  const HtmlReportInputs inputs{
      .summary = summary_, .journal = nullptr, .columns = {}, .masking = {}};
  ASSERT_TRUE(RenderHtml(inputs, [&](std::string_view piece) {
    page += piece;
    return base::Status();
  }));
  EXPECT_THAT(page, HasSubstr("The import is going on: 0 of 1 row is on the target so far."));
  EXPECT_THAT(page, HasSubstr("Rows and organizations are not on this page"));
}

TEST_F(HtmlReport, AFileTakesItsNameOnlyWhenItIsWhole) {
  Import({"a@x.example,,,,,,,,"});
  const std::string path = directory_ + "/report.html";
  const HtmlReportInputs inputs{
      .summary = summary_, .journal = &journal_, .columns = {}, .masking = {}};
  ASSERT_TRUE(WriteHtmlReport(path, inputs));
  const auto first = base::ReadWholeFile(path);
  journal_.broken = base::Error{base::ErrorCode::kIo, "the disk is gone"};
  EXPECT_FALSE(WriteHtmlReport(path, inputs).ok());
  EXPECT_EQ(*base::ReadWholeFile(path), *first);
  EXPECT_FALSE(base::Stat(path + ".tmp").ok());
}

struct Told {
  const char* name;
  const char* state;
  OutcomeCounts rows;
  model::VerificationState verification;
  const char* headline;
};

TEST(Headline, SaysWhatCameOfIt) {
  using State = model::VerificationState;
  const std::vector<Told> cases = {
      {"clean", "finished", {3}, State::kClean, "All 3 rows are on the target and verified"},
      {"not verified", "finished", {2, 1}, State::kNotRun, "All 3 rows are on the target"},
      {"failures",
       "finished",
       {1, 0, 0, 0, 0, 1, 1},
       State::kClean,
       "1 of 3 rows is on the target; 2 need somebody"},
      {"stopped",
       "stopped",
       {1, 0, 0, 0, 0, 0, 0, 0, 2},
       State::kNotRun,
       "The import stopped early: 1 of 3 rows is on the target"},
      {"dead",
       "dead",
       {2},
       State::kNotRun,
       "The import was killed: 2 of 3 rows are on the target, the rest can be resumed"},
      {"skipped", "finished", {2, 0, 0, 0, 1}, State::kClean, "2 of 3 rows are on the target"},
  };
  for (const Told& each : cases) {
    SCOPED_TRACE(each.name);
    Summary summary;
    summary.run = FinishedRun(3, 0);
    summary.run.state = each.state;
    summary.rows_read = 3;
    summary.rows = each.rows;
    summary.counters.verification.state = each.verification;
    EXPECT_EQ(Headline(summary), each.headline);
  }
}

}  // namespace
}  // namespace rehome::report
