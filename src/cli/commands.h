#pragma once

#include "cli/exit_code.h"
#include "cli/options.h"

namespace rehome::cli {

/// Each runs one command to its end: results on stdout, everything else on stderr.
ExitCode RunImport(const ImportCommand& command);
ExitCode RunResume(const ResumeCommand& command);
ExitCode RunRetry(const RetryCommand& command);
ExitCode RunVerify(const VerifyCommand& command);
ExitCode RunValidate(const ValidateCommand& command);
ExitCode RunReport(const ReportCommand& command);
ExitCode RunExplain(const ExplainCommand& command);
ExitCode RunRuns(const RunsCommand& command);
ExitCode RunStatus(const StatusCommand& command);
ExitCode RunCtl(const CtlCommand& command);
ExitCode RunLock(const LockCommand& command);
/// `lock release`, for RunLock; and of the lock on the target.
ExitCode RunLockRelease(const LockCommand& command);
ExitCode RunTargetLockRelease(const LockCommand& command);
ExitCode RunSandbox(const SandboxCommand& command);
ExitCode RunRehearse(const RehearseCommand& command);
ExitCode RunCompletion(const CompletionCommand& command);
ExitCode RunMan(const ManCommand& command);

}  // namespace rehome::cli
