#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "report/summary.h"
#include "support/fake_journal_reader.h"
#include "unit/report/records.h"

namespace rehome::report {
namespace {

using model::EffectKind;
using model::EffectState;
using model::OutcomeKind;
using model::Reason;

std::string Sentence(const std::string& law, const std::string& seen) {
  return "run 20261123-093000-ab12 breaks a law of its journal: " + law + " (" + seen +
         "). This is a bug in rehome: keep the run directory and report it, and trust the target "
         "more than this report";
}

// Two rows, both created, one with a membership.
support::FakeJournalReader SoundJournal() {
  support::FakeJournalReader journal;
  journal.effects = {DoneEffect(1, EffectKind::kUser, "user_1"),
                     DoneEffect(1, EffectKind::kMembership, "om_1"),
                     DoneEffect(2, EffectKind::kUser, "user_2")};
  journal.outcomes = {Created(1, "user_1"), Created(2, "user_2")};
  journal.outcomes[0].organization_id = "org_1";
  journal.outcomes[0].membership_id = "om_1";
  return journal;
}

struct RecordLaw {
  const char* name;
  std::function<void(support::FakeJournalReader&)> doctor;
  std::string law;
  std::string seen;
};

class RecordLaws : public ::testing::TestWithParam<RecordLaw> {};

TEST_P(RecordLaws, ADoctoredJournalIsRefused) {
  support::FakeJournalReader journal = SoundJournal();
  ASSERT_TRUE(Summarize(FinishedRun(2, 0), {}, journal).ok());
  GetParam().doctor(journal);
  auto summary = Summarize(FinishedRun(2, 0), {}, journal);
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.error().code, base::ErrorCode::kInternal);
  EXPECT_EQ(summary.error().message, Sentence(GetParam().law, GetParam().seen));
}

using Doctored = support::FakeJournalReader&;

INSTANTIATE_TEST_SUITE_P(
    All, RecordLaws,
    ::testing::Values(
        RecordLaw{"RowTwice", [](Doctored j) { j.outcomes.push_back(j.outcomes.back()); },
                  "every row has one outcome", "row 2"},
        RecordLaw{"RowsOutOfOrder", [](Doctored j) { std::swap(j.outcomes[0], j.outcomes[1]); },
                  "outcomes come by row", "row 1"},
        RecordLaw{"RowBeforeThePart", [](Doctored j) { j.outcomes[0].row = 0; },
                  "every outcome belongs to a row of the part", "row 0"},
        RecordLaw{"RowAfterThePart",
                  [](Doctored j) {
                    j.outcomes.push_back(Bad(3, OutcomeKind::kRejected, Reason::kEmailMissing));
                  },
                  "every outcome belongs to a row of the part", "row 3"},
        RecordLaw{"CreatedWithoutEffect", [](Doctored j) { j.effects.pop_back(); },
                  "a created, adopted or updated row has a done user effect", "row 2"},
        RecordLaw{"AdoptedWithoutEffect",
                  [](Doctored j) {
                    j.effects.pop_back();
                    j.outcomes[1].kind = OutcomeKind::kAdopted;
                  },
                  "a created, adopted or updated row has a done user effect", "row 2"},
        RecordLaw{"CreatedWithEffectOnItsWay",
                  [](Doctored j) { j.effects[2].state = EffectState::kSent; },
                  "a created, adopted or updated row has a done user effect", "row 2"},
        RecordLaw{"CreatedWithoutUserId", [](Doctored j) { j.outcomes[1].user_id.clear(); },
                  "a created, adopted or updated row has a done user effect", "row 2"},
        RecordLaw{"MembershipWithoutOrganization",
                  [](Doctored j) { j.outcomes[0].organization_id.clear(); },
                  "a row with a membership has the ids of its user and organization", "row 1"},
        RecordLaw{"OrganizationWithoutMembership",
                  [](Doctored j) { j.outcomes[0].membership_id.clear(); },
                  "a row that ended well in an organization has a membership", "row 1"},
        RecordLaw{"DoneWithoutId", [](Doctored j) { j.effects[0].target_id.clear(); },
                  "a done effect has the id of its object", "the user effect of row 1"},
        RecordLaw{"DoneWithoutOutcome",
                  [](Doctored j) { j.effects[0].outcome = OutcomeKind::kUnprocessed; },
                  "a done effect says how it ended well", "the user effect of row 1"},
        RecordLaw{"MembershipEffectWithoutUser", [](Doctored j) { j.effects[1].user_id.clear(); },
                  "a done membership has the ids of its user and organization",
                  "the membership effect of row 1"},
        RecordLaw{"EffectTwice", [](Doctored j) { j.effects.push_back(j.effects.back()); },
                  "there is one effect for each row and kind", "the user effect of row 2"},
        RecordLaw{"EffectOutsideThePart",
                  [](Doctored j) { j.effects.push_back(DoneEffect(3, EffectKind::kUser, "u")); },
                  "every effect belongs to a row of the part", "the user effect of row 3"}),
    [](const auto& suite) { return std::string(suite.param.name); });

// A summary that keeps every law, with one row of each ending.
Summary SoundSummary() {
  support::FakeJournalReader journal = SoundJournal();
  journal.outcomes.push_back(Bad(3, OutcomeKind::kRejected, Reason::kEmailMissing));
  RunCounters counters;
  counters.cache_entries = 2;
  counters.cache_hits = 9;
  auto summary = Summarize(FinishedRun(3, 1), counters, journal);
  EXPECT_TRUE(summary.ok());
  return summary ? *summary : Summary{};
}

std::int64_t& At(OutcomeCounts& counts, OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

struct SummaryLaw {
  const char* name;
  std::function<void(Summary&)> doctor;
  std::string law;
  std::string seen;
};

class SummaryLaws : public ::testing::TestWithParam<SummaryLaw> {};

TEST_P(SummaryLaws, ADoctoredSummaryIsRefused) {
  Summary summary = SoundSummary();
  const base::Status sound = CheckLaws(summary);
  ASSERT_TRUE(sound.ok()) << sound.error().message;
  GetParam().doctor(summary);
  const base::Status status = CheckLaws(summary);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, base::ErrorCode::kInternal);
  EXPECT_EQ(status.error().message, Sentence(GetParam().law, GetParam().seen));
}

INSTANTIATE_TEST_SUITE_P(
    All, SummaryLaws,
    ::testing::Values(
        SummaryLaw{"LostRow", [](Summary& s) { --At(s.rows, OutcomeKind::kCreated); },
                   "rows read = created + adopted + updated + unchanged + skipped + rejected + "
                   "failed + parked + unprocessed",
                   "3 against 2"},
        SummaryLaw{"LongerPart", [](Summary& s) { s.run.last_row = 4; },
                   "rows read = rows of the part", "3 against 4"},
        SummaryLaw{"NegativeCount",
                   [](Summary& s) {
                     At(s.rows, OutcomeKind::kUnprocessed) = -1;
                     ++At(s.rows, OutcomeKind::kCreated);
                   },
                   "no count is negative", "-1"},
        SummaryLaw{"SurveyReadLess", [](Summary& s) { --s.phases[0].read; },
                   "the survey reads every row", "2 against 3"},
        SummaryLaw{"UserLost", [](Summary& s) { ++s.phases[2].read; },
                   "read = outcomes + in doubt on each line", "users, 4 against 3"},
        SummaryLaw{"RejectedTwice",
                   [](Summary& s) { ++At(s.phases[0].counts, OutcomeKind::kRejected); },
                   "each rejected row counts on one line", "2 against 1"},
        SummaryLaw{"FailureWithoutGroup", [](Summary& s) { s.errors.clear(); },
                   "each rejected, failed or parked row counts in one error group", "0 against 1"},
        SummaryLaw{"BadRowsAtAGoodEnd", [](Summary& s) { s.run.exit_code = 0; },
                   "a run that ended with exit 0 has no rejected, failed or parked row",
                   "1 of them"},
        SummaryLaw{"CacheMiss", [](Summary& s) { s.counters.cache_misses = 2; },
                   "every look-up finds its organization in the cache", "2 missed"}),
    [](const auto& suite) { return std::string(suite.param.name); });

// Two rows of a journal as a run that says it has come to its end left them.
struct End {
  const char* name;
  const char* state;
  int exit_code;
};

class Ends : public ::testing::TestWithParam<End> {
 protected:
  // A user was rejected where the run ended with exit 1.
  void SetUp() override {
    if (GetParam().exit_code == 0) return;
    journal_.effects.pop_back();
    journal_.outcomes.back() = Bad(2, OutcomeKind::kRejected, Reason::kEmailInvalid);
  }
  base::Status CheckAs(const char* state) {
    journal::RunFacts run = FinishedRun(2, GetParam().exit_code);
    run.state = state;
    const auto summary = Summarize(run, {}, journal_);
    return summary ? CheckLaws(*summary) : summary.error();
  }
  void ExpectBroken(const std::string& law, const std::string& seen) {
    const base::Status status = CheckAs(GetParam().state);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code, base::ErrorCode::kInternal);
    EXPECT_EQ(status.error().message, Sentence(law, seen));
    const base::Status stopped = CheckAs("stopped");
    EXPECT_TRUE(stopped.ok()) << stopped.error().message;
  }
  support::FakeJournalReader journal_ = SoundJournal();
};

