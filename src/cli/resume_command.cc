#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/event_log.h"
#include "cli/run_execution.h"
#include "cli/run_view.h"
#include "cli/session.h"
#include "cli/terminal.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

// What must be as it was: the file by its hash, the target by name and key.
base::Status CheckSame(const Session& session, const journal::RunFacts& facts) {
  if (base::ToHex(session.survey.hash) != facts.file_hash) {
    return base::Error{base::ErrorCode::kInput,
                       session.path + ": is not the file that run " + facts.run_id +
                           " began with (its content changed); bring the original back (--file "
                           "PATH if it moved), or start a new import"};
  }
  return {};
}

base::Error OtherTarget(const Target& target, const journal::RunFacts& facts) {
  std::string message = "run " + facts.run_id + " belongs to target " + facts.target_name + " at " +
                        facts.endpoint + ", not to " + target.name + " at " + target.endpoint;
  if (target.endpoint != facts.endpoint) {
    message += "; to import into the other one, run the import again with --endpoint " +
               base::ShellWord(target.endpoint);
  } else if (!target.named) {
    message +=
        "; for another environment run the import again; if this is another key of the same "
        "environment, say so with --target " +
        base::ShellWord(facts.target_name);
  }
  return {base::ErrorCode::kUsage, std::move(message)};
}

// What somebody may wait for: not a run that ended where it was told to (partial), and none of
// which nothing was accepted: its end said to import again.
bool IsLeftOpen(const RunView& view) {
  const std::string& state = view.facts.state;
  if (view.live || state == "finished" || state == "partial") return false;
  return state != "failed" || !view.status || !report::NothingWasAccepted(view.status->summary);
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

base::Error AboutFile(base::Error error, const Session& session) {
  const auto there = base::Stat(session.path);
  if (!there && there.error().code == base::ErrorCode::kNotFound) {
    error.message += "; if it moved, give its new place with --file";
  }
  return error;
}

ExitCode NothingIsLeft(const journal::RunFacts& facts) {
  PrintLine("run " + facts.run_id + " is finished; nothing is left to do (see: rehome report " +
            facts.run_id + ")");
  return facts.exit_code == 0 ? ExitCode::kDone : ExitCode::kRowsFailed;
}

// The run's own pace, but for the flags that were typed now.
PaceOptions MergePace(PaceOptions pace, const ResumeCommand& command) {
  const PaceOptions& typed = command.pace;
  for (const std::string& flag : command.pace_given) {
    if (flag == "--concurrency") pace.concurrency = typed.concurrency;
    if (flag == "--workers") pace.workers = typed.workers;
    if (flag == "--rate") pace.rate = typed.rate;
    if (flag == "--reserve") pace.reserve = typed.reserve;
    if (flag == "--min-delay") pace.min_delay_ms = typed.min_delay_ms;
    if (flag == "--warm-concurrency") pace.warm_concurrency = typed.warm_concurrency;
    if (flag == "--max-failures") pace.max_failures = typed.max_failures;
  }
  return pace;
}

}  // namespace

ExitCode RunResume(const ResumeCommand& command) {
  const journal::RunStore store(RunsDirectoryOf(command.common));
  auto run = store.Find(command.run);
  if (!run) return Refuse(run.error());
  auto facts = run->ReadFacts();
  if (!facts) return Refuse(facts.error());
  std::optional<RunView> open;
  if (command.run.empty() && facts->state == "finished") open = LatestLeftOpen(store);
  if (open) {
    run = std::move(open->directory);
    facts = std::move(open->facts);
    PrintLine("the latest run that is not finished is " + facts->run_id);
  } else if (command.run.empty()) {
    PrintLine("the latest run is " + facts->run_id);
  }
  if (facts->state == "finished") return NothingIsLeft(*facts);
  Session session;
  session.common = command.common;
  session.options = DecodeRunOptions(facts->options);
  session.options.pace = MergePace(session.options.pace, command);
  if (const auto usable = ImportOptionsOf(session.options); !usable) return Refuse(usable.error());
  session.path = command.file.empty() ? facts->file : InputPathOf(command.file);
  session.options.input.file = session.path;
  TargetOptions wanted = command.target;
  if (wanted.endpoint.empty()) wanted.endpoint = facts->endpoint;
  if (wanted.target.empty() && !facts->target_name.starts_with("key-")) {
    wanted.target = facts->target_name;
  }
  if (wanted.ca_file.empty()) wanted.ca_file = session.options.ca_file;
  auto target = ResolveTarget(wanted, KeyNeed::kNeeded);
  if (!target) return Refuse(target.error());
  session.target = std::move(*target);
  if (session.target.endpoint != facts->endpoint || session.target.name != facts->target_name) {
    return Refuse(OtherTarget(session.target, *facts));
  }
  if (auto rate = CheckClockRate(command.common.clock_rate, session.target.endpoint); !rate) {
    return Refuse(rate.error());
  }
  if (session.target.fingerprint != facts->key_fingerprint) {
    PrintLine("warning: run " + facts->run_id + " began with another key (fingerprint " +
              facts->key_fingerprint + ", now " + session.target.fingerprint +
              "): make sure that it opens the same environment");
  }
  const base::SystemClock clock(command.common.clock_rate);
  auto deadline = ParseDeadline(command.pace.deadline, clock);
  if (!deadline) return Refuse(deadline.error());
  session.deadline = *deadline;
  const LockWish wish{
      .wait = command.wait, .only_runner = command.only_runner, .run_id = facts->run_id};
  if (const auto locked = TakeLock(session, wish, clock); !locked) return Refuse(locked.error());
  // Whoever had the lock while this waited may have brought the run to its end.
  facts = run->ReadFacts();
  if (!facts) return Refuse(facts.error());
  if (facts->state == "finished") return NothingIsLeft(*facts);
  if (command.file.empty()) session.path = session.options.input.file = facts->file;
  if (const auto surveyed = SurveyInput(session, clock); !surveyed) {
    return Refuse(AboutFile(surveyed.error(), session));
  }
  ShowWarnings(session);
  if (const auto same = CheckSame(session, *facts); !same) return Refuse(same.error());
  facts->file = session.path;
  facts->options[std::string(kCaFileOption)] = session.target.ca_file;
  facts->first_row = 1;
  facts->last_row = facts->rows;
  facts->state = "running";
  facts->exit_code.reset();
  facts->finished_at.clear();
  ProgressView view(command.common.output);
  EventLog events(clock, view, command.common.output.json);
  return ExecuteRun(session, *run, std::move(*facts), events, view, clock);
}

}  // namespace rehome::cli
