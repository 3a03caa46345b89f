#include "report/outcome_tally.h"

#include <string>

#include "report/law.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Phase;

bool EndsBadly(OutcomeKind kind) {
  return kind == OutcomeKind::kRejected || kind == OutcomeKind::kFailed ||
         kind == OutcomeKind::kParked;
}

// Whether the verdict claims that the row's user is on the target by our doing or finding.
bool ClaimsUser(OutcomeKind kind) {
  return kind == OutcomeKind::kCreated || kind == OutcomeKind::kAdopted ||
         kind == OutcomeKind::kUpdated;
}

}  // namespace

OutcomeTally::OutcomeTally(const journal::RunFacts& run, const EffectTally& effects,
                           ErrorGroups& groups)
    : run_(run), effects_(effects), groups_(groups) {}

base::Status OutcomeTally::Add(const model::Outcome& outcome) {
  RETURN_IF_ERROR(CheckOutcome(outcome));
  last_row_ = outcome.row;
  for (const model::Warning& warning : outcome.warnings) groups_.AddWarning(outcome.row, warning);
  // Such a row is counted with those that have no outcome yet.
  if (outcome.kind == OutcomeKind::kUnprocessed) return {};
  const auto kind = static_cast<std::size_t>(outcome.kind);
  ++rows_[kind];
  if (EndsBadly(outcome.kind)) groups_.AddRow(outcome);
  if (PhaseLine* line = LineWithoutEffect(outcome)) {
    ++line->counts[kind];
    ++line->read;
  }
  return {};
}

base::Status OutcomeTally::CheckOutcome(const model::Outcome& outcome) const {
  if (outcome.row == last_row_) return Broken("every row has one outcome", outcome.row);
  if (outcome.row < last_row_) return Broken("outcomes come by row", outcome.row);
  if (outcome.row < run_.first_row || outcome.row > run_.last_row) {
    return Broken("every outcome belongs to a row of the part", outcome.row);
  }
  if (ClaimsUser(outcome.kind) && !effects_.HasUser(outcome.row, outcome.user_id)) {
    return Broken("a created, adopted or updated row has a done user effect", outcome.row);
  }
  const bool between = !outcome.user_id.empty() && !outcome.organization_id.empty();
  if (!outcome.membership_id.empty() && !between) {
    return Broken("a row with a membership has the ids of its user and organization", outcome.row);
  }
  const bool needs_membership = ClaimsUser(outcome.kind) && !outcome.organization_id.empty();
  if (needs_membership && outcome.membership_id.empty()) {
    return Broken("a row that ended well in an organization has a membership", outcome.row);
  }
  return {};
}

// The line on which a row counts that no effect of its own speaks for; nullptr when one does, or
// when the row ended well.
PhaseLine* OutcomeTally::LineWithoutEffect(const model::Outcome& outcome) {
  if (!EndsBadly(outcome.kind) && outcome.kind != OutcomeKind::kSkipped) return nullptr;
  if (outcome.phase == Phase::kSurvey) return &survey_;
  // Left as it is, and another row's effect speaks for it.
  const bool shared = outcome.kind == OutcomeKind::kSkipped && !outcome.membership_id.empty();
  if (shared) return nullptr;
  // As failed.csv says in _phase: a row that follows from another one's user ended at its own.
  const bool users = outcome.phase == Phase::kUsers;
  // A rejected row never gets as far as an effect of its own.
  const bool rejected = outcome.kind == OutcomeKind::kRejected;
  const auto mark = users ? RowMarks::Mark::kUser : RowMarks::Mark::kMembership;
  if (!rejected && effects_.marks().Has(outcome.row, mark)) return nullptr;
  return users ? &users_ : &memberships_;
}

base::Error OutcomeTally::Broken(std::string_view law, std::int64_t row) const {
  return LawBroken(run_.run_id, law, "row " + std::to_string(row));
}

}  // namespace rehome::report
