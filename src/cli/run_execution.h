#pragma once

#include <optional>

#include "cli/event_log.h"
#include "cli/exit_code.h"
#include "cli/progress_view.h"
#include "cli/session.h"
#include "journal/run_directory.h"

namespace rehome::cli {

/// Runs (or continues) a prepared run to its end: import, progress, signals, summary, row files.
/// The journal of `run` exists; run.json is written here, as `facts` says.
ExitCode ExecuteRun(Session& session, const journal::RunDirectory& run, journal::RunFacts facts,
                    EventLog& events, ProgressView& view, const base::Clock& clock);

/// What a run of this session is about, as far as that is known before its file is read: no id, no
/// state.
journal::RunFacts FactsOf(const Session& session, const base::Clock& clock);

/// Makes a run's folder, unless one was `kept` for it, and its journal, and its facts. Nobody sees
/// a new run before ExecuteRun.
base::Result<journal::RunDirectory> PrepareRun(const Session& session, journal::RunFacts& facts,
                                               const base::Clock& clock,
                                               std::optional<journal::RunDirectory> kept);

}  // namespace rehome::cli
