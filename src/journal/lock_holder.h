#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace rehome::journal {

/// Who holds a target, as its lock file says. Information for people, never for the decision.
struct LockHolder {
  std::string run_id;
  std::string host;
  std::string user;
  std::int64_t pid = 0;
  std::string command;  ///< as typed, no secrets
  std::string run_directory;
  std::string file;         ///< absolute path of what it imports
  std::string acquired_at;  ///< ISO 8601
  // What tells this process from a later one with its pid, or one in another container.
  std::string boot_id;
  std::string pid_namespace;
  std::int64_t start_ticks = 0;  ///< since boot, field 22 of /proc/PID/stat
};

/// The fields that describe the calling process: host, user, pid, boot, pid namespace, start.
LockHolder DescribeThisProcess();

/// Whether the process of a holder runs, as far as it can be seen from here.
enum class HolderLife { kRunning, kSuspended, kNotSeen, kElsewhere };
HolderLife LifeOf(const LockHolder& holder);
/// `running`, `suspended`, `not_seen` or `elsewhere`.
std::string_view NameOf(HolderLife life);

std::string EncodeLockHolder(const LockHolder& holder);
/// Nothing when the text is empty, torn or not ours.
std::optional<LockHolder> DecodeLockHolder(std::string_view text);

/// The whole message for the user of a refused command, several lines: what, who, since when, why,
/// what now. Values of the holder are escaped.
std::string LockedMessage(const std::string& target_name, const std::string& lock_path,
                          const std::optional<LockHolder>& holder, base::WallTime now);

}  // namespace rehome::journal
