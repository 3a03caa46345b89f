#include "report/verification_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/finding_groups.h"
#include "report/next_steps.h"
#include "report/render.h"
#include "support/fake_journal_reader.h"
#include "unit/report/findings.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

using model::EffectKind;
using model::FindingKind;
using model::Phase;
using model::VerificationState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// One user in one organization.
support::FakeJournalReader OneUser() {
  support::FakeJournalReader journal;
  journal.effects = {DoneEffect(1, EffectKind::kOrganization, "org_1"),
                     DoneEffect(1, EffectKind::kUser, "user_1"),
                     DoneEffect(1, EffectKind::kMembership, "om_1")};
  journal.effects[0].key = "external_id:acme";
  journal.outcomes = {Created(1, "user_1")};
  journal.outcomes[0].organization_id = "org_1";
  journal.outcomes[0].membership_id = "om_1";
  return journal;
}

model::Verification Whole(VerificationState state) {
  model::Verification verification;
  verification.state = state;
  verification.organizations = 1;
  verification.users = 1;
  verification.memberships = 1;
  verification.requests = 3;
  verification.time = std::chrono::seconds(2);
  return verification;
}

// Of a run that was verified once, as its summary.json has it.
Summary SummaryWith(const model::Verification& verification, std::vector<ErrorGroup> findings,
                    int exit_code) {
  journal::RunFacts run = FinishedRun(1, exit_code);
  if (exit_code == journal::kVerificationFailed) run.state = "failed";
  RunCounters counters;
  counters.verification = verification;
  counters.findings = std::move(findings);
  counters.requests[4] = verification.requests;
  counters.time[4] = verification.time;
  support::FakeJournalReader journal = OneUser();
  const auto summary = Summarize(run, counters, journal);
  EXPECT_TRUE(summary.ok());
  return summary ? *summary : Summary{};
}

Summary WithFindings() {
  FindingGroups groups;
  groups.Add(Missing(1, EffectKind::kMembership, "om_1"));
  groups.Add(Mismatch(1, "first_name", "Ann", "Anna"));
  groups.Add(Mismatch(1, "last_name", "Ng", ""));
  model::Verification verification = Whole(VerificationState::kFindings);
  verification.findings = {1, 0, 2};
  return SummaryWith(verification, groups.groups(), 5);
}

TEST(Verification, HasALineInThePhaseTableOnceItWasRun) {
  const Summary not_run = SummaryWith({}, {}, 0);
  EXPECT_NE(not_run.phases.back().phase, Phase::kVerification);
  const Summary clean = SummaryWith(Whole(VerificationState::kClean), {}, 0);
  EXPECT_EQ(clean.phases.back().phase, Phase::kVerification);
  EXPECT_EQ(clean.phases.back().read, 3);
  EXPECT_EQ(clean.phases.back().requests, 3);
  EXPECT_EQ(clean.phases.back().time, std::chrono::seconds(2));
  EXPECT_TRUE(CheckLaws(clean).ok());
  EXPECT_THAT(RenderText(clean), HasSubstr("\nverification      3        –  0:02.0    1.5\n"));
}

TEST(Verification, OfALaterTimeTakesThePlaceOfTheEarlierOne) {
  Summary summary = WithFindings();
  ASSERT_EQ(summary.errors.size(), 2U);
  AddVerification(summary, Whole(VerificationState::kClean), {});
  summary.run.state = "finished";
  summary.run.exit_code = 0;
  EXPECT_TRUE(summary.errors.empty());
  EXPECT_EQ(summary.phases.size(), 5U);
  EXPECT_TRUE(CheckLaws(summary).ok());
  AddVerification(summary, {}, {});
  EXPECT_EQ(summary.phases.size(), 4U);
}

TEST(Verification, AddsWhatItTookToWhatTheRunTook) {
  Summary summary = WithFindings();
  summary.counters.mismatched_answers = 2;
  model::Verification again = Whole(VerificationState::kClean);
  again.rate_limited = 5;
  again.mismatched_answers = 1;
  AddVerification(summary, again, {});
  EXPECT_EQ(summary.counters.verification, again);
  EXPECT_EQ(summary.counters.mismatched_answers, 3);
  const PhaseLine& line = summary.phases.back();
  EXPECT_EQ(line.requests, 6);
  EXPECT_EQ(line.rate_limited, 5);
  EXPECT_EQ(line.time, std::chrono::seconds(4));
  const auto read_back = ParseSummaryJson(RenderJson(summary));
  ASSERT_TRUE(read_back.ok());
  EXPECT_EQ(read_back->phases, summary.phases);
}

