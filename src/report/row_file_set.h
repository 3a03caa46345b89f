#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/field_reader.h"
#include "journal/run_directory.h"
#include "model/outcome.h"
#include "report/row_cells.h"
#include "report/stream_file.h"

namespace rehome::report {

/// How the cells of the input stand in a row file.
enum class RowCells {
  kAsTheyAre,        ///< byte for byte
  kSpreadsheetSafe,  ///< what could start a formula with a leading `'`; the file begins with a
                     ///< byte-order mark
};

struct RowFileSetOptions {
  bool full_success = false;
  RowCells cells = RowCells::kAsTheyAre;
};

/// The five row files of a run while they are written. One thread.
class RowFileSet {
 public:
  /// `header` is that of the input of the run `facts`; nullptr when the input is not to be had.
  static base::Result<RowFileSet> Create(const journal::RunDirectory& run,
                                         const csv::Header* header, const journal::RunFacts& facts,
                                         RowFileSetOptions options);

  /// Puts a row into the file of its outcome. `record` is nullptr without the input.
  base::Status Add(const model::Outcome& outcome, const csv::FieldRecord* record);
  /// Gives all files their names.
  base::Status Commit();

 private:
  struct RowFile {
    StreamFile file;
    SourceColumns source;
  };
  RowFileSet(std::vector<RowFile> files, StreamFile id_map, const IdMapFields& id_map_fields,
             RowCells cells);

  std::vector<RowFile> files_;  // success, failed, skipped, unprocessed
  StreamFile id_map_;
  IdMapFields id_map_fields_;
  RowCells cells_;
};

}  // namespace rehome::report
