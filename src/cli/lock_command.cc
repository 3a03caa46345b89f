#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/lock_text.h"
#include "cli/run_options.h"
#include "cli/target.h"
#include "cli/target_lock.h"
#include "cli/terminal.h"
#include "journal/rehome_processes.h"
#include "journal/run_lock.h"
#include "json/writer.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

// Whether the process here that has the holder's number is the holder, and no stranger.
bool IsSeen(const journal::LockHolder& holder) {
  switch (journal::LifeOf(holder)) {
    case journal::HolderLife::kRunning:
    case journal::HolderLife::kSuspended:
      return true;
    case journal::HolderLife::kNotSeen:
    case journal::HolderLife::kElsewhere:
      return false;
  }
  return false;
}

// What else could send to this target, were it given another --target or no lock: all others on
// this machine but the holder, who is named already.
std::vector<journal::RehomeProcess> OthersThan(const journal::LockState& state) {
  std::vector<journal::RehomeProcess> others = journal::OtherRehomeProcesses();
  if (state.held && state.holder && IsSeen(*state.holder)) {
    std::erase_if(others, [&](const auto& other) { return other.pid == state.holder->pid; });
  }
  return others;
}

void WriteOthers(json::Writer& writer, const std::vector<journal::RehomeProcess>& others) {
  writer.Key("other_processes").BeginArray();
  for (const journal::RehomeProcess& other : others) {
    writer.BeginObject()
        .Field("pid", other.pid)
        .Field("user", other.user)
        .Field("command", other.command)
        .Field("started_at", other.started_at)
        .Field("suspended", other.suspended)
        .EndObject();
  }
  writer.EndArray();
}

/// The lock on the target itself, if it was asked about.
using OnTarget = std::optional<std::optional<pipeline::LeaseNote>>;

bool IsHeld(const OnTarget& on_target) { return on_target && on_target->has_value(); }

base::Result<OnTarget> LookOnTarget(const LockCommand& command, const Target& target) {
  if (command.coordinator != kOnTarget) return OnTarget();
  const base::SystemClock clock(command.common.clock_rate);
  auto protocol = MakeLeaseProtocol(target, clock);
  if (!protocol) return protocol.error();
  auto found = (*protocol)->Find();
  if (!found) return found.error();
  return OnTarget(*std::move(found));
}

void WriteOnTarget(json::Writer& writer, const std::optional<pipeline::LeaseNote>& note) {
  writer.Key("on_target").BeginObject().Field("held", note.has_value());
  if (note) {
    writer.Field("organization", note->organization_id);
    WriteHolder(writer, *note);
  }
  writer.EndObject();
}

std::string OnTargetText(const std::optional<pipeline::LeaseNote>& note) {
  if (!note) return "the lock on the target is free\n";
  return "the lock on the target (organization " + base::EscapeForTerminal(note->organization_id) +
         ") is held by " + HolderText(*note) +
         (note->holder.run_id.empty() ? ""
                                      : ", run " + base::EscapeForTerminal(note->holder.run_id)) +
         (pipeline::IsOrphaned(*note) ? "; that process is gone, and the next import here takes it"
                                      : "") +
         "\n";
}

std::string Json(const Target& target, const journal::LockState& state, const std::string& path,
                 const OnTarget& on_target, const std::vector<journal::RehomeProcess>& others) {
  json::Writer writer;
  writer.BeginObject()
      .Field("target", target.name)
      .Field("endpoint", target.endpoint)
      .Field("held", state.held)
      .Field("lock_file", path);
  if (state.held && state.holder) WriteHolder(writer, *state.holder);
  if (on_target) WriteOnTarget(writer, *on_target);
  WriteOthers(writer, others);
  writer.EndObject();
  return writer.Take() + "\n";
}

std::string Text(const Target& target, const journal::LockState& state) {
  const std::string what = "target " + base::EscapeForTerminal(target.name) + " at " +
                           base::EscapeForTerminal(target.endpoint);
  if (!state.held) return what + " is free\n";
  if (!state.holder) return what + " is held; its lock file does not say by whom\n";
  const journal::LockHolder& holder = *state.holder;
  std::string text = what + " is held by " + HolderText(holder) + "\n";
  text += "  command: " + base::EscapeForTerminal(holder.command, 400) + "\n";
  text += "  runs in: " + base::EscapeForTerminal(holder.run_directory, 400) + "\n";
  return text;
}

void WarnOf(const std::vector<journal::RehomeProcess>& others) {
  for (const journal::RehomeProcess& other : others) {
    PrintLine("warning: rehome is also at work as pid " + std::to_string(other.pid) + " of " +
              base::EscapeForTerminal(other.user) + (other.suspended ? ", suspended (T)" : "") +
              (other.started_at.empty() ? "" : ", since " + other.started_at) + ": " +
              base::EscapeForTerminal(other.command, 400));
  }
  if (others.empty()) return;
  PrintLine(
      "this lock does not cover them; make sure that none of them is for this target under "
      "another --target (docs/parallel-runs.md)");
}

}  // namespace

ExitCode RunLock(const LockCommand& command) {
  const bool asks_target = command.coordinator == kOnTarget;
  if (command.action == LockCommand::Action::kRelease) {
    return asks_target ? RunTargetLockRelease(command) : RunLockRelease(command);
  }
  const bool named = !command.target.target.empty() && !asks_target;
  auto target = ResolveTarget(command.target, named ? KeyNeed::kOptional : KeyNeed::kNeeded);
  if (!target) return Refuse(target.error());
  if (auto rate = CheckClockRate(command.common.clock_rate, target->endpoint); !rate) {
    return Refuse(rate.error());
  }
  const std::string path = journal::LockPath(target->endpoint, target->name);
  auto state = journal::InspectRunLock(path);
  if (!state) return Refuse(state.error());
  const auto on_target = LookOnTarget(command, *target);
  if (!on_target) return Refuse(on_target.error());
  const bool quiet = command.common.output.quiet;
  if (!quiet) {
    const auto others = OthersThan(*state);
    const bool json = command.common.output.json;
    std::string text =
        json ? Json(*target, *state, path, *on_target, others) : Text(*target, *state);
    if (!json && *on_target) text += OnTargetText(**on_target);
    if (!PrintResult(text)) return ExitCode::kFatal;
    if (!json) WarnOf(others);
  }
  if (command.action == LockCommand::Action::kStatus) return ExitCode::kDone;
  return state->held || IsHeld(*on_target) ? ExitCode::kLocked : ExitCode::kDone;
}

}  // namespace rehome::cli
