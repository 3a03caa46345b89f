#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "model/problem.h"
#include "validate/input.h"

namespace rehome::validate {

/// Bytes of the file and what a repair puts in their place.
struct Edit {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::string bytes;
};

/// What is to be said of one record.
struct CheckedRecord {
  std::vector<model::Problem> problems;  ///< in the order of their fields; at least one
  std::vector<Edit> edits;               ///< the repairs of them; ascending, none overlaps another
};

using RecordVisitor = std::function<base::Status(const CheckedRecord&)>;

/// Visits the records of a file that something is to be said of, in file order, the header first:
/// every rule that an import applies to a row, and those that only a check has. Reads the file up
/// to three times; memory does not grow with it. Ends with the first error that `visit` gives. One
/// thread.
base::Status CheckFile(const Input& input, const RecordVisitor& visit);

/// The problems of a header, also of one that no file can be read with.
base::Result<std::vector<model::Problem>> CheckHeader(const std::string& path,
                                                      const csv::Header& header);

}  // namespace rehome::validate
