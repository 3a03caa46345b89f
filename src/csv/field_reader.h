#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/range.h"
#include "model/row.h"

namespace rehome::csv {

/// A record with every field of the file, also those that are not imported.
struct FieldRecord {
  model::Position position;
  std::vector<std::string> fields;  ///< unquoted, one per name of the header; none when malformed
};

/// The records of one range with all their fields, in file order. Reader, which the import uses,
/// copies known columns only. One range is in memory. One thread.
class FieldReader {
 public:
  static base::Result<FieldReader> Open(const std::string& path, const Header& header,
                                        const Range& range);
  /// The next record; nothing at the end of the range.
  std::optional<FieldRecord> Next();

 private:
  struct Entry {
    model::Position position;
    std::int64_t end = 0;
    bool malformed = false;
  };
  class Entries;
  FieldReader(std::string bytes, std::int64_t begin, char delimiter, std::vector<Entry> entries);

  std::string bytes_;
  std::int64_t begin_;
  char delimiter_;
  std::vector<Entry> entries_;
  std::size_t next_ = 0;
};

}  // namespace rehome::csv