TEST_P(Ends, KeepTheLawsWhenNothingIsLeftOpen) {
  const base::Status sound = CheckAs(GetParam().state);
  EXPECT_TRUE(sound.ok()) << sound.error().message;
}

TEST_P(Ends, NeverLoseARow) {
  journal_.outcomes.erase(journal_.outcomes.begin());
  ExpectBroken("a run that came to its end leaves no row unprocessed", "1 unprocessed");
}

TEST_P(Ends, NeverLeaveAnOrganizationInDoubt) {
  model::Effect effect = EffectIn(1, EffectKind::kOrganization, EffectState::kUnknown);
  effect.key = "external_id:acme";
  journal_.effects.insert(journal_.effects.begin(), effect);
  ExpectBroken("a run that came to its end leaves nothing in doubt", "1 in doubt");
}

TEST_P(Ends, NeverLeaveAUserInDoubt) {
  journal_.effects[0].state = EffectState::kSent;
  journal_.outcomes[0] = Bad(1, OutcomeKind::kFailed, Reason::kOutcomeUnknown);
  ExpectBroken("a run that came to its end leaves nothing in doubt", "1 in doubt");
}

TEST_P(Ends, NeverLeaveAMembershipInDoubt) {
  journal_.effects[1].state = EffectState::kUnknown;
  journal_.outcomes[0].kind = OutcomeKind::kSkipped;
  journal_.outcomes[0].membership_id.clear();
  ExpectBroken("a run that came to its end leaves nothing in doubt", "1 in doubt");
}

INSTANTIATE_TEST_SUITE_P(All, Ends,
                         ::testing::Values(End{"Finished", "finished", 0},
                                           End{"FinishedWithBadRows", "finished", 1},
                                           End{"Partial", "partial", 0},
                                           End{"PartialWithBadRows", "partial", 1}),
                         [](const auto& suite) { return std::string(suite.param.name); });

TEST(EndsWithExitOne, HaveABadRow) {
  support::FakeJournalReader journal = SoundJournal();
  for (const char* state : {"finished", "partial"}) {
    journal::RunFacts run = FinishedRun(2, 1);
    run.state = state;
    const auto summary = Summarize(run, {}, journal);
    ASSERT_TRUE(summary.ok());
    const base::Status status = CheckLaws(*summary);
    ASSERT_FALSE(status.ok()) << state;
    EXPECT_EQ(
        status.error().message,
        Sentence("a run that ended with exit 1 has a rejected, failed or parked row", "none"));
  }
}

}  // namespace
}  // namespace rehome::report
