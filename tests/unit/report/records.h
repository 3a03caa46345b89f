#pragma once

#include <cstdint>
#include <string>

#include "model/effect.h"
#include "model/outcome.h"
#include "report/summary.h"

namespace rehome::report {

/// Records as a dispatcher would write them, for tests of what the report makes of them.
inline journal::RunFacts FinishedRun(std::int64_t rows, int exit_code) {
  journal::RunFacts run;
  run.run_id = "20261123-093000-ab12";
  run.file = "/data/users.csv";
  run.rows = rows;
  run.first_row = 1;
  run.last_row = rows;
  run.state = "finished";
  run.exit_code = exit_code;
  return run;
}

inline model::Effect DoneEffect(std::int64_t row, model::EffectKind kind, const std::string& id) {
  model::Effect effect;
  effect.row = row;
  effect.kind = kind;
  effect.state = model::EffectState::kDone;
  effect.maybe_sent = true;
  effect.outcome = model::OutcomeKind::kCreated;
  effect.provenance = model::Provenance::kCreated;
  effect.target_id = id;
  if (kind == model::EffectKind::kMembership) {
    effect.user_id = "user_of_" + id;
    effect.organization_id = "org_of_" + id;
  }
  return effect;
}

inline model::Effect EffectIn(std::int64_t row, model::EffectKind kind, model::EffectState state) {
  model::Effect effect;
  effect.row = row;
  effect.kind = kind;
  effect.state = state;
  return effect;
}

inline model::Effect FailedOrganization(std::int64_t row, const std::string& key,
                                        model::Reason reason) {
  model::Effect effect =
      EffectIn(row, model::EffectKind::kOrganization, model::EffectState::kFailed);
  effect.key = key;
  effect.reason = reason;
  return effect;
}

inline model::Outcome Created(std::int64_t row, const std::string& user_id) {
  model::Outcome outcome;
  outcome.row = row;
  outcome.line = row + 1;
  outcome.kind = model::OutcomeKind::kCreated;
  outcome.user_id = user_id;
  return outcome;
}

inline model::Outcome Bad(std::int64_t row, model::OutcomeKind kind, model::Reason reason,
                          const std::string& cause_key = {}) {
  model::Outcome outcome;
  outcome.row = row;
  outcome.line = row + 1;
  outcome.kind = kind;
  outcome.reason = reason;
  outcome.phase = model::FactsOf(reason).phase;
  outcome.cause_key = cause_key;
  return outcome;
}

inline std::int64_t CountOf(const OutcomeCounts& counts, model::OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

}  // namespace rehome::report
