#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "csv/dialect.h"
#include "model/row.h"

namespace rehome::csv {

/// Cuts well-formed records into cells with fast-cpp-csv-parser. One thread.
class RowParser {
 public:
  virtual ~RowParser() = default;
  /// Fills the cells of the next record; columns that the file does not have become empty. An
  /// error means that the records were not well formed.
  virtual base::Status Next(model::Row& row) = 0;
};

/// Records on their way to a RowParser, in the form it can read: one line each.
class ParserInput {
 public:
  explicit ParserInput(const Header& header);
  /// Adds a well-formed record without its line end. It must hold no byte 0xFF and no NUL.
  void Add(std::string_view record);
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// A parser over the bytes of a ParserInput for the same header.
base::Result<std::unique_ptr<RowParser>> MakeRowParser(std::string bytes, char delimiter);

}  // namespace rehome::csv
