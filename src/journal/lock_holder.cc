#include "journal/lock_holder.h"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/text.h"
#include "journal/process_stat.h"
#include "json/value.h"
#include "json/writer.h"

namespace rehome::journal {
namespace {

std::string BootId() {
  const auto text = base::ReadWholeFile("/proc/sys/kernel/random/boot_id", 1 << 10);
  return text ? std::string(base::Trim(*text)) : std::string();
}

std::string PidNamespace() {
  std::error_code error;
  return std::filesystem::read_symlink("/proc/self/ns/pid", error).string();
}

std::string HostName() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) return "unknown host";
  return name.data();
}

std::string_view Words(HolderLife life) {
  switch (life) {
    case HolderLife::kRunning:
      return "running";
    case HolderLife::kSuspended:
      return "suspended: it is stopped (T), and still has the lock";
    case HolderLife::kNotSeen:
      return "not seen from here; a process it started may hold the lock";
    case HolderLife::kElsewhere:
      return "in another container";
  }
  return {};
}

// What can be done about a holder. One that is suspended would send on when it wakes up, so it is
// never passed over.
std::string WhatNow(const std::optional<LockHolder>& holder) {
  if (holder && LifeOf(*holder) == HolderLife::kSuspended) {
    const std::string pid = std::to_string(holder->pid);
    return "what now: let it go on with `kill -CONT " + pid + "`, or end it in order with `kill " +
           pid + "; kill -CONT " + pid + "` (it can be resumed)\n";
  }
  const std::string status = holder && !holder->run_id.empty()
                                 ? "`rehome status " + base::EscapeForTerminal(holder->run_id) + "`"
                                 : "`rehome lock status`";
  return "what now: wait for it with `--wait 10m`, look at it with " + status +
         ", or stop it (it can be resumed)\n";
}

std::string SinceWords(const std::string& acquired_at, base::WallTime now) {
  const base::WallTime since = base::ParseIso8601(acquired_at);
  std::string words = base::EscapeForTerminal(acquired_at);
  if (since.time_since_epoch().count() < 0 || now < since) return words;
  return words + " (" + base::FormatDuration(now - since) + " ago)";
}

std::string HolderLines(const LockHolder& holder, base::WallTime now) {
  const auto line = [](std::string_view label, const std::string& value) {
    return value.empty() ? std::string() : "  " + std::string(label) + value + "\n";
  };
  const auto safe = [](const std::string& text) { return base::EscapeForTerminal(text); };
  const std::string in = holder.run_directory.empty() ? "" : " in " + safe(holder.run_directory);
  return line("holder:  ", safe(holder.user) + "@" + safe(holder.host) + ", pid " +
                               std::to_string(holder.pid) + " (" +
                               std::string(Words(LifeOf(holder))) + ")") +
         line("command: ", safe(holder.command)) +
         line("run:     ", holder.run_id.empty() ? "" : safe(holder.run_id) + in) +
         line("since:   ", SinceWords(holder.acquired_at, now));
}

}  // namespace

LockHolder DescribeThisProcess() {
  LockHolder self;
  self.host = HostName();
  self.user = UserNameOf(geteuid());
  self.pid = getpid();
  self.boot_id = BootId();
  self.pid_namespace = PidNamespace();
  if (const auto stat = ReadProcessStat(self.pid)) self.start_ticks = stat->start_ticks;
  return self;
}

HolderLife LifeOf(const LockHolder& holder) {
  // Another boot id while the lock is held means that the file came from elsewhere.
  if (holder.boot_id != BootId() || holder.pid_namespace != PidNamespace()) {
    return HolderLife::kElsewhere;
  }
  const auto stat = ReadProcessStat(holder.pid);
  if (!stat || stat->start_ticks != holder.start_ticks) return HolderLife::kNotSeen;
  return stat->suspended() ? HolderLife::kSuspended : HolderLife::kRunning;
}

std::string_view NameOf(HolderLife life) {
  switch (life) {
    case HolderLife::kRunning:
      return "running";
    case HolderLife::kSuspended:
      return "suspended";
    case HolderLife::kNotSeen:
      return "not_seen";
    case HolderLife::kElsewhere:
      return "elsewhere";
  }
  return {};
}

std::string EncodeLockHolder(const LockHolder& holder) {
  json::Writer writer;
  writer.BeginObject()
      .Field("run_id", holder.run_id)
      .Field("host", holder.host)
      .Field("user", holder.user)
      .Field("pid", holder.pid)
      .Field("command", holder.command)
      .Field("run_directory", holder.run_directory)
      .Field("file", holder.file)
      .Field("acquired_at", holder.acquired_at)
      .Field("boot_id", holder.boot_id)
      .Field("pid_namespace", holder.pid_namespace)
      .Field("start_ticks", holder.start_ticks)
      .EndObject();
  return writer.Take() + "\n";
}

std::optional<LockHolder> DecodeLockHolder(std::string_view text) {
  const auto document = json::Parse(text);
  if (!document || !document->is_object()) return std::nullopt;
  const auto number = [&](std::string_view key) {
    const json::Value* value = document->Find(key);
    return value == nullptr ? 0 : value->AsInt().value_or(0);
  };
  LockHolder holder;
  holder.run_id = document->StringAt("run_id");
  holder.host = document->StringAt("host");
  holder.user = document->StringAt("user");
  holder.pid = number("pid");
  holder.command = document->StringAt("command");
  holder.run_directory = document->StringAt("run_directory");
  holder.file = document->StringAt("file");
  holder.acquired_at = document->StringAt("acquired_at");
  holder.boot_id = document->StringAt("boot_id");
  holder.pid_namespace = document->StringAt("pid_namespace");
  holder.start_ticks = number("start_ticks");
  if (holder.pid <= 0) return std::nullopt;
  return holder;
}

std::string LockedMessage(const std::string& target_name, const std::string& lock_path,
                          const std::optional<LockHolder>& holder, base::WallTime now) {
  return "target \"" + base::EscapeForTerminal(target_name) +
         "\" is locked: another run is working on it, so nothing was sent\n" +
         (holder ? HolderLines(*holder, now)
                 : "  holder:  unknown (it left no name in " + lock_path + ")\n") +
         "why: two imports at once can be given each other's cached answers, and both would create "
         "the same organizations and users (docs/parallel-runs.md)\n" +
         WhatNow(holder) + "a holder that crashed blocks nobody: its lock ended with its process";
}

}  // namespace rehome::journal
