#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/event_log.h"
#include "cli/exit_code.h"
#include "cli/progress_view.h"
#include "cli/session.h"
#include "journal/run_directory.h"
#include "report/summary.h"

namespace rehome::cli {

/// How an import came to its end.
struct RunEnd {
  std::optional<base::Error> failure;
  std::optional<int> signal;
  report::RunCounters counters;
};

/// Reports a run that has ended (its journal closed): summary, laws, row files, run.json, exit
/// code.
ExitCode ConcludeRun(const Session& session, const journal::RunDirectory& run,
                     journal::RunFacts facts, RunEnd end, EventLog& events, ProgressView& view,
                     const base::Clock& clock);

/// The summary of a run that is not live, from its journal and its last counters. kLocked when
/// somebody has the journal open and, after `patience`, has it still.
base::Result<report::Summary> ReadSummary(const journal::RunDirectory& run,
                                          const journal::RunFacts& facts, base::Duration patience);

/// What a person can do about `error`, which ended the run or kept it from starting: `then` is the
/// command that goes on. The message is that of `error` where nothing is known to help.
base::Error WithAdvice(base::Error error, const std::string& then);

/// 0 or 1, by what became of the rows and organizations.
ExitCode ExitCodeOf(const report::Summary& summary);

}  // namespace rehome::cli