TEST(Verification, TellsWhatWasNotAnsweredWithoutAccusing) {
  FindingGroups groups;
  model::VerificationFinding finding = Missing(1, EffectKind::kUser, "user_1");
  finding.kind = model::FindingKind::kUnanswered;
  finding.found = "the answers were not about it";
  groups.Add(finding);
  model::Verification verification = Whole(VerificationState::kIncomplete);
  verification.users = 0;
  verification.findings = {0, 0, 0, 1};
  verification.why_incomplete = "user user_1 (row 1) could not be read";
  const Summary summary = SummaryWith(verification, groups.groups(), 5);
  EXPECT_TRUE(CheckLaws(summary).ok());
  EXPECT_THAT(VerificationLine(summary),
              HasSubstr("nothing found, 1 not answered (verification.csv)"));
  EXPECT_THAT(RenderText(summary, 200), HasSubstr("verify_unanswered"));
  EXPECT_THAT(RenderText(summary, 200), HasSubstr("0 findings and 1 not answered, 1 reason"));
}

TEST(Verification, SaysHowItEnded) {
  EXPECT_EQ(VerificationLine(SummaryWith({}, {}, 0)),
            "Verification: not run (rehome verify does it).");
  EXPECT_EQ(VerificationLine(SummaryWith(Whole(VerificationState::kClean), {}, 0)),
            "Verification: clean, 1 organization, 1 user and 1 membership compared (3 requests, "
            "0:02.0); passwords: not comparable.");
  EXPECT_EQ(VerificationLine(WithFindings()),
            "Verification: findings, 1 missing, 2 mismatches (verification.csv in the run "
            "directory); 1 organization, 1 user and 1 membership compared (3 requests, 0:02.0); "
            "passwords: not comparable.");
  model::Verification incomplete = Whole(VerificationState::kIncomplete);
  incomplete.why_incomplete = "the target refused the key\x1b[2J";
  incomplete.memberships = 0;
  EXPECT_EQ(VerificationLine(SummaryWith(incomplete, {}, 5)),
            "Verification: incomplete, the target refused the key\\x1b[2J; so far 1 organization, "
            "1 user and 0 memberships compared, nothing found.");
}

TEST(Verification, OfARunOfNothingOrOneThatIsNotAtItsEndIsNotOffered) {
  Summary summary;
  summary.run = FinishedRun(0, 0);
  EXPECT_EQ(VerificationLine(summary), "Verification: not run.");
  summary = SummaryWith({}, {}, 0);
  summary.run.state = "stopped";
  EXPECT_EQ(VerificationLine(summary), "Verification: not run.");
}

TEST(Verification, TellsItsFindingsAmongTheErrors) {
  EXPECT_THAT(
      RenderText(WithFindings(), 120),
      HasSubstr("Errors in verification: 3 findings, 2 reasons\n"
                "     1  verify_missing: the run made or found it, and the target has it no "
                "more (row 1)\n"));
  EXPECT_THAT(RenderText(WithFindings(), 120),
              HasSubstr("        seen: user user_1, first_name: \"Ann\" was written, \"Anna\" is "
                        "there\n"));
}

std::vector<std::string> Lines(const Summary& summary) {
  std::vector<std::string> lines;
  for (const NextStep& step : NextSteps(summary)) lines.push_back(RenderStep(step, 200));
  return lines;
}

TEST(NextSteps, SendAFindingToItsFileAndAnIncompleteVerificationToAnother) {
  EXPECT_THAT(Lines(WithFindings()),
              ElementsAre("Next: look at verification.csv in the run directory and mend what it "
                          "names, then: rehome verify 20261123-093000-ab12\n",
                          "Next: what is missing is made by a run of its own, with the flags of "
                          "this one: rehome import /data/users.csv --on-existing update\n"));
  model::Verification incomplete;
  incomplete.state = VerificationState::kIncomplete;
  EXPECT_THAT(Lines(SummaryWith(incomplete, {}, 5)),
              ElementsAre("Next: rehome verify 20261123-093000-ab12\n"));
  EXPECT_THAT(Lines(SummaryWith(Whole(VerificationState::kClean), {}, 0)), IsEmpty());
}

TEST(NextSteps, OfAPartWithFindingsNameTheRestToo) {
  Summary summary = WithFindings();
  summary.run.rows = 9;
  EXPECT_THAT(Lines(summary),
              ElementsAre(HasSubstr("verification.csv"), HasSubstr("--on-existing update"),
                          "Next: rehome resume 20261123-093000-ab12\n"));
}

