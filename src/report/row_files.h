#pragma once

#include <string>

#include "base/result.h"
#include "csv/dialect.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"
#include "report/row_file_set.h"

namespace rehome::report {

/// What the row files are made from.
struct RowFileOptions {
  bool full_success = false;              ///< success.csv with all source columns
  csv::ColumnOptions columns;             ///< as the import had them
  RowCells cells = RowCells::kAsTheyAre;  ///< of the input
};

/// What a person must know of the row files that were written.
struct RowFilesNote {
  std::string note;  ///< one sentence when they hold only the `_` columns; empty otherwise
};

/// Writes the row files into the directory `run`, each atomically and always, if only with a
/// header:
/// * success.csv: created, adopted, updated and unchanged rows, with the key columns of the input;
/// * failed.csv: rejected, failed and parked rows (each needs a person), with all its columns;
/// * skipped.csv and unprocessed.csv likewise; a row of the part without an outcome is unprocessed;
/// * id_map.csv: the ids of the rows of success.csv.
/// They are joined by row number, never by position, from the journal and the input (checked by
/// hash; when that is gone or changed they hold only the `_` columns, and the note says so).
///
/// Columns of the input are all that it has, also unknown and ignored ones, under their names in
/// the file and byte for byte, since people mend and import them again; passwords, hashes and
/// unknown columns whose names look secret are blank. Texts of ours and of the target are safe for
/// spreadsheets; the others are when `cells` says so. Memory does not depend on the number of rows.
base::Result<RowFilesNote> WriteRowFiles(const journal::RunDirectory& run,
                                         const journal::RunFacts& facts,
                                         journal::JournalReader& journal,
                                         const RowFileOptions& options);

}  // namespace rehome::report
