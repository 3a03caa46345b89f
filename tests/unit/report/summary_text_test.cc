#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "report/render.h"
#include "report/text_table.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Phase;
using model::Reason;
using ::testing::HasSubstr;
using ::testing::Not;

PhaseLine Line(Phase phase, std::int64_t read,
               const std::vector<std::pair<OutcomeKind, int>>& counts) {
  PhaseLine line;
  line.phase = phase;
  line.read = read;
  for (const auto& [kind, count] : counts) line.counts[static_cast<std::size_t>(kind)] = count;
  line.time = std::chrono::milliseconds(200'000);
  return line;
}

// The end of a run of 10,000 rows with one failed organization and two kinds of bad rows.
Summary BadRun() {
  Summary summary;
  summary.run = FinishedRun(10'000, 1);
  summary.run.target_name = "Staging";
  summary.run.endpoint = "https://api.workos.com";
  summary.run.key_fingerprint = "1a2b3c4d5e6f";
  summary.run.key_origin = "WORKOS_SECRET_KEY";
  summary.rows_read = 10'000;
  summary.rows = {9'000, 978, 0, 0, 0, 7, 15, 0, 0};
  summary.phases = {
      Line(Phase::kSurvey, 10'000, {}),
      Line(Phase::kOrganizations, 250, {{OutcomeKind::kCreated, 249}, {OutcomeKind::kFailed, 1}}),
      Line(Phase::kUsers, 9'988,
           {{OutcomeKind::kCreated, 9'000},
            {OutcomeKind::kAdopted, 978},
            {OutcomeKind::kRejected, 7},
            {OutcomeKind::kFailed, 3}}),
      Line(Phase::kMemberships, 9'990,
           {{OutcomeKind::kCreated, 9'978}, {OutcomeKind::kFailed, 12}})};
  summary.phases[0].time = std::chrono::milliseconds(40);
  summary.phases[2].requests = 9'981;
  summary.errors = {
      {Phase::kOrganizations, Reason::kOrganizationRefused, 1, 12, {40}, "", "422 bad_domain"},
      {Phase::kUsers, Reason::kEmailInvalid, 7, 0, {17, 203, 911, 1200, 1300}, "ann@", ""},
      {Phase::kUsers, Reason::kUserRefused, 3, 0, {8, 9, 10}, "", ""}};
  summary.warnings = {{Phase::kUsers, Reason::kWarnExternalIdLong, 1, 0, {5}, "", ""}};
  summary.counters.cache_entries = 250;
  summary.counters.cache_hits = 9'990;
  summary.counters.time[2] = summary.counters.time[3] = std::chrono::seconds(400);
  summary.counters.forecast_min = std::chrono::seconds(398);
  summary.counters.forecast_likely = std::chrono::seconds(425);
  summary.adopted_with_password = 120;
  return summary;
}

TEST(SummaryText, SaysHowARunEndedAndWhatToDo) {
  EXPECT_EQ(RenderText(BadRun(), 100),
            R"(Target  Staging · https://api.workos.com · key 1a2b3c4d5e6f from WORKOS_SECRET_KEY
Run     20261123-093000-ab12 · /data/users.csv · finished, exit 1

phase            read  created  adopted  rejected  failed    time  req/s
survey         10,000        –        –         0       –  0:00.0    0.0
organizations     250      249        0         0       1    3:20    0.0
users           9,988    9,000      978         7       3    3:20   49.9
memberships     9,990    9,978        0         0      12    3:20    0.0
All 10,000 rows are accounted for: 9,000 created, 978 adopted, 7 rejected, 15 failed.

Errors in organizations: 1 organization, 1 reason
     1  organization_refused: the target refused the organization (row 40)
        fix: correct what the target's words name
        target: 422 bad_domain
        12 rows more failed because of this; they follow by themselves in a retry

Errors in users: 10 rows, 2 reasons
     7  email_invalid: the e-mail is not an address (rows 17, 203, 911, 1,200, 1,300 …)
        fix: correct the column email, as in ann@example.com
        seen: ann@
     3  user_refused: the target refused the user (rows 8, 9, 10)
        fix: correct what the target's words name

Warnings
     1  external_id_long: the external_id is longer than 64 characters, which the target's guides
          give as the limit (row 5)
        fix: shorten it if the target refuses it

rehome explain CODE says more of each code.

Adopted 120: their CSV passwords were not applied.
Organization cache: 250 entries, 9,990 hits, 0 misses, hit rate 100 %.
Lock: no wait.
Verification: not run (rehome verify does it).
Forecast: likely 7:05, at the shortest 6:38; actual 6:40, 6 % less.
Next: correct the cells in a copy of failed.csv (in the run directory), then:
  rehome retry 20261123-093000-ab12 --edited COPY.csv
Next: to try again as it is what failed on the target: rehome retry 20261123-093000-ab12
)");
}

TEST(SummaryText, SaysNothingOddAfterACleanRun) {
  Summary summary;
  summary.run = FinishedRun(1, 0);
  summary.rows_read = 1;
  summary.rows[0] = 1;
  const std::string text = RenderText(summary);
  EXPECT_THAT(text, HasSubstr("The one row is accounted for: 1 created.\n"));
  EXPECT_THAT(text, HasSubstr("no key"));
  EXPECT_THAT(text, Not(HasSubstr("Next:")));
  EXPECT_THAT(text, Not(HasSubstr("Errors")));
  EXPECT_THAT(text, Not(HasSubstr("Forecast")));
  EXPECT_THAT(text, Not(HasSubstr("Adopted")));
}

TEST(SummaryText, NamesTheNextCommand) {
  struct Case {
    const char* name;
    const char* state;
    int exit_code;
    std::string next;
  };
  const std::vector<Case> cases = {
      {"running", "running", 0, "Next: rehome status 20261123-093000-ab12 --watch\n"},
      {"stopped", "stopped", 3, "Next: rehome resume 20261123-093000-ab12\n"},
      {"interrupted", "interrupted", 130, "Next: rehome resume 20261123-093000-ab12\n"},
      {"partial", "partial", 0, "Next: rehome resume 20261123-093000-ab12\n"},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    Summary summary;
    summary.run = FinishedRun(0, each.exit_code);
    summary.run.state = each.state;
    EXPECT_THAT(RenderText(summary), ::testing::EndsWith(each.next));
  }
}

TEST(SummaryText, SendsARunThatStoppedAtItsOrganizationsToTheFileFirst) {
  struct Case {
    const char* name;
    std::vector<PhaseLine> phases;
    const char* next;
  };
  constexpr const char* kMend =
      "\nNext: correct the organizations in a copy of unprocessed.csv (in the run directory), "
      "then:\n"
      "  rehome retry 20261123-093000-ab12 --edited COPY.csv\n"
      "Next: if you mended the target instead: rehome resume 20261123-093000-ab12\n";
  constexpr const char* kResume = "\nNext: rehome resume 20261123-093000-ab12\n";
  const PhaseLine too_many =
      Line(Phase::kOrganizations, 10,
           {{OutcomeKind::kFailed, 1}, {OutcomeKind::kParked, 1}, {OutcomeKind::kCreated, 8}});
  const PhaseLine few =
      Line(Phase::kOrganizations, 10, {{OutcomeKind::kFailed, 1}, {OutcomeKind::kCreated, 9}});
  const PhaseLine users = Line(Phase::kUsers, 1, {{OutcomeKind::kCreated, 1}});
  const std::vector<Case> cases = {{"too many failed", {too_many}, kMend},
                                   {"few failed", {few}, kResume},
                                   {"rows were begun", {too_many, users}, kResume}};
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    Summary summary;
    summary.run = FinishedRun(0, 3);
    summary.run.state = "stopped";
    summary.phases = each.phases;
    EXPECT_THAT(RenderText(summary, 100), ::testing::EndsWith(each.next));
  }
}

TEST(SummaryText, SendsAFailedRunOfWhichNothingWasAcceptedToImport) {
  struct Case {
    const char* name;
    std::vector<PhaseLine> phases;
    const char* next;
  };
  constexpr const char* kImport = "Next: mend that, then run the import again.\n";
  constexpr const char* kResume = "Next: rehome resume 20261123-093000-ab12\n";
  PhaseLine in_doubt = Line(Phase::kUsers, 1, {});
  in_doubt.in_doubt = 1;
  PhaseLine more_in_doubt = in_doubt;
  more_in_doubt.in_doubt = 2;
  const std::vector<Case> cases = {
      {"nothing sent", {Line(Phase::kUsers, 0, {})}, kImport},
      {"all refused", {Line(Phase::kOrganizations, 2, {{OutcomeKind::kFailed, 2}})}, kImport},
      {"found", {Line(Phase::kOrganizations, 1, {{OutcomeKind::kAdopted, 1}})}, kResume},
      {"created", {Line(Phase::kUsers, 1, {{OutcomeKind::kCreated, 1}})}, kResume},
      {"the first request in doubt", {in_doubt}, kImport},
      {"more in doubt", {more_in_doubt}, kResume},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    Summary summary;
    summary.run = FinishedRun(0, 4);
    summary.run.state = "failed";
    summary.phases = each.phases;
    EXPECT_THAT(RenderText(summary), ::testing::EndsWith(each.next));
  }
}

TEST(SummaryText, ShowsTheLinesThatAppearOnlyWhenThereIsSomethingToSay) {
  Summary summary;
  summary.run = FinishedRun(0, 3);
  summary.run.state = "stopped";
  summary.stop_reason = "12 % of the last 200 rows failed";
  summary.counters.mismatched_answers = 2;
  summary.counters.cache_entries = 3;
  summary.counters.cache_hits = 1'999;
  summary.counters.cache_misses = 1;
  summary.counters.lock_wait = std::chrono::seconds(75);
  const std::string text = RenderText(summary);
  EXPECT_THAT(text, HasSubstr("Stopped: 12 % of the last 200 rows failed\n"));
  EXPECT_THAT(text, HasSubstr("2 answers did not belong to the request and did not count"));
  EXPECT_THAT(text, HasSubstr("3 entries, 1,999 hits, 1 miss, hit rate 99.9 %.\n"));
  EXPECT_THAT(text, HasSubstr("Lock: waited 1:15.\n"));
  summary.run.options["i-am-the-only-runner"] = "yes";
  EXPECT_THAT(RenderText(summary), HasSubstr("Lock: none was taken (--i-am-the-only-runner).\n"));
}

TEST(SummaryText, ShowsTheWholeOfWhyItStoppedAndWhatToDo) {
  Summary summary;
  summary.run = FinishedRun(0, 4);
  summary.stop_reason = std::string(500, 'x') + "; mend it";
  EXPECT_THAT(RenderText(summary), HasSubstr("mend it\n"));
}

TEST(SummaryText, ShowsInDoubtAndUnprocessedOfAnUnfinishedRun) {
  Summary summary;
  summary.phases = {Line(Phase::kUsers, 3, {{OutcomeKind::kUnprocessed, 1}})};
  summary.phases[0].in_doubt = 2;
  EXPECT_THAT(RenderText(summary), HasSubstr("phase  read  in doubt  unprocessed  time\n"
                                             "users     3         2            1  3:20\n"));
}

TEST(SummaryText, LetsNoValueSteerTheTerminal) {
  Summary summary = BadRun();
  const std::string hostile = "\x1b]0;owned\x07\u202e\r\n";
  for (std::string* value :
       {&summary.run.run_id, &summary.run.file, &summary.run.target_name, &summary.run.endpoint,
        &summary.run.key_origin, &summary.run.key_fingerprint, &summary.run.state,
        &summary.counters.verification.why_incomplete, &summary.stop_reason,
        &summary.errors[0].sample_detail, &summary.errors[0].words,
        &summary.warnings[0].sample_detail}) {
    *value = hostile;
  }
  summary.counters.verification.state = model::VerificationState::kIncomplete;
  const std::string text = RenderText(summary);
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  EXPECT_THAT(text, Not(HasSubstr("\u202e")));
  EXPECT_THAT(text, HasSubstr("seen: \\x1b]0;owned\\x07\\u202e\\x0d\\x0a\n"));
}

TEST(SummaryText, CountsTheColumnsOfAGroupOfWarnings) {
  Summary summary = BadRun();
  summary.warnings[0].columns = {{"first_name", 1'200}, {"metadata.a\nb", 3}};
  EXPECT_THAT(RenderText(summary),
              HasSubstr("        columns: first_name 1,200, metadata.a\\x0ab 3\n"));
  summary.warnings[0].columns.pop_back();
  EXPECT_THAT(RenderText(summary), Not(HasSubstr("columns:")));
}

TEST(SummaryText, KeepsToTheWidthOfTheTerminal) {
  Summary summary = BadRun();
  for (std::int64_t& count : summary.phases[2].counts) count += 1'000'000;
  for (const int columns : {40, 60, 80, 132}) {
    for (const std::string& line : base::Split(RenderText(summary, columns), '\n')) {
      // A command stays in one piece, to be copied.
      if (line.starts_with("  rehome ")) continue;
      EXPECT_LE(DisplayWidth(line), columns) << line;
    }
  }
}

TEST(TextTable, DropsToParagraphsWhereItIsTooWide) {
  const std::vector<std::vector<std::string>> records = {{"phase", "read", "in doubt", "time"},
                                                         {"survey", "12", "–", "0:01"},
                                                         {"users", "9", "3", "1:00"}};
  const std::string wide =
      "phase   read  in doubt  time\n"
      "survey    12         –  0:01\n"
      "users      9         3  1:00\n";
  EXPECT_EQ(RenderTable(records, 28), wide);
  EXPECT_EQ(RenderTable(records, 27),
            "survey: read 12, time 0:01\n"
            "users: read 9, in doubt 3,\n"
            "  time 1:00\n");
}

TEST(TextTable, BreaksAtBlanksAndLeavesLongWordsWhole) {
  EXPECT_EQ(WrapText("  aa bb cc", 4, 8), "  aa bb\n    cc\n");
  EXPECT_EQ(WrapText("a reallylongword b", 2, 8), "a\n  reallylongword\n  b\n");
  EXPECT_EQ(WrapText("", 2, 8), "\n");
  EXPECT_EQ(WrapText("äöü äöü", 0, 7), "äöü äöü\n") << "width counts characters, not bytes";
}

}  // namespace
}  // namespace rehome::report
