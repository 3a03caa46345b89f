#include <fcntl.h>
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <variant>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/signals.h"
#include "cli/terminal.h"

namespace rehome::cli {
namespace {

ExitCode Run(const Command& command) {
  struct Runner {
    ExitCode operator()(const ImportCommand& c) const { return RunImport(c); }
    ExitCode operator()(const ResumeCommand& c) const { return RunResume(c); }
    ExitCode operator()(const RetryCommand& c) const { return RunRetry(c); }
    ExitCode operator()(const VerifyCommand& c) const { return RunVerify(c); }
    ExitCode operator()(const ValidateCommand& c) const { return RunValidate(c); }
    ExitCode operator()(const ReportCommand& c) const { return RunReport(c); }
    ExitCode operator()(const ExplainCommand& c) const { return RunExplain(c); }
    ExitCode operator()(const RunsCommand& c) const { return RunRuns(c); }
    ExitCode operator()(const StatusCommand& c) const { return RunStatus(c); }
    ExitCode operator()(const CtlCommand& c) const { return RunCtl(c); }
    ExitCode operator()(const LockCommand& c) const { return RunLock(c); }
    ExitCode operator()(const SandboxCommand& c) const { return RunSandbox(c); }
    ExitCode operator()(const RehearseCommand& c) const { return RunRehearse(c); }
    ExitCode operator()(const CompletionCommand& c) const { return RunCompletion(c); }
    ExitCode operator()(const ManCommand& c) const { return RunMan(c); }
  };
  return std::visit(Runner{}, command);
}

}  // namespace

int Main(int argc, const char* const* argv) {
  const auto parsed = ParseCommandLine(argc, argv);
  if (!parsed) {
    PrintError(parsed.error());
    return ToInt(ExitCodeOf(parsed.error().code));
  }
  if (const auto* text = std::get_if<std::string>(&parsed->result)) {
    return PrintResult(*text) ? ToInt(ExitCode::kDone) : ToInt(ExitCode::kFatal);
  }
  const ExitCode code = Run(std::get<Command>(parsed->result));
  DieBySignalIfAny(code);
  return ToInt(code);
}

}  // namespace rehome::cli

int main(int argc, char** argv) {
  // Where a standard stream is closed, the next file would take its number, and what is printed
  // would go into that: the lock, the journal.
  int spare = open("/dev/null", O_RDWR);  // NOLINT(android-cloexec-open): it stays one of the three
  while (spare >= 0 && spare <= STDERR_FILENO) spare = dup(spare);
  if (spare > STDERR_FILENO) close(spare);
  // Nothing that a secret may be in can be read by others: files, core dumps, debuggers.
  umask(077);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  // A connection each for many rows in flight, files, and the event loop's own.
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  std::signal(SIGPIPE, SIG_IGN);
  // Rows are made in one thread and end in another: with an arena for each thread, what is freed
  // lies where nobody allocates (5 MB more at 1,000 rows in flight).
  mallopt(M_ARENA_MAX, 1);
  return rehome::cli::Main(argc, argv);
}
