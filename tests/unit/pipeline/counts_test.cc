#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pipeline/chunk_tracker.h"
#include "pipeline/row_worker.h"
#include "pipeline/tally.h"
#include "support/fake_journal_reader.h"
#include "support/memory_journal.h"

namespace rehome::pipeline {
namespace {

using model::OutcomeKind;
using State = journal::Chunk::State;

std::int64_t Of(const OutcomeCounts& counts, OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

dispatch::RowJob Job(std::int64_t chunk, OutcomeKind kind, std::int64_t row = 1) {
  dispatch::RowJob job;
  job.chunk = chunk;
  job.outcome.row = row;
  job.outcome.kind = kind;
  return job;
}

struct Tracked {
  Tracked() : journal(support::MemoryJournal::Commits::kAtOnce), tracker(journal, tally) {
    journal.set_chunks(
        {{.number = 0, .state = State::kProcessing}, {.number = 1, .state = State::kProcessing}});
  }
  State StateOf(std::size_t chunk) const { return journal.chunks()[chunk].state; }

  Tally tally;
  support::MemoryJournal journal;
  ChunkTracker tracker;
};

TEST(ChunkTracker, AChunkIsCompletedByTheLastOfItsRows) {
  Tracked tracked;
  tracked.tracker.OnChunk(0, true);
  tracked.tracker.OnRow(0);
  tracked.tracker.OnRowDone(Job(0, OutcomeKind::kCreated));
  EXPECT_EQ(tracked.StateOf(0), State::kProcessing);  // more may be read
  tracked.tracker.OnRow(0);
  tracked.tracker.OnChunkEnd(0);
  EXPECT_EQ(tracked.StateOf(0), State::kProcessing);
  tracked.tracker.OnRowDone(Job(0, OutcomeKind::kFailed));
  EXPECT_EQ(tracked.StateOf(0), State::kCompleted);
  EXPECT_EQ(tracked.StateOf(1), State::kProcessing);
}

TEST(ChunkTracker, AChunkWithoutRowsToDoIsCompletedAtItsEnd) {
  Tracked tracked;
  tracked.tracker.OnChunk(1, true);
  tracked.tracker.OnSettledEarlier(7);
  tracked.tracker.OnChunkEnd(1);
  EXPECT_EQ(tracked.StateOf(1), State::kCompleted);
  EXPECT_EQ(tracked.tally.Snapshot().rows_seen, 7);
}

TEST(ChunkTracker, AChunkWithAnUnprocessedRowOrInPartIsReadAgain) {
  Tracked tracked;
  tracked.tracker.OnChunk(0, true);
  tracked.tracker.OnRow(0);
  tracked.tracker.OnChunkEnd(0);
  tracked.tracker.OnRowDone(Job(0, OutcomeKind::kUnprocessed));
  tracked.tracker.OnChunk(1, false);
  tracked.tracker.OnChunkEnd(1);
  EXPECT_EQ(tracked.StateOf(0), State::kProcessing);
  EXPECT_EQ(tracked.StateOf(1), State::kProcessing);
}

TEST(Tally, CountsEachRowOnceAndKeepsTheFirstFiveOfAReason) {
  Tally tally;
  tally.CountRow(Job(0, OutcomeKind::kUnprocessed));
  dispatch::RowJob made = Job(0, OutcomeKind::kCreated);
  made.user_outcome = OutcomeKind::kAdopted;
  made.membership_outcome = OutcomeKind::kCreated;
  made.outcome.warnings.push_back(
      {.reason = model::Reason::kWarnRoleDiffers, .column = "", .detail = "it has member"});
  tally.CountRow(made);
  for (std::int64_t row = 1; row <= 7; ++row) {
    dispatch::RowJob failed = Job(0, OutcomeKind::kFailed, row);
    failed.outcome.reason = model::Reason::kUserRefused;
    failed.outcome.detail = "row " + std::to_string(row);
    tally.CountRow(failed);
  }
  const TallySnapshot snapshot = tally.Snapshot();
  EXPECT_EQ(snapshot.rows_seen, 8);
  EXPECT_EQ(Of(snapshot.rows, OutcomeKind::kUnprocessed), 1);
  EXPECT_EQ(Of(snapshot.rows, OutcomeKind::kFailed), 7);
  EXPECT_EQ(Of(snapshot.users, OutcomeKind::kAdopted), 1);
  EXPECT_EQ(Of(snapshot.memberships, OutcomeKind::kCreated), 1);
  ASSERT_EQ(snapshot.errors.size(), 1U);
  const TroubleGroup& group =
      snapshot.errors.at({model::Phase::kUsers, model::Reason::kUserRefused});
  EXPECT_EQ(group.count, 7);
  EXPECT_EQ(group.sample_rows, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(group.detail, "row 1");
  EXPECT_EQ(snapshot.warnings.size(), 1U);
}

TEST(Tally, GoesOnFromWhatTheJournalSays) {
  support::FakeJournalReader reader;
  for (std::int64_t row = 1; row <= 3; ++row) {
    model::Outcome outcome;
    outcome.row = row;
    outcome.kind = row == 3 ? OutcomeKind::kFailed : OutcomeKind::kCreated;
    outcome.reason = row == 3 ? model::Reason::kUserRefused : model::Reason::kNone;
    reader.outcomes.push_back(outcome);
  }
  model::Effect user;
  user.outcome = OutcomeKind::kCreated;
  for (const std::int64_t row : {1, 2, 4}) {  // row 4 has no outcome yet: it is done again
    user.row = row;
    reader.effects.push_back(user);
  }
  const auto earlier = ReadTally(reader);
  ASSERT_TRUE(earlier.ok());
  Tally tally(*earlier);
  dispatch::RowJob failed = Job(0, OutcomeKind::kFailed, 4);
  failed.outcome.reason = model::Reason::kUserRefused;
  failed.user_outcome = OutcomeKind::kFailed;
  tally.CountRow(failed);
  const TallySnapshot snapshot = tally.Snapshot();
  EXPECT_EQ(Of(snapshot.rows, OutcomeKind::kCreated), 2);
  EXPECT_EQ(Of(snapshot.rows, OutcomeKind::kFailed), 2);
  EXPECT_EQ(Of(snapshot.users, OutcomeKind::kCreated), 2);
  EXPECT_EQ(Of(snapshot.users, OutcomeKind::kFailed), 1);
  EXPECT_EQ(snapshot.rows_seen, 1);
  const auto group = snapshot.errors.at({model::Phase::kUsers, model::Reason::kUserRefused});
  EXPECT_EQ(group.sample_rows, (std::vector<std::int64_t>{3, 4}));
  reader.broken = base::Error{base::ErrorCode::kIo, "the disk is gone"};
  EXPECT_EQ(ReadTally(reader).error().message, "the disk is gone");
}

TEST(Tally, AFailedOrganizationIsAnErrorOfItsPhase) {
  Tally tally;
  model::Effect effect;
  effect.key = "external_id:acme";
  effect.outcome = OutcomeKind::kParked;
  effect.reason = model::Reason::kOrganizationNotVisible;
  tally.CountOrganization(effect);
  const TallySnapshot snapshot = tally.Snapshot();
  EXPECT_EQ(Of(snapshot.organizations, OutcomeKind::kParked), 1);
  EXPECT_EQ(snapshot.errors.begin()->first.first, model::Phase::kOrganizations);
  EXPECT_EQ(snapshot.errors.begin()->second.detail, "external_id:acme");
}

SourceRow RowNaming(const std::string& organization, const std::string& email = "ann@x.example") {
  model::Row row;
  row.position = {.row = 4, .line = 5, .offset = 80};
  row[model::Column::kEmail] = email;
  row[model::Column::kOrgExternalId] = organization;
  SourceRow source;
  source.record = row;
  source.chunk = 3;
  return source;
}

TEST(RowWorker, TakesTheOrganizationFromTheSharedCache) {
  const plan::PlanOptions options;
  dispatch::OrganizationCache cache;
  cache.Put("external_id:acme", {.id = "org_01Acme"});
  dispatch::Counters counters;
  const RowWorker worker(options, cache, counters, {.first_row = 1, .last_row = 9});
  const auto job = worker.Work(RowNaming("acme"));
  ASSERT_TRUE(job->organization.has_value());
  EXPECT_EQ(job->organization->id, "org_01Acme");
  EXPECT_EQ(job->chunk, 3);
  EXPECT_FALSE(job->verdict.has_value());
  EXPECT_EQ(counters.cache_hits.load(), 1);
  EXPECT_EQ(counters.cache_misses.load(), 0);
}

TEST(RowWorker, AMissIsCountedAndTheRowIsNotSent) {
  const plan::PlanOptions options;
  const dispatch::OrganizationCache cache;
  dispatch::Counters counters;
  const RowWorker worker(options, cache, counters, {.first_row = 1, .last_row = 9});
  const auto job = worker.Work(RowNaming("acme"));
  ASSERT_TRUE(job->organization.has_value());
  EXPECT_TRUE(job->organization->id.empty());
  EXPECT_EQ(job->organization->reason, model::Reason::kOrganizationFailed);
  EXPECT_EQ(counters.cache_misses.load(), 1);
}

TEST(RowWorker, ARejectedRowHasItsVerdictAndAsksNoCache) {
  const plan::PlanOptions options;
  const dispatch::OrganizationCache cache;
  dispatch::Counters counters;
  const RowWorker worker(options, cache, counters, {.first_row = 1, .last_row = 9});
  const auto job = worker.Work(RowNaming("acme", "no address"));
  ASSERT_TRUE(job->verdict.has_value());
  EXPECT_EQ(job->verdict->kind, OutcomeKind::kRejected);
  EXPECT_EQ(job->verdict->row, 4);
  EXPECT_EQ(job->verdict->line, 5);
  EXPECT_EQ(counters.cache_misses.load(), 0);
}

TEST(RowWorker, ARowWhoseLeadIsRejectedFailsBecauseOfIt) {
  const plan::PlanOptions options;
  const dispatch::OrganizationCache cache;
  dispatch::Counters counters;
  const RowWorker worker(options, cache, counters, {.first_row = 4, .last_row = 9});
  SourceRow row = RowNaming("");
  model::Row lead = std::get<model::Row>(row.record);
  lead.position.row = 2;
  lead[model::Column::kEmailVerified] = "maybe";
  row.repeated_user = true;
  row.lead_row = 2;
  row.lead = lead;
  const auto job = worker.Work(row);
  ASSERT_TRUE(job->verdict.has_value());
  EXPECT_EQ(job->verdict->kind, OutcomeKind::kFailed);
  EXPECT_EQ(job->verdict->reason, model::Reason::kLeadRowRejected);
  EXPECT_EQ(job->verdict->cause_key, "row:2");
}

}  // namespace
}  // namespace rehome::pipeline
