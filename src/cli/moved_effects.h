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

namespace rehome::cli {

/// The input before corrections, or with them. `header` must outlive it.
struct InputState {
  csv::Input input;
  const csv::Header& header;
  std::vector<csv::Range> chunks;
  std::vector<model::Organization> organizations;
};

/// An effect of an organization stands at its first row, one of a user at a row of the user, a
/// membership at the first row that wanted it, and what several rows share has a key that names the
/// first of them. Corrections change all that: this finds which effects have another row or key
/// now. `rows` are those of which the user or the organization was corrected. kInput, naming the
/// row, when the user of one would be left to rows that a run of a part of the file has not
/// imported yet. Reads the input four times.
base::Result<journal::MovedEffects> FindMovedEffects(const InputState& before,
                                                     const InputState& now,
                                                     const journal::RunFacts& facts,
                                                     const std::set<std::int64_t>& rows,
                                                     journal::JournalReader& journal);

}  // namespace rehome::cli