TEST(NextSteps, OfFindingsAndFailedRowsNameBoth) {
  Summary summary = WithFindings();
  ++summary.rows[static_cast<std::size_t>(model::OutcomeKind::kFailed)];
  EXPECT_THAT(Lines(summary),
              ElementsAre(HasSubstr("verification.csv"), HasSubstr("--on-existing update"),
                          HasSubstr("failed.csv"), HasSubstr("try again as it is what failed")));
}

TEST(NextSteps, OfAVerificationThatWasInterruptedResume) {
  model::Verification incomplete;
  incomplete.state = VerificationState::kIncomplete;
  Summary summary = SummaryWith(incomplete, {}, 130);
  summary.run.state = "interrupted";
  EXPECT_TRUE(CheckLaws(summary).ok());
  EXPECT_THAT(Lines(summary), ElementsAre("Next: rehome resume 20261123-093000-ab12\n"));
}

struct VerificationLaw {
  const char* name;
  void (*doctor)(Summary&);
  const char* law;
  const char* seen;
};

class VerificationLaws : public ::testing::TestWithParam<VerificationLaw> {};

TEST_P(VerificationLaws, ADoctoredSummaryIsRefused) {
  Summary summary = WithFindings();
  const base::Status sound = CheckLaws(summary);
  ASSERT_TRUE(sound.ok()) << sound.error().message;
  GetParam().doctor(summary);
  const base::Status status = CheckLaws(summary);
  ASSERT_FALSE(status.ok());
  EXPECT_THAT(status.error().message, HasSubstr(std::string("breaks a law of its journal: ") +
                                                GetParam().law + " (" + GetParam().seen + ")."));
}

constexpr const char* kCompared =
    "a verification compares each object of the run once, and all to be whole";
constexpr const char* kSays = "a verification says that it has findings exactly when it has";
constexpr const char* kExit =
    "a run ends with exit 5 exactly when its verification is incomplete or has findings";

INSTANTIATE_TEST_SUITE_P(
    All, VerificationLaws,
    ::testing::Values(
        VerificationLaw{"ObjectForgotten",
                        [](Summary& s) { --s.counters.verification.memberships; }, kCompared,
                        "memberships, 0 against 1"},
        VerificationLaw{"ObjectTwice", [](Summary& s) { ++s.counters.verification.users; },
                        kCompared, "users, 2 against 1"},
        VerificationLaw{"MoreThanThereIsThoughIncomplete",
                        [](Summary& s) {
                          s.counters.verification.state = VerificationState::kIncomplete;
                          s.counters.verification.organizations = 2;
                        },
                        kCompared, "organizations, 2 against 1"},
        VerificationLaw{"FindingUntold", [](Summary& s) { s.errors.pop_back(); },
                        "each finding counts in one error group", "3 against 1"},
        VerificationLaw{
            "CleanWithFindings",
            [](Summary& s) { s.counters.verification.state = VerificationState::kClean; }, kSays,
            "clean with 3"},
        VerificationLaw{"FindingsWithoutOne",
                        [](Summary& s) {
                          s.counters.verification.findings = {};
                          s.errors.clear();
                        },
                        kSays, "findings with 0"},
        VerificationLaw{"FindingsAtAGoodEnd",
                        [](Summary& s) {
                          s.run.state = "finished";
                          s.run.exit_code = 0;
                        },
                        kExit, "exit 0, findings"},
        VerificationLaw{
            "CleanAtABadEnd",
            [](Summary& s) { AddVerification(s, Whole(VerificationState::kClean), {}); }, kExit,
            "exit 5, clean"},
        VerificationLaw{"LostRow",
                        [](Summary& s) {
                          s.run.last_row = s.rows_read = s.phases[0].read = 2;
                          s.rows[static_cast<std::size_t>(model::OutcomeKind::kUnprocessed)] = 1;
                        },
                        "a run that came to its end leaves no row unprocessed", "1 unprocessed"}),
    [](const auto& suite) { return std::string(suite.param.name); });

TEST(VerificationLawsOfARunThatStopped, LeaveItsExitCodeToIt) {
  Summary summary = WithFindings();
  summary.run.state = "stopped";
  summary.run.exit_code = 3;
  EXPECT_TRUE(CheckLaws(summary).ok());
}

}  // namespace
}  // namespace rehome::report
