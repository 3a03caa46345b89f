#include <unistd.h>

#include "cli/commands.h"
#include "cli/event_log.h"
#include "cli/refused_import.h"
#include "cli/reopened_run.h"
#include "cli/run_end.h"
#include "cli/run_view.h"
#include "cli/terminal.h"
#include "cli/verify_execution.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

// A run verifies itself when it comes to its end.
base::Status CheckHasEnded(const RunView& view) {
  const std::string& id = view.facts.run_id;
  const std::string& argument = journal::ArgumentOf(view.facts);
  if (view.live) {
    return base::Error{base::ErrorCode::kLocked,
                       "run " + id +
                           " is going on and verifies itself at its end (see: rehome "
                           "status " +
                           argument + " --watch)"};
  }
  if (view.facts.state == "running") {
    return base::Error{base::ErrorCode::kUsage, "run " + id +
                                                    " did not come to an end; `rehome resume " +
                                                    argument + "` brings it there and verifies it"};
  }
  return {};
}

}  // namespace

ExitCode RunVerify(const VerifyCommand& command) {
  const journal::RunStore store = RunStoreOf(command.common);
  auto run = store.Find(command.run);
  if (!run) return Refuse(run.error());
  auto facts = run->ReadFacts();
  if (!facts) return Refuse(facts.error());
  if (journal::WasRefused(*facts)) return Refuse(NotBegun(*facts));
  if (command.run.empty()) PrintLine("the latest run is " + facts->run_id);
  if (const auto real = CheckIsNoRehearsal(*facts); !real) return Refuse(real.error());
  if (const auto ours = CheckIsOurs(*run); !ours) return Refuse(ours.error());
  auto session = ReopenRun(command, command.common, *facts);
  if (!session) return Refuse(session.error());
  const base::SystemClock clock(command.common.clock_rate);
  ProgressView progress(command.common.output);
  EventLog events(clock, progress, command.common.output.json);
  const LockReturn lock_return(*session, events);
  if (const auto entered = EnterTarget(*session, command, facts->run_id, events, clock); !entered) {
    return Refuse(entered.error());
  }
  // Only now: whoever had the lock may have been this run itself, on its way to its end.
  auto view = ViewRun(*run);
  if (!view) return Refuse(view.error());
  // The lock has this run's name now, since we have it. A run that came to its end is not going on,
  // even when its number is that of a process again (in containers it is ours).
  if (session->lock) {
    view->live = view->facts.state == "running" && view->status && view->status->pid != getpid() &&
                 Beats(*view->status);
  }
  if (const auto ended = CheckHasEnded(*view); !ended) return Refuse(ended.error());
  facts = view->facts;
  session->part = {.first_row = facts->first_row, .last_row = facts->last_row};
  if (const auto same = SurveySameFile(*session, command, *run, *facts, clock); !same) {
    return Refuse(same.error());
  }
  return ExecuteVerification(*session, *run, std::move(*facts), events, progress, clock);
}

}  // namespace rehome::cli
