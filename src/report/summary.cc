#include "report/summary.h"

#include <algorithm>
#include <array>
#include <functional>

#include "report/effect_tally.h"
#include "report/error_groups.h"
#include "report/outcome_tally.h"
#include "report/verification_line.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Phase;

PhaseLine Sum(PhaseLine line, const PhaseLine& more) {
  line.read += more.read;
  for (std::size_t i = 0; i < line.counts.size(); ++i) line.counts[i] += more.counts[i];
  return line;
}

void AddLine(Summary& summary, Phase phase, PhaseLine line) {
  const auto index = static_cast<std::size_t>(phase);
  line.phase = phase;
  line.time = summary.counters.time[index];
  line.requests = summary.counters.requests[index];
  line.rate_limited = summary.counters.rate_limited[index];
  summary.phases.push_back(line);
}

void AddLines(Summary& summary, const EffectTally& effects, const OutcomeTally& outcomes) {
  PhaseLine survey = outcomes.survey();
  survey.read = summary.rows_read;
  AddLine(summary, Phase::kSurvey, survey);
  AddLine(summary, Phase::kOrganizations, effects.organizations());
  AddLine(summary, Phase::kUsers, Sum(effects.users(), outcomes.users()));
  AddLine(summary, Phase::kMemberships, Sum(effects.memberships(), outcomes.memberships()));
}

// Visits with functions that may fail: the first error ends the counting.
base::Status VisitEffects(journal::JournalReader& journal, EffectTally& tally) {
  base::Status status;
  RETURN_IF_ERROR(journal.VisitEffects([&](const model::Effect& effect) {
    if (status.ok()) status = tally.Add(effect);
  }));
  tally.Finish();
  return status;
}

base::Status VisitOutcomes(journal::JournalReader& journal, OutcomeTally& tally) {
  base::Status status;
  RETURN_IF_ERROR(journal.VisitOutcomes([&](const model::Outcome& outcome) {
    if (status.ok()) status = tally.Add(outcome);
  }));
  return status;
}

}  // namespace

bool NothingWasAccepted(const Summary& summary) {
  constexpr std::array kThere = {OutcomeKind::kCreated, OutcomeKind::kAdopted,
                                 OutcomeKind::kUpdated, OutcomeKind::kUnchanged,
                                 OutcomeKind::kSkipped};
  std::int64_t in_doubt = 0;
  std::int64_t there = 0;
  for (const PhaseLine& line : summary.phases) {
    in_doubt += line.in_doubt;
    for (const OutcomeKind kind : kThere) there += line.counts[static_cast<std::size_t>(kind)];
  }
  return there == 0 && in_doubt <= 1;
}

std::int64_t RowsOfPart(const journal::RunFacts& run) {
  return std::max<std::int64_t>(0, run.last_row - run.first_row + 1);
}

std::int64_t RightAfterRetry(const Summary& summary) {
  const auto rows = [&](OutcomeKind kind) { return summary.rows[static_cast<std::size_t>(kind)]; };
  const std::int64_t not_right = rows(OutcomeKind::kRejected) + rows(OutcomeKind::kFailed) +
                                 rows(OutcomeKind::kParked) + rows(OutcomeKind::kUnprocessed);
  return std::max<std::int64_t>(0,
                                summary.run.retried_rows + summary.run.left_rejected - not_right);
}

base::Result<Summary> Summarize(const journal::RunFacts& run, const RunCounters& counters,
                                journal::JournalReader& journal) {
  ErrorGroups groups;
  EffectTally effects(run, groups);
  RETURN_IF_ERROR(VisitEffects(journal, effects));
  OutcomeTally outcomes(run, effects, groups);
  RETURN_IF_ERROR(VisitOutcomes(journal, outcomes));

  Summary summary;
  summary.run = run;
  summary.counters = counters;
  summary.rows = outcomes.rows();
  summary.rows_read = RowsOfPart(run);
  std::int64_t ended = 0;
  for (const std::int64_t count : summary.rows) ended += count;
  summary.rows[static_cast<std::size_t>(OutcomeKind::kUnprocessed)] = summary.rows_read - ended;
  AddLines(summary, effects, outcomes);
  summary.errors = groups.errors();
  summary.warnings = groups.warnings();
  summary.adopted_with_password = effects.adopted_with_password();
  ShowVerification(summary);
  return summary;
}

}  // namespace rehome::report
