#pragma once

#include "cli/exit_code.h"
#include "cli/progress_view.h"
#include "cli/session.h"

namespace rehome::cli {

/// `import --dry-run`: what an import would do to the target as it is now. The import itself on an
/// event loop that cannot write: it looks everything up, and where it would write it counts. Takes
/// no lock, keeps no run; its journal lies in a scratch directory that is removed. The plan is the
/// result: it goes to stdout, as JSON with --json.
ExitCode RunTargetDryRun(Session& session, ProgressView& view, const base::Clock& clock);

}  // namespace rehome::cli
