#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/event_log.h"
#include "cli/import_start.h"
#include "cli/journal_rebuild.h"
#include "cli/refused_import.h"
#include "cli/reopened_run.h"
#include "cli/role_check.h"
#include "cli/run_end.h"
#include "cli/run_execution.h"
#include "cli/run_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "cli/verify_execution.h"

namespace rehome::cli {
namespace {

// `run` is what means it in a command; empty as long as it is not known.
ExitCode Refuse(const base::Error& error, const std::string& run) {
  PrintError(WithAdvice(error, run.empty() ? "resume" : "rehome resume " + run));
  return ExitCodeOf(error.code);
}

// What somebody may wait for: not a run that ended where it was told to (partial), none of which at
// most the verification is left, since what that found may have been accepted, and none of which
// nothing was accepted: its end said to import again.
bool IsLeftOpen(const RunView& view) {
  if (view.live || journal::ImportEnded(view.facts)) return false;
  return view.facts.state != "failed" || !view.status ||
         !report::NothingWasAccepted(view.status->summary);
}

std::optional<RunView> LatestLeftOpen(const journal::RunStore& store) {
  std::vector<journal::RunDirectory> runs = store.All();
  std::reverse(runs.begin(), runs.end());
  for (const journal::RunDirectory& run : runs) {
    auto view = ViewRun(run);
    if (view && IsLeftOpen(*view)) return *std::move(view);
  }
  return std::nullopt;
}

ExitCode NothingIsLeft(const journal::RunFacts& facts) {
  PrintLine("run " + facts.run_id + " is finished; nothing is left to do (see: rehome report " +
            journal::ArgumentOf(facts) + ")");
  return facts.exit_code == 0 ? ExitCode::kDone : ExitCode::kRowsFailed;
}

// Which was not wanted: what the run came to stays as it is.
ExitCode OnlyItsVerificationIsLeft(const journal::RunFacts& facts) {
  PrintLine("run " + facts.run_id + " imported all that it was to; only its verification is left " +
            "(--no-verify leaves it out; see: rehome report " + journal::ArgumentOf(facts) + ")");
  return ExitCode::kVerification;
}

base::Error HasNoJournal(const journal::RunFacts& facts) {
  return {base::ErrorCode::kUsage,
          "run " + facts.run_id +
              " has not begun, since its target was locked: there is no journal to rebuild; " +
              "`rehome resume " + journal::ArgumentOf(facts) + "` starts it"};
}

// An import that found its target locked: now it begins, with the consent that it had.
ExitCode StartKept(Session& session, const ResumeCommand& command, const journal::RunDirectory& run,
                   const journal::RunFacts& facts, EventLog& events, ProgressView& view,
                   const base::Clock& clock) {
  if (command.file.empty()) session.path = session.options.input.file = facts.file;
  session.part = session.asked_part = {.first_row = facts.first_row, .last_row = facts.last_row};
  if (const auto same = CheckAsWhenRefused(session, facts); !same) {
    return Refuse(same.error(), run.argument());
  }
  const bool new_run = facts.options.contains(std::string(kNewRunOption));
  return StartImport(session, {.yes = true, .new_run = new_run, .kept = run}, events, view, clock);
}

// Without them rows would be imported as they stood, beside what was made of them since.
base::Error HadCorrections(const journal::RunFacts& facts) {
  return {base::ErrorCode::kUsage,
          "the journal of run " + facts.run_id + " had what a retry corrected in " +
              base::Count(facts.corrected_rows, "row", "rows") +
              ", so it cannot be made anew from the file; correct the file itself and import it as "
              "a run of its own with `rehome import --adopt-unverified`: what is there is adopted"};
}

// A retry of a part of the file that did not come to its end: the rest was not asked for.
bool IsRetryOfPart(const journal::RunFacts& facts) {
  return facts.retries > 0 && facts.retried_rows > 0 && !journal::ImportEnded(facts) &&
         !journal::CoversFile(facts);
}

// Every row of the file has come to its end.
bool IsDone(const journal::RunFacts& facts) {
  return facts.state == "finished" || (journal::ImportEnded(facts) && journal::CoversFile(facts));
}

}  // namespace

ExitCode RunResume(const ResumeCommand& command) {
  const journal::RunStore store = RunStoreOf(command.common);
  auto run = store.Find(command.run);
  if (!run) return Refuse(run.error(), "");
  auto facts = run->ReadFacts();
  if (!facts) return Refuse(facts.error(), run->argument());
  if (const auto real = CheckIsNoRehearsal(*facts); !real) return Refuse(real.error(), "");
  std::optional<RunView> open;
  if (command.run.empty() && IsDone(*facts)) open = LatestLeftOpen(store);
  if (open) {
    run = std::move(open->directory);
    facts = std::move(open->facts);
    PrintLine("the latest run that is not finished is " + facts->run_id);
  } else if (command.run.empty()) {
    PrintLine("the latest run is " + facts->run_id);
  }
  if (journal::WasRefused(*facts) && command.rebuild) {
    return Refuse(HasNoJournal(*facts), run->argument());
  }
  if (facts->state == "finished" && !command.rebuild) return NothingIsLeft(*facts);
  if (IsDone(*facts) && command.no_verify && !command.rebuild) {
    return OnlyItsVerificationIsLeft(*facts);
  }
  if (const auto ours = CheckIsOurs(*run); !ours) return Refuse(ours.error(), run->argument());
  auto session = ReopenRun(command, command.common, *facts);
  if (!session) return Refuse(session.error(), run->argument());
  session->verify = !command.no_verify;
  const base::SystemClock clock(command.common.clock_rate);
  ProgressView view(command.common.output);
  EventLog events(clock, view, command.common.output.json);
  const LockReturn lock_return(*session, events);
  if (const auto entered = EnterTarget(*session, command, facts->run_id, events, clock); !entered) {
    return Refuse(entered.error(), run->argument());
  }
  // Whoever had the lock while this waited may have brought the run to its end.
  facts = run->ReadFacts();
  if (!facts) return Refuse(facts.error(), run->argument());
  if (facts->state == "finished" && !command.rebuild) return NothingIsLeft(*facts);
  if (journal::WasRefused(*facts)) {
    return StartKept(*session, command, *run, *facts, events, view, clock);
  }
  if (command.rebuild && facts->corrected_rows > 0) {
    return Refuse(HadCorrections(*facts), run->argument());
  }
  const bool part_is_retried = IsRetryOfPart(*facts);
  if (part_is_retried) session->part = {.first_row = facts->first_row, .last_row = facts->last_row};
  if (const auto same = SurveySameFile(*session, command, *run, *facts, clock); !same) {
    return Refuse(same.error(), run->argument());
  }
  ShowWarnings(*session);
  if (command.rebuild) {
    const auto rebuilt = RebuildJournal(*session, *run, *facts, clock);
    if (!rebuilt) return Refuse(rebuilt.error(), run->argument());
  } else if (IsDone(*facts)) {
    return VerifyAgain(*session, *run, *facts, events, view, clock);
  }
  if (const auto roles = CheckRoles(*session, clock, &*run); !roles) {
    return Refuse(roles.error(), run->argument());
  }
  facts->file = session->path;
  facts->options[std::string(kCaFileOption)] = session->target.ca_file;
  if (!part_is_retried && !journal::CoversFile(*facts)) {
    facts->first_row = 1;
    facts->last_row = facts->rows;
    // What the last retry came to was said of fewer rows.
    facts->retried_rows = 0;
  }
  facts->state = "running";
  facts->exit_code.reset();
  facts->finished_at.clear();
  return ExecuteRun(*session, *run, std::move(*facts), events, view, clock);
}

}  // namespace rehome::cli
