#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/column.h"
#include "model/reason.h"

namespace rehome::csv {

/// How the user wants header names understood.
struct ColumnOptions {
  std::map<std::string, std::string> renames;  ///< --map 'E-mail=email': header name → column
  std::vector<std::string> ignored;            ///< --ignore-column X
  bool plain_input = false;                    ///< --as-plain-input: `_row` and such are allowed
};

/// What the names of a header give reason to say.
struct HeaderFinding {
  model::Reason reason = model::Reason::kNone;
  std::size_t field = 0;  ///< from 1; 0 = the header as a whole
  std::string message;    ///< does not say where
};

/// The header of a file: its delimiter and which field holds which column.
struct Header {
  char delimiter = ',';
  std::vector<std::string> names;                     ///< as in the file, trimmed
  std::vector<std::optional<model::Column>> columns;  ///< per field; nothing = not used
  std::int64_t offset = 0;                            ///< byte at which the header record starts
  std::int64_t line = 1;                              ///< and its line
  std::int64_t body_offset = 0;                       ///< byte after the header record
  std::int64_t body_line = 2;  ///< line on which the byte at body_offset stands
  std::vector<HeaderFinding> findings;
  std::vector<std::string> warnings;  ///< those that are remarks, as whole sentences

  bool Has(model::Column column) const;
};

/// Reads the header record of `path` (skipping a byte-order mark and blank lines). Refuses, with
/// kInput, the path and a hint: no regular file, empty, UTF-16, no `email`, a column given twice, a
/// name that looks like a known one, one of our own row files.
base::Result<Header> ReadHeader(const std::string& path, const ColumnOptions& options);

/// The same, but what is wrong with the names becomes a finding: the last four refuse nothing. Such
/// a header is of no use for reading the file.
base::Result<Header> InspectHeader(const std::string& path, const ColumnOptions& options);

}  // namespace rehome::csv
