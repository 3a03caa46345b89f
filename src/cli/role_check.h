#pragma once

#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/session.h"
#include "journal/run_directory.h"
#include "pipeline/role_census.h"

namespace rehome::cli {

/// Compares the roles that an import would give with those of the environment, before anything is
/// written: a role that is not there would fail every row that has it, when their users are made
/// already. Of a run that is `continued` only the rows that it has not settled count. kInput names
/// the roles that are unknown. Needs the survey. Tells
/// the session how long a round trip took. What cannot be known before, and a list that
/// cannot be had, are remarks on stderr, unless --quiet: the import may work.
base::Status CheckRoles(Session& session, const base::Clock& clock,
                        const journal::RunDirectory* continued = nullptr);

/// The roles of the file that are not among `there`, each with its rows, its first line and what
/// was meant; empty when all are there. Those of single organizations are in no such list and not
/// judged. `continued` is the id of the run that would go on, empty for a new one.
std::string UnknownRolesText(const pipeline::RoleCensus& census, std::span<const std::string> there,
                             const std::string& file, const std::string& continued = "");

/// Which roles the file gives and how often, for who cannot ask the target; empty without any.
std::string RolesUsedText(const pipeline::RoleCensus& census);

}  // namespace rehome::cli
