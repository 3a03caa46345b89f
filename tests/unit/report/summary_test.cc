#include "report/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_journal_reader.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

using model::EffectKind;
using model::EffectState;
using model::OutcomeKind;
using model::Phase;
using model::Reason;
using ::testing::ElementsAre;

Summary SummaryOf(const journal::RunFacts& run, support::FakeJournalReader& journal) {
  auto summary = Summarize(run, {}, journal);
  EXPECT_TRUE(summary.ok()) << (summary ? "" : summary.error().message);
  if (!summary) return {};
  const base::Status laws = CheckLaws(*summary);
  EXPECT_TRUE(laws.ok()) << (laws ? "" : laws.error().message);
  return *summary;
}

const PhaseLine& LineOf(const Summary& summary, Phase phase) {
  return summary.phases[static_cast<std::size_t>(phase)];
}

TEST(Summary, CountsEachRowOnceAndEachObjectOnItsLine) {
  support::FakeJournalReader journal;
  journal.effects = {DoneEffect(1, EffectKind::kOrganization, "org_1"),
                     DoneEffect(1, EffectKind::kUser, "user_1"),
                     DoneEffect(1, EffectKind::kMembership, "om_1"),
                     DoneEffect(2, EffectKind::kUser, "user_2"),
                     EffectIn(3, EffectKind::kUser, EffectState::kFailed),
                     EffectIn(4, EffectKind::kUser, EffectState::kParked)};
  journal.effects[0].key = "external_id:acme";
  journal.effects[3].outcome = OutcomeKind::kAdopted;
  journal.effects[3].provenance = model::Provenance::kAdopted;
  journal.effects[3].detail = model::kPasswordNotApplied;
  journal.outcomes = {Created(1, "user_1"),
                      Created(2, "user_2"),
                      Bad(3, OutcomeKind::kFailed, Reason::kUserRefused),
                      Bad(4, OutcomeKind::kParked, Reason::kUserUnverified),
                      Bad(5, OutcomeKind::kRejected, Reason::kEmailInvalid),
                      Bad(6, OutcomeKind::kRejected, Reason::kCsvFieldCount),
                      Bad(7, OutcomeKind::kRejected, Reason::kRoleSlugsInvalid)};
  journal.outcomes[1].kind = OutcomeKind::kAdopted;
  journal::RunFacts run = FinishedRun(8, 1);
  run.state = "stopped";
  const Summary summary = SummaryOf(run, journal);

  EXPECT_EQ(summary.rows_read, 8);
  EXPECT_THAT(summary.rows, ElementsAre(1, 1, 0, 0, 0, 3, 1, 1, 1));
  ASSERT_EQ(summary.phases.size(), 4U);
  EXPECT_EQ(LineOf(summary, Phase::kSurvey).read, 8);
  EXPECT_THAT(LineOf(summary, Phase::kSurvey).counts, ElementsAre(0, 0, 0, 0, 0, 1, 0, 0, 0));
  EXPECT_EQ(LineOf(summary, Phase::kOrganizations).read, 1);
  EXPECT_EQ(LineOf(summary, Phase::kUsers).read, 5);
  EXPECT_THAT(LineOf(summary, Phase::kUsers).counts, ElementsAre(1, 1, 0, 0, 0, 1, 1, 1, 0));
  EXPECT_EQ(LineOf(summary, Phase::kMemberships).read, 2);
  EXPECT_THAT(LineOf(summary, Phase::kMemberships).counts, ElementsAre(1, 0, 0, 0, 0, 1, 0, 0, 0));
  EXPECT_EQ(summary.adopted_with_password, 1);
}

struct OpenEffect {
  const char* name;
  EffectState state;
  bool maybe_sent;
  bool in_doubt;
};

class OpenEffects : public ::testing::TestWithParam<OpenEffect> {};

TEST_P(OpenEffects, AreInDoubtOnceTheyMayHaveBeenSentAndUnprocessedBefore) {
  support::FakeJournalReader journal;
  journal.effects = {EffectIn(1, EffectKind::kUser, GetParam().state)};
  journal.effects[0].maybe_sent = GetParam().maybe_sent;
  journal::RunFacts run = FinishedRun(1, 130);
  run.state = "interrupted";
  const PhaseLine line = LineOf(SummaryOf(run, journal), Phase::kUsers);
  EXPECT_EQ(line.in_doubt, GetParam().in_doubt ? 1 : 0);
  EXPECT_EQ(CountOf(line.counts, OutcomeKind::kUnprocessed), GetParam().in_doubt ? 0 : 1);
}

