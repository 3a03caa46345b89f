#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "cli/live_summary.h"
#include "journal/run_directory.h"

namespace rehome::cli {

/// What can be said of a run without disturbing it.
struct RunView {
  journal::RunDirectory directory{""};
  journal::RunFacts facts;
  bool live = false;  ///< a process holds the target's lock for this run
  /// The last snapshot, if it can be read. Its phase is `kStarting` when it is an earlier
  /// process's: the one that lives has not written any.
  std::optional<StatusSnapshot> status;
};

/// A live run writes its status every second; older than this, something is wrong with it.
inline constexpr base::Duration kHeartbeatLate = std::chrono::seconds(10);

/// How long ago the snapshot was made, in real time.
base::Duration AgeOf(const StatusSnapshot& status);

/// Whether the process that wrote the snapshot is alive and its heart beats.
bool Beats(const StatusSnapshot& status);

/// Reads run.json, status.json and the lock's information. Never blocks or takes the lock.
base::Result<RunView> ViewRun(const journal::RunDirectory& run);

/// `running`, `dead (resume it)`, or the state in which it ended.
std::string StateText(const RunView& view);

}  // namespace rehome::cli
