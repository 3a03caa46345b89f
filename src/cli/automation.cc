#include "cli/automation.h"

#include <string>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/finish_hook.h"
#include "cli/terminal.h"

namespace rehome::cli {
namespace {

std::string CannotBeWritten(const base::Error& error) {
  return "the metrics cannot be written: " + base::EscapeForTerminal(error.message, 4096);
}

FinishHook HookOf(const Session& session, const journal::RunDirectory& run, ExitCode code) {
  FinishHook hook;
  hook.command = session.on_finish;
  hook.secret = session.target.api_key.Reveal();
  const std::string directory = base::AbsolutePath(run.path());
  hook.variables = {{"REHOME_RUN_ID", run.run_id()},
                    {"REHOME_EXIT_CODE", std::to_string(ToInt(code))},
                    {"REHOME_RUN_DIRECTORY", directory},
                    {"REHOME_SUMMARY", directory + "/summary.json"},
                    {"REHOME_RUNS_DIR", base::AbsolutePath(RunsDirectoryOf(session.common))}};
  if (session.metrics) hook.variables.emplace_back("REHOME_METRICS", session.metrics->path());
  return hook;
}

}  // namespace

base::Status TakeAutomation(Session& session, const AutomationOptions& options) {
  session.on_finish = options.on_finish;
  if (options.metrics.empty()) return {};
  auto metrics = MetricsFile::Create(options.metrics);
  if (!metrics) return metrics.error();
  session.metrics = std::make_unique<MetricsFile>(*std::move(metrics));
  return {};
}

void TellProgress(const Session& session, const report::Summary& summary, EventLog& events,
                  const base::Clock& clock) {
  if (!session.metrics) return;
  const auto told = session.metrics->Update(summary, clock);
  if (!told) events.Say(CannotBeWritten(told.error()) + "; the run goes on");
}

void TellVerdict(const Session& session, const report::Summary& summary, ExitCode code,
                 const base::Clock& clock) {
  if (session.metrics) session.metrics->End(&summary, code, clock);
}

ExitCode EndAutomation(const Session& session, const journal::RunDirectory& run, ExitCode code,
                       EventLog& events, const base::Clock& clock) {
  if (session.metrics) {
    if (!session.metrics->ended()) session.metrics->End(nullptr, code, clock);
    if (!session.metrics->last()) PrintLine(CannotBeWritten(session.metrics->last().error()));
  }
  if (session.on_finish.empty()) return code;
  ReleaseLock(session, events);
  if (!session.common.output.quiet) PrintLine("running the command of --on-finish");
  if (const std::string failed = RunHook(HookOf(session, run, code), clock); !failed.empty()) {
    PrintLine("the command of --on-finish " + failed +
              "; this changes nothing for the run, which " + "ends with exit code " +
              std::to_string(ToInt(code)));
  }
  return code;
}

}  // namespace rehome::cli
