#include "base/text.h"
#include "cli/commands.h"
#include "cli/target.h"
#include "cli/terminal.h"
#include "journal/run_lock.h"
#include "json/writer.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

std::string Json(const Target& target, const journal::LockState& state, const std::string& path) {
  json::Writer writer;
  writer.BeginObject()
      .Field("target", target.name)
      .Field("endpoint", target.endpoint)
      .Field("held", state.held)
      .Field("lock_file", path);
  if (state.held && state.holder) {
    const journal::LockHolder& holder = *state.holder;
    writer.Key("holder")
        .BeginObject()
        .Field("run", holder.run_id)
        .Field("host", holder.host)
        .Field("user", holder.user)
        .Field("pid", holder.pid)
        .Field("command", holder.command)
        .Field("run_directory", holder.run_directory)
        .Field("acquired_at", holder.acquired_at)
        .EndObject();
  }
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string Text(const Target& target, const journal::LockState& state) {
  const std::string what = "target " + base::EscapeForTerminal(target.name) + " at " +
                           base::EscapeForTerminal(target.endpoint);
  if (!state.held) return what + " is free\n";
  if (!state.holder) return what + " is held; its lock file does not say by whom\n";
  const journal::LockHolder& holder = *state.holder;
  std::string text = what + " is held by " + base::EscapeForTerminal(holder.user) + "@" +
                     base::EscapeForTerminal(holder.host) + ", pid " + std::to_string(holder.pid) +
                     ", since " + base::EscapeForTerminal(holder.acquired_at) + "\n";
  text += "  command: " + base::EscapeForTerminal(holder.command, 400) + "\n";
  text += "  runs in: " + base::EscapeForTerminal(holder.run_directory, 400) + "\n";
  return text;
}

}  // namespace

ExitCode RunLock(const LockCommand& command) {
  const bool named = !command.target.target.empty();
  auto target = ResolveTarget(command.target, named ? KeyNeed::kOptional : KeyNeed::kNeeded);
  if (!target) return Refuse(target.error());
  const std::string path = journal::LockPath(target->endpoint, target->name);
  auto state = journal::InspectRunLock(path);
  if (!state) return Refuse(state.error());
  const bool quiet = command.common.output.quiet;
  const std::string text =
      command.common.output.json ? Json(*target, *state, path) : Text(*target, *state);
  if (!quiet && !PrintResult(text)) return ExitCode::kFatal;
  if (command.action == LockCommand::Action::kStatus) return ExitCode::kDone;
  return state->held ? ExitCode::kLocked : ExitCode::kDone;
}

}  // namespace rehome::cli
