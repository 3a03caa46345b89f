#include <chrono>
#include <functional>
#include <memory>
#include <span>
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
  journal::RunDirectory run;
  report::Summary summary;
  std::unique_ptr<journal::JournalReader> journal;
};

Source FromSnapshot(RunView view, const std::string& why) {
  PrintLine(why + "; as of " + base::FormatIso8601(view.status->as_of));
  view.status->summary.run.argument = view.facts.argument;
  return {std::move(view.directory), std::move(view.status->summary), nullptr};
}

base::Result<Source> FromJournal(const RunView& view) {
  auto journal = journal::OpenJournalReader(view.directory.journal_path(), kPatience);
  if (!journal) return journal.error();
  auto summary = ReadSummary(view.directory, view.facts, **journal);
  if (!summary) return summary.error();
  if (summary->run.state == "running" && !view.live) summary->run.state = "dead";
  return Source{view.directory, *std::move(summary), *std::move(journal)};
}

// From the journal, which has one owner: while a run lives its snapshot has to do.
base::Result<Source> SourceOf(RunView view) {
  constexpr const char* kLive = "the run is going on";
  if (view.live && view.status) return FromSnapshot(std::move(view), kLive);
  auto read = FromJournal(view);
  if (read || read.error().code != base::ErrorCode::kLocked) return read;
  // Since we looked somebody took it: a resume, or a long report.
  auto now = ViewRun(view.directory);
  if (!now || !now->status) return read;
  const char* why = now->live ? kLive : "the journal is in use just now";
  return FromSnapshot(*std::move(now), why);
}

base::Status ToStdout(std::string_view text) {
  if (PrintResult(text)) return {};
  return base::Error{base::ErrorCode::kIo, "the report could not be written to stdout"};
}

// A page is made while the journal is open, and whoever reads it may take long.
class Spool {
 public:
  static base::Result<Spool> Create(const journal::RunDirectory& run) {
    auto file = base::CreateUnnamedFile(TemporaryDirectory());
    if (!file) file = base::CreateUnnamedFile(run.path());
    if (!file) return file.error();
    return Spool(*std::move(file));
  }
  base::Status Write(std::string_view piece) { return file_.Write(piece); }
  base::Status CopyTo(const std::function<base::Status(std::string_view)>& write) const {
    std::string block(64 << 10, '\0');
    for (std::int64_t offset = 0;;) {
      const auto got = file_.ReadAt(offset, std::span<char>(block));
      if (!got) return got.error();
      if (*got == 0) return {};
      RETURN_IF_ERROR(write(std::string_view(block).substr(0, *got)));
      offset += static_cast<std::int64_t>(*got);
    }
  }

 private:
  explicit Spool(base::File file) : file_(std::move(file)) {}
  base::File file_;
};

// To stdout, a pipe or a device: not before the journal is given back.
base::Status WriteSpooled(Source& source, const report::HtmlReportInputs& inputs,
                          const std::string& output) {
  auto spool = Spool::Create(source.run);
  if (!spool) return spool.error();
  RETURN_IF_ERROR(
      report::RenderHtml(inputs, [&](std::string_view piece) { return spool->Write(piece); }));
  source.journal.reset();
  if (output.empty()) return spool->CopyTo(&ToStdout);
  auto file = base::OpenToWriteInto(output);
  if (!file) return file.error();
  return spool->CopyTo([&](std::string_view piece) { return file->Write(piece); });
}

base::Status WritePage(Source& source, const report::Masking& masking, const std::string& output) {
  auto columns = ColumnsOf(source.summary.run);
  if (!columns) return columns.error();
  const report::HtmlReportInputs inputs{.summary = source.summary,
                                        .journal = source.journal.get(),
                                        .columns = *std::move(columns),
                                        .masking = masking};
  const auto path = output.empty() ? std::nullopt : base::ReplaceablePath(output);
  if (path) return report::WriteHtmlReport(*path, inputs);
  return WriteSpooled(source, inputs, output);
}

base::Status WriteText(Source& source, const report::Masking& masking, bool json,
                       const std::string& output) {
  // Whoever reads it may take long, and others want the journal.
  source.journal.reset();
  const report::Summary summary = masking.Of(source.summary);
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
  const journal::RunStore store = RunStoreOf(command.common);
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
    if (!quiet) {
      PrintLine("copies of the row files for a spreadsheet are in " +
                base::EscapeForTerminal(base::AbsolutePath(command.spreadsheet_safe), 400));
    }
  }
  const report::Masking masking = command.share ? report::Masking::Random() : report::Masking();
  const auto written = html ? WritePage(*source, masking, command.output)
                            : WriteText(*source, masking, json, command.output);
  if (written) return ExitCode::kDone;
  PrintError(written.error());
  return command.output.empty() ? ExitCode::kFatal : ExitCodeOf(written.error().code);
}

}  // namespace rehome::cli
