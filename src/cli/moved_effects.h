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

/// The input before corrections, or with them.
struct InputState {
  csv::Input input;
  std::vector<csv::Range> chunks;
};

/// An effect of an organization stands at its first row, one of a user at a row of the user, and a
/// user with several rows has a key that names the first of them. Corrections change all that: this
/// notes in `reopening` which effects have another row or key now. `rows` are those whose e-mail
/// was corrected.
base::Status FindMovedEffects(const InputState& before, const InputState& now,
                              const csv::Header& header,
                              const std::vector<model::Organization>& organizations,
                              const journal::RunFacts& facts, const std::set<std::int64_t>& rows,
                              journal::JournalReader& journal, journal::Reopening& reopening);

}  // namespace rehome::cli
