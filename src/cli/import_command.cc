#include <optional>
#include <utility>

#include "cli/automation.h"
#include "cli/commands.h"
#include "cli/dry_run.h"
#include "cli/import_start.h"
#include "cli/refused_import.h"
#include "cli/run_end.h"
#include "cli/session.h"
#include "cli/target_dry_run.h"
#include "cli/terminal.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

RunOptions OptionsOf(const ImportCommand& command) {
  return {.input = command.input,
          .pace = command.pace,
          .on_existing = command.on_existing,
          .adopt_unverified = command.adopt_unverified,
          .full_success = command.full_success,
          .ca_file = {},
          .coordinator = command.coordinator};
}

// Everything about the flags that can be refused before anything is read.
base::Status CheckCommand(const ImportCommand& command) {
  if (command.offline && !command.dry_run) {
    return base::Error{base::ErrorCode::kUsage, "--offline goes with --dry-run"};
  }
  const AutomationOptions& automation = command.automation;
  if (command.dry_run && !(automation.on_finish.empty() && automation.metrics.empty())) {
    return base::Error{base::ErrorCode::kUsage,
                       "--on-finish and --metrics tell of a run, and a dry run is none: leave them "
                       "out"};
  }
  const auto options = ImportOptionsOf(OptionsOf(command));
  if (!options) return options.error();
  const auto columns = ColumnOptionsOf(command.input);
  if (!columns) return columns.error();
  return {};
}

}  // namespace

ExitCode RunImport(const ImportCommand& command) {
  if (const auto checked = CheckCommand(command); !checked) return Refuse(checked.error());
  Session session;
  session.common = command.common;
  session.options = OptionsOf(command);
  session.path = InputPathOf(command.input.file);
  if (const auto taken = TakeAutomation(session, command.automation); !taken) {
    return Refuse(taken.error());
  }
  auto part = ParsePart(command.rows, command.limit);
  if (!part) return Refuse(part.error());
  session.part = session.asked_part = *part;
  auto target =
      ResolveTarget(command.target, command.offline ? KeyNeed::kOptional : KeyNeed::kNeeded);
  if (!target) return Refuse(target.error());
  session.verify = !command.no_verify;
  session.target = std::move(*target);
  session.options.ca_file = session.target.ca_file;
  if (auto rate = CheckClockRate(command.common.clock_rate, session.target.endpoint); !rate) {
    return Refuse(rate.error());
  }
  const base::SystemClock clock(command.common.clock_rate);
  auto deadline = ParseDeadline(command.pace.deadline, clock);
  if (!deadline) return Refuse(deadline.error());
  session.deadline = *deadline;
  if (command.offline) return RunOfflineDryRun(session, clock);

  ProgressView view(command.common.output);
  if (command.dry_run) return RunTargetDryRun(session, view, clock);
  EventLog events(clock, view, command.common.output.json);
  const LockReturn lock_return(session, events);
  const LockWish wish = {.wait = command.wait, .only_runner = command.only_runner, .run_id = ""};
  if (const auto locked = TakeLock(session, wish, events, clock); !locked) {
    PrintError(WithAdvice(locked.error(), "run the import again"));
    // Who waits for the answer has it; now there is time for the rest.
    if (locked.error().code == base::ErrorCode::kLocked && command.yes) {
      KeepRefused(session, command.new_run, clock);
    }
    return ExitCodeOf(locked.error().code);
  }
  return StartImport(session,
                     {.yes = command.yes, .new_run = command.new_run, .kept = std::nullopt}, events,
                     view, clock);
}

}  // namespace rehome::cli
