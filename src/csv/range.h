#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "csv/input.h"

namespace rehome::csv {

/// A part of a file: byte range at record borders.
struct Range {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t first_row = 1;   ///< number of the first record in it
  std::int64_t first_line = 2;  ///< physical line on which it starts
};

/// The file does not hold what the survey saw there, as a sentence about `what`.
base::Error ChangedSinceSurvey(const std::string& path, const std::string& what);

/// The bytes of the range; they end with a LF unless the file ends there.
base::Result<std::string> ReadRange(const Input& input, const Range& range);

/// The bytes of the record that starts at `offset`, with its line end.
base::Result<std::string> ReadRecordBytes(const Input& input, std::int64_t offset);

}  // namespace rehome::csv
