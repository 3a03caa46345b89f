#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"

namespace rehome::report {

/// A row of a row file as a person left it.
struct EditedRow {
  std::int64_t line = 0;  ///< in that file
  /// By field of the input; nothing = the file has no such column any more.
  std::vector<std::optional<std::string>> cells;
  bool without_password = false;  ///< its password or hash is taken away
};

/// A row file (failed.csv) that a person has corrected, perhaps in a spreadsheet: another order of
/// rows and columns, another delimiter and columns left out are fine.
struct EditedRows {
  std::string path;
  std::map<std::int64_t, EditedRow> rows;  ///< by `_row`
};

/// Reads the file `path` for a run whose input has the header `input`. Refuses (kInput, with path,
/// line and what to do): no `_row`, a column that the input has not, a malformed record, a row
/// number that is none or stands there twice, a value in a column of secrets. All of it is in
/// memory.
base::Result<EditedRows> ReadEditedRows(const std::string& path, const csv::Header& input);

}  // namespace rehome::report
