#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "model/column.h"
#include "model/reason.h"

namespace rehome::model {

/// Where a record lies in the input file.
struct Position {
  std::int64_t row = 0;     ///< number of the data record, from 1; blank lines do not count
  std::int64_t line = 0;    ///< physical line on which it starts, from 1 (the header is line 1)
  std::int64_t offset = 0;  ///< byte at which it starts
};

/// A well-formed data record. Cells are as in the file, unquoted; a column the file does not have
/// is an empty cell.
struct Row {
  Position position;
  std::array<std::string, kColumnCount> cells;

  const std::string& operator[](Column column) const {
    return cells[static_cast<std::size_t>(column)];
  }
  std::string& operator[](Column column) { return cells[static_cast<std::size_t>(column)]; }
};

/// A record that is not well formed: it becomes one rejected row.
struct MalformedRow {
  Position position;
  Reason reason = Reason::kCsvFieldCount;
  std::string detail;  ///< what was seen, e.g. "9 fields where the header has 8"
  std::string column;  ///< of a stray quotation mark; empty when it is not about one
};

/// What a reader gives for each record, in file order.
using Record = std::variant<Row, MalformedRow>;

}  // namespace rehome::model