INSTANTIATE_TEST_SUITE_P(
    All, OpenEffects,
    ::testing::Values(OpenEffect{"Intended", EffectState::kIntended, false, false},
                      OpenEffect{"IntendedAgain", EffectState::kIntended, true, true},
                      OpenEffect{"Sent", EffectState::kSent, true, true},
                      OpenEffect{"Unknown", EffectState::kUnknown, true, true}),
    [](const auto& suite) { return std::string(suite.param.name); });

TEST(Summary, TakesTheUserOfARowFromTheUsersFirstRowEvenOutsideThePart) {
  support::FakeJournalReader journal;
  journal.effects = {DoneEffect(2, EffectKind::kUser, "user_ann"),
                     DoneEffect(7, EffectKind::kMembership, "om_7")};
  journal.effects[0].key = "user:ann@example.com";
  journal.outcomes = {Created(7, "user_ann")};
  journal::RunFacts run = FinishedRun(9, 0);
  run.first_row = run.last_row = 7;
  const Summary summary = SummaryOf(run, journal);
  EXPECT_EQ(summary.rows_read, 1);
  EXPECT_EQ(LineOf(summary, Phase::kUsers).read, 1);
}

TEST(Summary, GroupsErrorsByPhaseAndReasonWithTheFirstFiveRows) {
  support::FakeJournalReader journal;
  for (int row = 1; row <= 7; ++row) {
    journal.outcomes.push_back(Bad(row, OutcomeKind::kRejected, Reason::kEmailInvalid));
  }
  journal.outcomes.push_back(Bad(8, OutcomeKind::kFailed, Reason::kUserRefused));
  journal.outcomes.push_back(Bad(9, OutcomeKind::kRejected, Reason::kCsvStrayQuote));
  journal.outcomes[0].detail = "\"ann\" is no address";
  journal.outcomes[7].target = {422, "invalid_user", "No such plan", "req_1"};
  const Summary summary = SummaryOf(FinishedRun(9, 1), journal);

  ASSERT_EQ(summary.errors.size(), 3U);
  EXPECT_EQ(summary.errors[0].reason, Reason::kCsvStrayQuote);
  EXPECT_EQ(summary.errors[1].reason, Reason::kEmailInvalid);
  EXPECT_EQ(summary.errors[1].count, 7);
  EXPECT_THAT(summary.errors[1].sample_rows, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(summary.errors[1].sample_detail, "\"ann\" is no address");
  EXPECT_EQ(summary.errors[2].words, "422 invalid_user No such plan");
}

TEST(Summary, CountsFollowingFailuresUnderTheirCause) {
  support::FakeJournalReader journal;
  journal.effects = {
      FailedOrganization(1, "external_id:acme", Reason::kOrganizationRefused),
      EffectIn(3, EffectKind::kUser, EffectState::kFailed),
  };
  journal.outcomes = {
      Bad(1, OutcomeKind::kFailed, Reason::kOrganizationFailed, "external_id:acme"),
      Bad(2, OutcomeKind::kFailed, Reason::kOrganizationFailed, "external_id:acme"),
      Bad(3, OutcomeKind::kFailed, Reason::kUserEmailTaken),
      Bad(4, OutcomeKind::kFailed, Reason::kUserFailed, "row:3"),
      Bad(5, OutcomeKind::kRejected, Reason::kEmailInvalid),
      Bad(6, OutcomeKind::kRejected, Reason::kLeadRowRejected, "row:5"),
      Bad(7, OutcomeKind::kFailed, Reason::kUserFailed, "row:1"),
      Bad(8, OutcomeKind::kFailed, Reason::kUserFailed, "row:99"),
  };
  const Summary summary = SummaryOf(FinishedRun(8, 1), journal);

  ASSERT_EQ(summary.errors.size(), 4U);
  EXPECT_EQ(summary.errors[0].reason, Reason::kOrganizationRefused);
  EXPECT_EQ(summary.errors[0].count, 1);
  EXPECT_EQ(summary.errors[0].derived, 3) << "row 7 follows from row 1, and that from the "
                                             "organization";
  EXPECT_EQ(summary.errors[1].reason, Reason::kEmailInvalid);
  EXPECT_EQ(summary.errors[1].derived, 1);
  EXPECT_EQ(summary.errors[2].reason, Reason::kUserEmailTaken);
  EXPECT_EQ(summary.errors[2].derived, 1);
  EXPECT_EQ(summary.errors[3].reason, Reason::kUserFailed) << "its cause is not in the journal";
  EXPECT_THAT(summary.errors[3].sample_rows, ElementsAre(8));
  // Each on the line of the phase that failed.csv shows for it.
  EXPECT_EQ(LineOf(summary, Phase::kUsers).read, 6) << "rows 3 to 8";
  EXPECT_EQ(LineOf(summary, Phase::kMemberships).read, 2) << "rows 1 and 2";
}

TEST(Summary, GroupsWarningsAndNamesARowOnce) {
  support::FakeJournalReader journal;
  journal.effects = {DoneEffect(1, EffectKind::kUser, "user_1")};
  journal.outcomes = {Created(1, "user_1")};
  journal.outcomes[0].warnings = {{Reason::kWarnMetadataConverted, "metadata", "plan"},
                                  {Reason::kWarnMetadataConverted, "metadata", "seats"}};
  const Summary summary = SummaryOf(FinishedRun(1, 0), journal);
  ASSERT_EQ(summary.warnings.size(), 1U);
  EXPECT_EQ(summary.warnings[0].count, 2);
  EXPECT_THAT(summary.warnings[0].sample_rows, ElementsAre(1));
  EXPECT_EQ(summary.warnings[0].sample_detail, "plan");
}

TEST(Summary, CountsTheColumnsOfAGroupOfWarningsAndNoMoreThanAPersonReads) {
  support::FakeJournalReader journal;
  for (std::int64_t row = 1; row <= 40; ++row) {
    const std::string user = "user_" + std::to_string(row);
    journal.effects.push_back(DoneEffect(row, EffectKind::kUser, user));
    journal.outcomes.push_back(Created(row, user));
    journal.outcomes.back().warnings = {
        {Reason::kWarnFieldsDiffer, "metadata.k" + std::to_string(row) + ",first_name", "words"}};
  }
  const Summary summary = SummaryOf(FinishedRun(40, 0), journal);
  ASSERT_EQ(summary.warnings.size(), 1U);
  EXPECT_EQ(summary.warnings[0].count, 40);
  const auto& columns = summary.warnings[0].columns;
  ASSERT_EQ(columns.size(), 21U);
  EXPECT_EQ(columns[0], std::pair(std::string("first_name"), std::int64_t{40}));
  EXPECT_EQ(columns[1], std::pair(std::string("others"), std::int64_t{21}));
  EXPECT_EQ(columns[2], std::pair(std::string("metadata.k1"), std::int64_t{1}));
}

TEST(Summary, TellsOrganizationsThatHaveAnotherName) {
  support::FakeJournalReader journal;
  journal.effects = {DoneEffect(1, EffectKind::kOrganization, "org_1"),
                     DoneEffect(1, EffectKind::kUser, "user_1")};
  journal.effects[0].key = "external_id:acme";
  journal.effects[0].outcome = OutcomeKind::kAdopted;
  journal.effects[0].differs = "the file says \"Acme\", org_1 is called \"Acme Inc\"";
  journal.outcomes = {Created(1, "user_1")};
  const Summary summary = SummaryOf(FinishedRun(1, 0), journal);
  ASSERT_EQ(summary.warnings.size(), 1U);
  EXPECT_EQ(summary.warnings[0].reason, Reason::kWarnOrganizationDiffers);
  EXPECT_EQ(summary.warnings[0].phase, Phase::kOrganizations);
  EXPECT_EQ(summary.warnings[0].sample_detail, journal.effects[0].differs);
}

TEST(Summary, PutsTimesAndRequestsOnTheLines) {
  support::FakeJournalReader journal;
  RunCounters counters;
  counters.time[2] = std::chrono::seconds(4);
  counters.requests[2] = 40;
  counters.rate_limited[2] = 3;
  auto summary = Summarize(FinishedRun(0, 0), counters, journal);
  ASSERT_TRUE(summary.ok());
  EXPECT_EQ(LineOf(*summary, Phase::kUsers).time, std::chrono::seconds(4));
  EXPECT_EQ(LineOf(*summary, Phase::kUsers).requests, 40);
  EXPECT_EQ(LineOf(*summary, Phase::kUsers).rate_limited, 3);
}

TEST(Summary, PassesOnThatTheJournalCannotBeRead) {
  support::FakeJournalReader journal;
  journal.broken = base::Error{base::ErrorCode::kIo, "cannot read journal.db"};
  auto summary = Summarize(FinishedRun(1, 0), {}, journal);
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.error().message, "cannot read journal.db");
}

}  // namespace
}  // namespace rehome::report
