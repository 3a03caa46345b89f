#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "journal/run_directory.h"
#include "model/outcome.h"
#include "report/effect_tally.h"
#include "report/error_groups.h"
#include "report/summary.h"

namespace rehome::report {

/// Adds up the outcomes of a journal: one verdict a row, and those rows that no effect speaks for
/// in the lines of the phases. One thread; everything given to it must outlive it.
class OutcomeTally {
 public:
  OutcomeTally(const journal::RunFacts& run, const EffectTally& effects, ErrorGroups& groups);

  /// Outcomes come by row; an error names the law that this one breaks.
  base::Status Add(const model::Outcome& outcome);

  /// By OutcomeKind; rows without an outcome are not in it.
  const OutcomeCounts& rows() const { return rows_; }
  /// What outcomes add to the lines of these phases, beyond the effects.
  const PhaseLine& survey() const { return survey_; }
  const PhaseLine& users() const { return users_; }
  const PhaseLine& memberships() const { return memberships_; }

 private:
  base::Status CheckOutcome(const model::Outcome& outcome) const;
  PhaseLine* LineWithoutEffect(const model::Outcome& outcome);
  base::Error Broken(std::string_view law, std::int64_t row) const;

  const journal::RunFacts& run_;
  const EffectTally& effects_;
  ErrorGroups& groups_;
  OutcomeCounts rows_{};
  PhaseLine survey_;
  PhaseLine users_;
  PhaseLine memberships_;
  std::int64_t last_row_ = -1;
};

}  // namespace rehome::report
