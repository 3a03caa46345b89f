#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/event_log.h"
#include "cli/exit_code.h"
#include "cli/phase_progress.h"
#include "cli/progress_view.h"
#include "cli/run_control.h"
#include "cli/session.h"
#include "dispatch/quotas.h"
#include "http/event_loop.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"
#include "report/summary.h"

namespace rehome::cli {

/// How an import came to its end.
struct RunEnd {
  std::optional<base::Error> failure;
  bool fenced = false;  ///< `failure` is that another process goes on with the run
  std::optional<int> signal;
  report::RunCounters counters;
  /// Until when an earlier process may have sent, when this one sent nothing.
  std::optional<base::WallTime> sent_until{};
  std::vector<PhaseProgress> phases{};     ///< how far each came
  http::EventLoop* verify_with = nullptr;  ///< what reads back what was written; none = not wanted
  RunControl* control = nullptr;           ///< who is asked meanwhile
  std::shared_ptr<const dispatch::Quotas> sent_before{};  ///< what the import left of them
};

/// Verifies a run that has come to its end, then reports it (its journal closed): summary, laws,
/// row files, run.json, exit code.
ExitCode ConcludeRun(const Session& session, const journal::RunDirectory& run,
                     journal::RunFacts facts, RunEnd end, EventLog& events, ProgressView& view,
                     const base::Clock& clock);

/// The summary of a run that is not live, from its journal and its last counters. kLocked when
/// somebody has the journal open and, after `patience`, has it still.
base::Result<report::Summary> ReadSummary(const journal::RunDirectory& run,
                                          const journal::RunFacts& facts, base::Duration patience);

/// The same from a journal that is open.
base::Result<report::Summary> ReadSummary(const journal::RunDirectory& run,
                                          const journal::RunFacts& facts,
                                          journal::JournalReader& journal);

/// What a person can do about `error`, which ended the run or kept it from starting: `then` is the
/// command that goes on. The message is that of `error` where nothing is known to help.
base::Error WithAdvice(base::Error error, const std::string& then);

/// The command that goes on with a run that did not come to its end; nobody goes on with a
/// rehearsal, so it begins that again.
std::string CommandToGoOn(const journal::RunFacts& facts);
/// `continue with: rehome resume RUN`, or the same of a rehearsal.
std::string GoOnText(const journal::RunFacts& facts);

/// Refuses (kUsage) to go on with a rehearsal, or to ask about what it made.
base::Status CheckIsNoRehearsal(const journal::RunFacts& facts);

/// 0 or 1 by what became of the rows and organizations, or 5 by what its verification came to.
ExitCode ExitCodeOf(const report::Summary& summary);

/// What the event `run_ended` says of a process that exits with `code`, and of its run.
std::string RunEndedMembers(const journal::RunFacts& facts, ExitCode code);

/// The state of a run that came to its end, by its exit code and its part of the file.
std::string EndedStateOf(const journal::RunFacts& facts, ExitCode code);

}  // namespace rehome::cli
