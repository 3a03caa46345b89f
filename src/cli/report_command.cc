#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/refused_import.h"
#include "cli/run_end.h"
#include "cli/run_report.h"
#include "cli/run_view.h"
#include "cli/session.h"
#include "cli/spreadsheet_copies.h"
#include "cli/terminal.h"
#include "report/html_report.h"
#include "report/masking.h"
#include "report/render.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

// Two reports of one run take turns; whoever has the journal for longer is a run.
constexpr base::Duration kPatience = std::chrono::milliseconds(500);

// What a report is made from: a snapshot has no journal.
struct Source {
  report::Summary summary;
  std::unique_ptr<journal::JournalReader> journal;
};

Source FromSnapshot(StatusSnapshot snapshot, const std::string& why) {
  PrintLine(why + "; as of " + base::FormatIso8601(snapshot.as_of));
  return {std::move(snapshot.summary), nullptr};
}

base::Result<Source> FromJournal(const RunView& view) {
  auto journal = journal::OpenJournalReader(view.directory.journal_path(), kPatience);
  if (!journal) return journal.error();
  auto summary = ReadSummary(view.directory, view.facts, **journal);
  if (!summary) return summary.error();
  if (summary->run.state == "running" && !view.live) summary->run.state = "dead";
  return Source{*std::move(summary), *std::move(journal)};
}

// From the journal, which has one owner: while a run lives its snapshot has to do.
base::Result<Source> SourceOf(RunView view) {
  constexpr const char* kLive = "the run is going on";
  if (view.live && view.status) return FromSnapshot(*std::move(view.status), kLive);
  auto read = FromJournal(view);
  if (read || read.error().code != base::ErrorCode::kLocked) return read;
  // Since we looked somebody took it: a resume, or a long report.
  auto now = ViewRun(view.directory);
  if (!now || !now->status) return read;
  return FromSnapshot(*std::move(now->status),
                      now->live ? kLive : "the journal is in use just now");
}

base::Status ToStdout(std::string_view text) {
  if (PrintResult(text)) return {};
  return base::Error{base::ErrorCode::kIo, "the report could not be written to stdout"};
}

base::Status WritePage(const Source& source, const report::Masking& masking,
                       const std::string& output) {
  auto columns = ColumnsOf(source.summary.run);
  if (!columns) return columns.error();
  const report::HtmlReportInputs inputs{.summary = source.summary,
                                        .journal = source.journal.get(),
                                        .columns = *std::move(columns),
                                        .masking = masking};
  if (output.empty()) return report::RenderHtml(inputs, &ToStdout);
  if (const auto path = base::ReplaceablePath(output)) {
    return report::WriteHtmlReport(*path, inputs);
  }
  std::string page;
  RETURN_IF_ERROR(report::RenderHtml(inputs, [&page](std::string_view piece) {
    page += piece;
    return base::Status();
  }));
  return base::WriteWhereNamed(output, page);
}

base::Status WriteText(const report::Summary& summary, bool json, const std::string& output) {
  const std::string text =
      json ? report::RenderJson(summary) + "\n"
           : report::RenderText(summary, output.empty() ? TerminalColumns() : 100);
  return output.empty() ? ToStdout(text) : base::WriteWhereNamed(output, text);
}

}  // namespace

ExitCode RunReport(const ReportCommand& command) {
  const bool html = command.format == "html";
  const bool json = command.format == "json" || (command.common.output.json && !html);
  if (command.share && !html && !json) {
    return Refuse({base::ErrorCode::kUsage,
                   "--share is for a report in a file: add --format html or --format json"});
  }
  const journal::RunStore store(RunsDirectoryOf(command.common));
  auto run = store.Find(command.run);
  if (!run) return Refuse(run.error());
  auto view = ViewRun(*run);
  if (!view) return Refuse(view.error());
  const bool quiet = command.common.output.quiet;
  if (journal::WasRefused(view->facts)) return Refuse(NotBegun(view->facts));
  if (command.run.empty() && !quiet) PrintLine("the latest run is " + view->facts.run_id);
  auto source = SourceOf(*std::move(view));
  if (!source) return Refuse(source.error());
  if (!command.spreadsheet_safe.empty()) {
    const auto note = WriteSpreadsheetCopies(*run, source->summary.run, source->journal.get(),
                                             command.spreadsheet_safe);
    if (!note) return Refuse(note.error());
    if (!note->empty() && !quiet) PrintLine("row files: " + *note);
  }
  const report::Masking masking = command.share ? report::Masking::Random() : report::Masking();
  if (!html) {
    // Whoever reads stdout may take long, and others want the journal.
    source->journal.reset();
    const auto written = WriteText(masking.Of(source->summary), json, command.output);
    if (written) return ExitCode::kDone;
    PrintError(written.error());
    return command.output.empty() ? ExitCode::kFatal : ExitCodeOf(written.error().code);
  }
  if (const auto written = WritePage(*source, masking, command.output); !written) {
    PrintError(written.error());
    return command.output.empty() ? ExitCode::kFatal : ExitCodeOf(written.error().code);
  }
  return ExitCode::kDone;
}

}  // namespace rehome::cli
