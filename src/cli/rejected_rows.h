#pragma once

#include <cstdint>
#include <string>

#include "cli/session.h"

namespace rehome::cli {

/// How many rows of the part make nothing, since the file itself is wrong there, as a pass over the
/// plans finds them: the same rules as an import's.
base::Result<std::int64_t> CountRejectedRows(const Session& session);

/// The command that names the problems of these rows: `rehome validate users.csv --org-by-name`.
std::string ValidateCommandFor(const InputOptions& input);

}  // namespace rehome::cli
