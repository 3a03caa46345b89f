#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "csv/input.h"
#include "csv/range.h"
#include "csv/record_texts.h"
#include "model/row.h"

namespace rehome::csv {

/// A record with every field of the file, also those that are not imported.
struct FieldRecord {
  model::Position position;
  std::vector<std::string> fields;  ///< unquoted, one per name of the header; none when malformed
};

/// The fields of a record, unquoted; none when it is malformed.
std::vector<std::string> FieldsOf(const RecordText& record, const Header& header);

/// The fields of the one record that starts at `position.offset`.
base::Result<std::vector<std::string>> ReadFieldsAt(const Input& input, const Header& header,
                                                    const model::Position& position);

/// The records of one range with all their fields, in file order. Reader, which the import uses,
/// copies known columns only. One range is in memory. One thread.
class FieldReader {
 public:
  /// `header` must outlive the reader.
  static base::Result<FieldReader> Open(const Input& input, const Header& header,
                                        const Range& range);
  /// The next record; nothing at the end of the range.
  std::optional<FieldRecord> Next();

 private:
  FieldReader(RecordTexts records, const Header& header)
      : records_(std::move(records)), header_(&header) {}

  RecordTexts records_;
  const Header* header_;
};

}  // namespace rehome::csv
