#include <filesystem>
#include <system_error>
#include <utility>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/event_log.h"
#include "cli/refused_import.h"
#include "cli/reopened_run.h"
#include "cli/retry_consent.h"
#include "cli/retry_plan.h"
#include "cli/role_check.h"
#include "cli/run_end.h"
#include "cli/run_execution.h"
#include "cli/run_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "journal/reopening.h"
#include "journal/sqlite_journal.h"

namespace rehome::cli {
namespace {

// `run` is what means it in a command; empty as long as it is not known.
ExitCode Refuse(const base::Error& error, const std::string& run) {
  PrintError(WithAdvice(error, run.empty() ? "retry" : "rehome retry " + run));
  return ExitCodeOf(error.code);
}

// What the run said of itself before this retry: the files that it writes again.
base::Status KeepEarlierReport(const journal::RunDirectory& run, std::int64_t retry) {
  const std::string kept = run.File("earlier/" + std::to_string(retry));
  RETURN_IF_ERROR(base::MakeDirectories(kept));
  for (const char* name : {"summary.json", "failed.csv", "report.html"}) {
    std::error_code error;
    std::filesystem::copy_file(run.File(name), kept + "/" + name,
                               std::filesystem::copy_options::overwrite_existing, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      return base::SystemError("copy", run.File(name), error.value());
    }
  }
  return {};
}

ExitCode NothingToRetry(const journal::RunFacts& facts, const RetryPlan& plan) {
  if (plan.left_rejected == 0) {
    PrintLine("run " + facts.run_id + ": every row is right; nothing is left to retry");
    return ExitCode::kDone;
  }
  PrintLine("run " + facts.run_id +
            ": nothing to retry: " + base::Count(plan.left_rejected, "row was", "rows were") +
            " rejected for what the file says of them; correct their cells in a copy of "
            "failed.csv (in the run directory) and give it with --edited");
  return ExitCode::kRowsFailed;
}

ExitCode EndDryRun(const RetryPlan& plan) {
  PrintLine("dry run: no request was made and nothing was written");
  const bool problems = !plan.still_rejected.empty() || plan.left_rejected > 0;
  return problems ? ExitCode::kRowsFailed : ExitCode::kDone;
}

// From here on the run goes on: `resume` brings it to its end.
base::Status Reopen(Session& session, const journal::RunDirectory& run, journal::RunFacts& facts,
                    RetryPlan& plan, const base::Clock& clock) {
  plan.reopening.event.at_ms = clock.WallNow().time_since_epoch().count();
  ++facts.retries;
  facts.retried_rows = plan.rows();
  facts.left_rejected = plan.left_rejected;
  facts.corrected_rows += plan.corrected_rows;
  facts.file = session.path;
  facts.options[std::string(kCaFileOption)] = session.target.ca_file;
  facts.state = "running";
  facts.exit_code.reset();
  facts.finished_at.clear();
  RETURN_IF_ERROR(KeepEarlierReport(run, facts.retries));
  const auto before = run.ReadFacts();
  if (!before) return before.error();
  // Before the journal: of rows that were opened again a run that has ended would know nothing.
  RETURN_IF_ERROR(run.WriteFacts(facts));
  base::Status opened =
      journal::ReopenRows(run.journal_path(), plan.reopening, journal::kRunPatience);
  // Nothing was: the run is as it was.
  if (!opened) RETURN_IF_ERROR(run.WriteFacts(*before));
  return opened;
}

// Its journal is that process's alone, and would be waited for.
base::Status CheckIsNotLive(const journal::RunDirectory& run) {
  const auto view = ViewRun(run);
  if (!view) return view.error();
  if (!view->live) return {};
  return base::Error{base::ErrorCode::kLocked, "run " + run.run_id() +
                                                   " is going on, so that nobody can say what is "
                                                   "left to retry (see: rehome status " +
                                                   run.argument() + " --watch)"};
}

base::Status CheckHasBegun(const journal::RunFacts& facts) {
  if (!journal::WasRefused(facts)) return {};
  return base::Error{base::ErrorCode::kUsage, "run " + facts.run_id +
                                                  " has not begun, since its target was locked; "
                                                  "`rehome resume " +
                                                  journal::ArgumentOf(facts) + "` starts it"};
}

// With the lock, unless nothing is to be written.
ExitCode RetryIn(Session& session, const journal::RunDirectory& run, const RetryCommand& command,
                 EventLog& events, ProgressView& view, const base::Clock& clock) {
  // Whoever had the lock while this waited may have gone on with the run.
  auto facts = run.ReadFacts();
  if (!facts) return Refuse(facts.error(), run.argument());
  session.part = {.first_row = facts->first_row, .last_row = facts->last_row};
  if (const auto same = SurveySameFile(session, command, run, *facts, clock); !same) {
    return Refuse(same.error(), run.argument());
  }
  auto plan = PlanRetry(session, run, *facts, command, clock);
  if (!plan) return Refuse(plan.error(), run.argument());
  TellPlan(*facts, command, *plan, view);
  if (plan->rows() == 0) return NothingToRetry(*facts, *plan);
  ShowWarnings(session);
  if (command.dry_run) return EndDryRun(*plan);
  if (const Consent consent = AskRetryConsent(command); consent != Consent::kGiven) {
    if (consent == Consent::kDeclined) PrintLine("nothing was written");
    return ExitCode::kRefused;
  }
  if (const auto opened = Reopen(session, run, *facts, *plan, clock); !opened) {
    return Refuse(opened.error(), run.argument());
  }
  if (const auto roles = CheckRoles(session, clock, &run); !roles) {
    return Refuse(roles.error(), run.argument());
  }
  // Corrections are many, and the run needs them only where they are read.
  *plan = {};
  return ExecuteRun(session, run, *std::move(facts), events, view, clock);
}

}  // namespace

ExitCode RunRetry(const RetryCommand& command) {
  const journal::RunStore store = RunStoreOf(command.common);
  const auto run = store.Find(command.run);
  if (!run) return Refuse(run.error(), "");
  const auto facts = run->ReadFacts();
  if (!facts) return Refuse(facts.error(), run->argument());
  if (command.run.empty()) PrintLine("the latest run is " + facts->run_id);
  if (const auto real = CheckIsNoRehearsal(*facts); !real) return Refuse(real.error(), "");
  if (const auto begun = CheckHasBegun(*facts); !begun)
    return Refuse(begun.error(), run->argument());
  if (const auto ours = CheckIsOurs(*run); !ours) return Refuse(ours.error(), run->argument());
  if (command.dry_run) {
    if (const auto ended = CheckIsNotLive(*run); !ended) {
      return Refuse(ended.error(), run->argument());
    }
  }
  const KeyNeed need = command.dry_run ? KeyNeed::kOptional : KeyNeed::kNeeded;
  auto session = ReopenRun(command, command.common, *facts, need);
  if (!session) return Refuse(session.error(), run->argument());
  session->verify = !command.no_verify;
  if (command.adopt_unverified) session->options.adopt_unverified = true;
  session->options.drop_refused_passwords = command.drop_passwords;
  const base::SystemClock clock(command.common.clock_rate);
  ProgressView view(command.common.output);
  EventLog events(clock, view, command.common.output.json);
  const LockReturn lock_return(*session, events);
  if (!command.dry_run) {
    const auto entered = EnterTarget(*session, command, facts->run_id, events, clock);
    if (!entered) return Refuse(entered.error(), run->argument());
  }
  return RetryIn(*session, *run, command, events, view, clock);
}

}  // namespace rehome::cli
