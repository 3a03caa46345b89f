#include "cli/option_groups.h"

namespace rehome::cli {

void AddReportOptions(OpenCommand& command, ReportCommand& report) {
  Section section(command, "Options");
  section.Choice("--format", report.format, {"text", "json", "html"}, "text, json or html [text]");
  section.Value("-o,--output", report.output, "FILE", "write it there instead of stdout");
  section.Flag("--share", report.share, "of html or json: personal values as salted hashes");
  section.Value("--spreadsheet-safe", report.spreadsheet_safe, "DIR",
                "copy the row files there, without what a spreadsheet runs");
  AddRunsDir(command, report.common);
  AddOutput(command, report.common, "the same as --format json");
}

void AddStatusOptions(OpenCommand& command, StatusCommand& status) {
  Section(command, "Options").Flag("--watch", status.watch, "show it every second until it ends");
  AddRunsDir(command, status.common);
  AddOutput(command, status.common, "as a line of JSON");
}

}  // namespace rehome::cli
