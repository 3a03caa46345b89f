#include <string>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/lock_text.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "journal/run_directory.h"
#include "journal/run_lock.h"
#include "json/writer.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

/// What became of a wish to release a lock. None of them takes a lock away.
enum class Release {
  kFree,       ///< nobody has it
  kOther,      ///< another run has it
  kAlive,      ///< the run has it, and its process is seen
  kSuspended,  ///< the same, and that is stopped
  kUnproven,   ///< somebody has it whose process cannot be seen
};

struct Finding {
  Release release = Release::kFree;
  journal::LockState state;
  std::string lock_path;
};

std::string_view NameOf(Release release) {
  switch (release) {
    case Release::kFree:
      return "free";
    case Release::kOther:
      return "held_by_another_run";
    case Release::kAlive:
      return "holder_alive";
    case Release::kSuspended:
      return "holder_suspended";
    case Release::kUnproven:
      return "holder_unproven";
  }
  return {};
}

// The whole id, so that nobody asks about a run that he does not mean.
base::Result<journal::RunFacts> FactsOfExact(const LockCommand& command) {
  const journal::RunStore store = RunStoreOf(command.common);
  auto run = store.Find(command.run);
  if (!run) return run.error();
  if (run->run_id() != command.run) {
    return base::Error{base::ErrorCode::kUsage,
                       "lock release wants the whole id: did you mean " + run->run_id() + "?"};
  }
  return run->ReadFacts();
}

Release Judge(const journal::LockState& state, const std::string& run_id) {
  if (!state.held) return Release::kFree;
  if (!state.holder) return Release::kUnproven;
  if (state.holder->run_id != run_id) return Release::kOther;
  switch (journal::LifeOf(*state.holder)) {
    case journal::HolderLife::kRunning:
      return Release::kAlive;
    case journal::HolderLife::kSuspended:
      return Release::kSuspended;
    case journal::HolderLife::kNotSeen:
    case journal::HolderLife::kElsewhere:
      return Release::kUnproven;
  }
  return Release::kUnproven;
}

std::string Explanation(const Finding& finding, const journal::RunFacts& facts) {
  const std::string target = "target " + base::EscapeForTerminal(facts.target_name) + " at " +
                             base::EscapeForTerminal(facts.endpoint);
  const std::string pid =
      finding.state.holder ? std::to_string(finding.state.holder->pid) : std::string();
  switch (finding.release) {
    case Release::kFree:
      return target +
             " is free: there is nothing to release, since a lock ends with the process "
             "that had it; `rehome resume " +
             journal::ArgumentOf(facts) + "` takes it again if the run is not finished\n";
    case Release::kOther:
      return target + " is held, but not by run " + facts.run_id + ": by " +
             HolderText(*finding.state.holder) +
             (finding.state.holder->run_id.empty()
                  ? std::string()
                  : " for run " + base::EscapeForTerminal(finding.state.holder->run_id)) +
             "; nothing was released\n";
    case Release::kAlive:
      return target + " is held by run " + facts.run_id +
             ", which is alive: " + HolderText(*finding.state.holder) +
             "; nothing was released, since it goes on sending; end it in order with `kill " + pid +
             "` (it can be resumed)\n";
    case Release::kSuspended:
      return target + " is held by run " + facts.run_id +
             ", which is suspended: " + HolderText(*finding.state.holder) +
             "; nothing was released, since it would send on when it wakes up; let it go on with "
             "`kill -CONT " +
             pid + "`, or end it in order with `kill " + pid + "; kill -CONT " + pid + "`\n";
    case Release::kUnproven:
      return target +
             " is held, and it is not proven by whom: the system says that a process has " +
             base::EscapeForTerminal(finding.lock_path) + " locked, and " +
             (finding.state.holder ? "the one that wrote its name there is not seen from here (" +
                                         HolderText(*finding.state.holder) + ")"
                                   : "no name is in it") +
             "; nothing was released; look in other containers, or for who has the file open with "
             "`fuser " +
             base::ShellWord(finding.lock_path) +
             "`: with that process the lock ends, and without one it cannot be held\n";
  }
  return {};
}

std::string Json(const Finding& finding, const journal::RunFacts& facts) {
  json::Writer writer;
  writer.BeginObject()
      .Field("run", facts.run_id)
      .Field("target", facts.target_name)
      .Field("endpoint", facts.endpoint)
      .Field("held", finding.state.held)
      .Field("result", NameOf(finding.release))
      .Field("lock_file", finding.lock_path);
  if (finding.state.held && finding.state.holder) WriteHolder(writer, *finding.state.holder);
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace

ExitCode RunLockRelease(const LockCommand& command) {
  const TargetOptions& named = command.target;
  if (!(named.endpoint + named.target + named.api_key_file + named.ca_file).empty()) {
    return Refuse({base::ErrorCode::kUsage,
                   "the run says which target it had; --endpoint, --target, --api-key-file and "
                   "--ca-file go with --coordinator target"});
  }
  const auto facts = FactsOfExact(command);
  if (!facts) return Refuse(facts.error());
  Finding finding;
  finding.lock_path = journal::LockPath(facts->endpoint, facts->target_name);
  auto state = journal::InspectRunLock(finding.lock_path);
  if (!state) return Refuse(state.error());
  finding.state = *std::move(state);
  finding.release = Judge(finding.state, facts->run_id);
  AuditRelease(journal::RunDirectory(RunsDirectoryOf(command.common) + "/" + facts->run_id),
               NameOf(finding.release));
  const std::string text =
      command.common.output.json ? Json(finding, *facts) : Explanation(finding, *facts);
  if (!command.common.output.quiet && !PrintResult(text)) return ExitCode::kFatal;
  return finding.release == Release::kFree ? ExitCode::kDone : ExitCode::kLocked;
}

}  // namespace rehome::cli
