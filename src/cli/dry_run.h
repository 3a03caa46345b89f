#pragma once

#include "cli/exit_code.h"
#include "cli/session.h"

namespace rehome::cli {

/// `import --dry-run --offline`: what an import into an empty target would do, without a request
/// and without a file written. The plan is the result: it goes to stdout, and with --json to stderr
/// beside the JSON on stdout.
ExitCode RunOfflineDryRun(Session& session, const base::Clock& clock);

}  // namespace rehome::cli
