#include "pipeline/tally.h"

namespace rehome::pipeline {
namespace {

constexpr std::size_t kSamples = 5;

void Add(TroubleGroup& group, std::int64_t row, const std::string& detail,
         const std::string& words) {
  if (group.count++ == 0) {
    group.detail = detail;
    group.words = words;
  }
  if (group.sample_rows.size() < kSamples) group.sample_rows.push_back(row);
}

std::size_t At(model::OutcomeKind kind) { return static_cast<std::size_t>(kind); }

bool IsTrouble(model::OutcomeKind kind) {
  return kind == model::OutcomeKind::kRejected || kind == model::OutcomeKind::kFailed ||
         kind == model::OutcomeKind::kParked;
}

void AddTroubles(TallySnapshot& tally, const model::Outcome& outcome) {
  if (IsTrouble(outcome.kind)) {
    Add(tally.errors[{outcome.phase, outcome.reason}], outcome.row, outcome.detail,
        outcome.target.message);
  }
  for (const model::Warning& warning : outcome.warnings) {
    Add(tally.warnings[{model::FactsOf(warning.reason).phase, warning.reason}], outcome.row,
        warning.detail, "");
  }
}

}  // namespace

base::Result<TallySnapshot> ReadTally(journal::JournalReader& journal) {
  TallySnapshot tally;
  const auto ended = journal.CountEnded();
  if (!ended) return ended.error();
  tally.rows = ended->rows;
  tally.users = ended->users;
  tally.memberships = ended->memberships;
  RETURN_IF_ERROR(journal.VisitTroubles(
      [&tally](const model::Outcome& outcome) { AddTroubles(tally, outcome); }));
  return tally;
}

void Tally::CountRow(const dispatch::RowJob& job) {
  const model::Outcome& outcome = job.outcome;
  base::MutexLock lock(mutex_);
  ++tally_.rows[At(outcome.kind)];
  if (outcome.kind != model::OutcomeKind::kUnprocessed) ++tally_.rows_seen;
  if (job.user_outcome) ++tally_.users[At(*job.user_outcome)];
  if (job.membership_outcome) ++tally_.memberships[At(*job.membership_outcome)];
  AddTroubles(tally_, outcome);
}

void Tally::CountOrganization(const model::Effect& effect) {
  base::MutexLock lock(mutex_);
  ++tally_.organizations[At(effect.outcome)];
  if (IsTrouble(effect.outcome)) {
    Add(tally_.errors[{model::Phase::kOrganizations, effect.reason}], effect.row,
        effect.key + (effect.detail.empty() ? "" : ": " + effect.detail), effect.target.message);
  }
  if (!effect.differs.empty()) {
    Add(tally_.warnings[{model::Phase::kOrganizations, model::Reason::kWarnOrganizationDiffers}],
        effect.row, effect.differs, "");
  }
}

void Tally::CountEarlier(std::int64_t rows) {
  base::MutexLock lock(mutex_);
  tally_.rows_seen += rows;
  tally_.rows_passed_over += rows;
}

void Tally::CountEarlierOrganization() {
  base::MutexLock lock(mutex_);
  ++tally_.organizations_passed_over;
}

TallySnapshot Tally::Snapshot() const {
  base::MutexLock lock(mutex_);
  return tally_;
}

}  // namespace rehome::pipeline
