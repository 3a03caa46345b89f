#pragma once

#include <chrono>
#include <optional>

#include "cli/exit_code.h"

namespace rehome::cli {

/// Has SIGINT and SIGTERM wait to be asked for, and SIGHUP ignored, in this thread and every one it
/// starts. Call before any thread is started.
void HoldSignals();
/// SIGINT and SIGTERM end the process again, also one that is waiting already.
void ReleaseSignals();
/// The signal that arrives within `real` time, if one does.
std::optional<int> WaitForSignal(std::chrono::milliseconds real);
/// Takes what came while signals were held and nobody asked: it came when all was done, and must
/// not end the process with another code than was told.
void ForgetSignals();
/// Ends the process at once by this signal's default action.
[[noreturn]] void DieBySignal(int signal);
/// Dies by SIGINT or SIGTERM when that is what the exit code says, so that a calling shell knows.
void DieBySignalIfAny(ExitCode code);

}  // namespace rehome::cli
