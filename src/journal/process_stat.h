#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace rehome::journal {

/// What everybody may know of a process of this machine and pid namespace.
struct ProcessStat {
  char state = '?';              ///< as in /proc/PID/stat: R, S, T (stopped), Z …
  std::int64_t start_ticks = 0;  ///< since boot: tells it from a later one with its pid
  bool suspended() const { return state == 'T' || state == 't'; }
};

/// Nothing when there is none that can be seen. One that ended and was not waited for (a zombie)
/// holds nothing, so it counts as gone.
std::optional<ProcessStat> ReadProcessStat(std::int64_t pid);

/// When a process with these ticks started; nothing when the time of the boot cannot be read.
std::optional<base::WallTime> StartOf(const ProcessStat& stat);

/// Whose this file or folder is, by uid.
base::Result<unsigned> OwnerOf(const std::string& path);

/// The name of a user of this machine, or `uid N`.
std::string UserNameOf(unsigned uid);

}  // namespace rehome::journal
