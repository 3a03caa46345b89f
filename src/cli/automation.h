#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "cli/event_log.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "cli/session.h"
#include "journal/run_directory.h"
#include "report/summary.h"

namespace rehome::cli {

/// --metrics and --on-finish: what others are told of a run. Nothing of it changes a run or its
/// exit code.

/// Takes both into `session`. kUsage when it is known already that they cannot be done.
base::Status TakeAutomation(Session& session, const AutomationOptions& options);

/// A run goes on; the metrics tell so now and then. A failure is told once.
void TellProgress(const Session& session, const report::Summary& summary, EventLog& events,
                  const base::Clock& clock);

/// A run has its verdict and all its files, and its lock still: the metrics tell the end, so that
/// they are not written over those of the next run.
void TellVerdict(const Session& session, const report::Summary& summary, ExitCode code,
                 const base::Clock& clock);

/// The process is done with a run that has begun, in whatever way, and its lock is given back: the
/// metrics tell the end if they do not yet, then the command of --on-finish runs. Gives `code`.
ExitCode EndAutomation(const Session& session, const journal::RunDirectory& run, ExitCode code,
                       EventLog& events, const base::Clock& clock);

}  // namespace rehome::cli
