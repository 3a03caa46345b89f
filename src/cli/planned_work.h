#pragma once

#include <string>

#include "cli/session.h"

namespace rehome::cli {

/// What is to be made of the part, and how many of its rows make nothing since the file itself is
/// wrong there, as a pass over the plans finds them: the same rules as an import's. Rows that name
/// one user and one organization twice count as two memberships.
base::Result<PlannedWork> CountPlannedWork(const Session& session);

/// The forecast of the session by all that is known now: such a pass, unless the file is so large
/// that somebody would wait for it, and the round trip.
void Foretell(Session& session);

/// The command that names the problems of these rows: `rehome validate users.csv --org-by-name`.
std::string ValidateCommandFor(const InputOptions& input);

}  // namespace rehome::cli
