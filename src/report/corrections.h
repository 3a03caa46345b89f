#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/input.h"
#include "journal/reopening.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"
#include "report/edited_rows.h"

namespace rehome::report {

/// A corrected cell as the row file showed it, for people. Of a secret both texts are empty.
struct CellChange {
  std::int64_t row = 0;
  std::string column;  ///< as the input calls it
  std::string before{};
  std::string after{};
  bool secret = false;
};

/// What an edited row file comes to.
struct CorrectionPlan {
  static constexpr std::size_t kChangesShown = 20;

  std::vector<journal::Correction> cells;
  std::vector<std::int64_t> rejected_rows;      ///< corrected ones that were rejected
  std::int64_t rows = 0;                        ///< that were corrected
  std::map<std::string, std::int64_t> columns;  ///< how many cells of each
  std::vector<CellChange> changes;              ///< the first ones, in the order of the file
  std::vector<std::int64_t> corrected;          ///< all those rows, in order
  /// Rows that differ here and are right already: nothing of it is applied.
  std::vector<std::int64_t> right_already;
  /// Rows whose user this run has brought to the target: of these only organization and roles are
  /// corrected.
  std::vector<std::int64_t> user_is_there;
};

/// Rows whose password or hash was refused, by us or by the target, as rows of which it is taken
/// away.
base::Status DropRefusedPasswords(EditedRows& edited, const csv::Header& header,
                                  journal::JournalReader& journal);

/// Compares the rows with what the row file showed of them, which is `input` without secrets, and
/// finds the bytes to replace. A cell with the `'` that keeps a spreadsheet from taking it for a
/// formula is the same as without. An emptied password_hash_type takes its hash away. kInput, with
/// path and line, for rows that are not of the run.
base::Result<CorrectionPlan> PlanCorrections(const EditedRows& edited, const csv::Input& input,
                                             const csv::Header& header,
                                             const journal::RunFacts& facts,
                                             journal::JournalReader& journal);

}  // namespace rehome::report
