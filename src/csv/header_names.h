#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "csv/dialect.h"
#include "model/column.h"

namespace rehome::csv {

/// The column that `name` means under `options`: by --map, or by its own name without regard to
/// case. Ignored names mean none.
std::optional<model::Column> ColumnOf(std::string_view name, const ColumnOptions& options);

/// The known column that an unknown `name` was probably meant to be (`e-mail`, `orgname`).
std::optional<model::Column> LookalikeOf(std::string_view name);

/// What the names of a header mean.
struct ResolvedNames {
  std::vector<std::optional<model::Column>> columns;  ///< per name
  std::vector<HeaderFinding> findings;                ///< the gravest first
};

/// Finds the column of each name. Fails (`where` is `path:line`) only for options that fit no name.
base::Result<ResolvedNames> ResolveNames(std::span<const std::string> names,
                                         const ColumnOptions& options, const std::string& where);

}  // namespace rehome::csv
