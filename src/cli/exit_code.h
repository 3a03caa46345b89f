#pragma once

#include "base/result.h"

namespace rehome::cli {

/// What the process ends with (docs/exit-codes.md).
enum class ExitCode {
  kDone = 0,          ///< all done, nothing failed
  kRowsFailed = 1,    ///< completed; some rows rejected, failed or parked; problems found
  kRefused = 2,       ///< usage, configuration or input refused; nothing was written
  kStopped = 3,       ///< stopped by a safety limit; resumable
  kFatal = 4,         ///< fatal; resumable
  kVerification = 5,  ///< verification found something
  kLocked = 75,       ///< the target is locked by another run
  kInterrupted = 130,
  kTerminated = 143,
};

inline int ToInt(ExitCode code) { return static_cast<int>(code); }

/// The exit code for an operation that failed with `code`.
ExitCode ExitCodeOf(base::ErrorCode code);

/// The same while a new run is prepared under the target's lock: what is locked then is a file of
/// ours, where locks do not work, and not the target.
ExitCode ExitCodeOfPreparing(base::ErrorCode code);

}  // namespace rehome::cli
