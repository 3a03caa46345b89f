#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/input.h"
#include "csv/range.h"
#include "model/row.h"

namespace rehome::csv {

/// The records of one range, in file order, through fast-cpp-csv-parser. At most one range of 1 MiB
/// (or one larger record) is in memory. One thread.
class Reader {
 public:
  virtual ~Reader() = default;
  /// The next record; nothing at the end of the range; an error when the file cannot be read or
  /// does not hold what the survey saw.
  virtual base::Result<std::optional<model::Record>> Next() = 0;
};

/// `header` must outlive the reader.
base::Result<std::unique_ptr<Reader>> OpenReader(const Input& input, const Header& header,
                                                 const Range& range);

/// The single record that starts at `position.offset`.
base::Result<model::Record> ReadRecordAt(const Input& input, const Header& header,
                                         const model::Position& position);

}  // namespace rehome::csv
