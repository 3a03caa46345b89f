#include <chrono>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/refused_import.h"
#include "cli/run_end.h"
#include "cli/run_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "report/render.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

// Two reports of one run take turns; whoever has the journal for longer is a run.
constexpr base::Duration kPatience = std::chrono::milliseconds(500);

report::Summary FromSnapshot(StatusSnapshot snapshot, const std::string& why) {
  PrintLine(why + "; as of " + base::FormatIso8601(snapshot.as_of));
  return std::move(snapshot.summary);
}

// From the journal, which has one owner: while a run lives its snapshot has to do.
base::Result<report::Summary> SummaryOf(RunView view) {
  constexpr const char* kLive = "the run is going on";
  if (view.live && view.status) return FromSnapshot(*std::move(view.status), kLive);
  auto read = ReadSummary(view.directory, view.facts, kPatience);
  if (read) {
    if (read->run.state == "running" && !view.live) read->run.state = "dead";
    return read;
  }
  if (read.error().code != base::ErrorCode::kLocked) return read;
  // Since we looked somebody took it: a resume, or a long report.
  auto now = ViewRun(view.directory);
  if (!now || !now->status) return read;
  return FromSnapshot(*std::move(now->status),
                      now->live ? kLive : "the journal is in use just now");
}

}  // namespace

ExitCode RunReport(const ReportCommand& command) {
  const journal::RunStore store(RunsDirectoryOf(command.common));
  auto run = store.Find(command.run);
  if (!run) return Refuse(run.error());
  auto view = ViewRun(*run);
  if (!view) return Refuse(view.error());
  const bool quiet = command.common.output.quiet;
  if (journal::WasRefused(view->facts)) return Refuse(NotBegun(view->facts));
  if (command.run.empty() && !quiet) PrintLine("the latest run is " + view->facts.run_id);
  auto read = SummaryOf(*std::move(view));
  if (!read) return Refuse(read.error());
  const report::Summary& summary = *read;
  const bool json = command.format == "json" || command.common.output.json;
  const std::string text =
      json ? report::RenderJson(summary) + "\n"
           : report::RenderText(summary, command.output.empty() ? TerminalColumns() : 100);
  if (!command.output.empty()) {
    const base::Status written = base::WriteWhereNamed(command.output, text);
    if (!written) return Refuse(written.error());
    return ExitCode::kDone;
  }
  if (!PrintResult(text)) {
    PrintError({base::ErrorCode::kIo, "the report could not be written to stdout"});
    return ExitCode::kFatal;
  }
  return ExitCode::kDone;
}

}  // namespace rehome::cli
