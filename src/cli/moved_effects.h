#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/input.h"
#include "csv/range.h"
#include "journal/reopening.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"
#include "model/organization.h"
#include "plan/planner.h"

namespace rehome::cli {

/// The input before corrections, or with them. `header` must outlive it.
struct InputState {
  csv::Input input;
  const csv::Header& header;
  std::vector<csv::Range> chunks;
  std::vector<model::Organization> organizations;
};

/// What corrections come to, row by row, in order.
struct CorrectedRows {
  std::vector<std::int64_t> corrected;
  std::vector<std::int64_t> rejected;  ///< of the whole input with its corrections
  /// Rows that were rejected and are not corrected: nobody opens them again.
  std::set<std::int64_t> settled{};
};

struct MovesFound {
  journal::MovedEffects moved;
  /// Corrected rows that leave a user whom the run has brought to the target: they make another
  /// one.
  std::vector<std::int64_t> leaving{};
};

/// An effect of an organization stands at its first row, one of a user at a row of the user, a
/// membership at the first row that wanted it, and what several rows share has a key that names the
/// first of them. Corrections change all that: this finds which effects have another row or key
/// now. What may have been sent goes to a row that is tried and so settles it; kInput, naming the
/// rows, when none is. Reads the input four times.
base::Result<MovesFound> FindMovedEffects(const InputState& before, const InputState& now,
                                          const plan::PlanOptions& options,
                                          const journal::RunFacts& facts, const CorrectedRows& rows,
                                          journal::JournalReader& journal);

}  // namespace rehome::cli
