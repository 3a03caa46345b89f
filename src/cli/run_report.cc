#include "cli/run_report.h"

#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "cli/run_options.h"
#include "report/html_report.h"

namespace rehome::cli {

base::Result<csv::ColumnOptions> ColumnsOf(const journal::RunFacts& facts) {
  return ColumnOptionsOf(DecodeRunOptions(facts.options).input);
}

base::Status WriteReport(const journal::RunDirectory& run, const report::Summary& summary,
                         journal::JournalReader& journal) {
  auto columns = ColumnsOf(summary.run);
  if (!columns) return columns.error();
  return report::WriteHtmlReport(
      run.report_path(),
      {.summary = summary, .journal = &journal, .columns = *std::move(columns), .masking = {}});
}

base::Status WriteReportWithoutRows(const journal::RunDirectory& run,
                                    const report::Summary& summary) {
  return report::WriteHtmlReport(
      run.report_path(), {.summary = summary, .journal = nullptr, .columns = {}, .masking = {}});
}

void WriteFirstReport(const journal::RunDirectory& run, const report::Summary& summary) {
  std::string page;
  const report::HtmlReportInputs inputs{
      .summary = summary, .journal = nullptr, .columns = {}, .masking = {}};
  const base::Status rendered = report::RenderHtml(inputs, [&page](std::string_view piece) {
    page += piece;
    return base::Status();
  });
  if (!rendered) return;
  const base::Status ignored = base::ReplaceFileUnsynced(run.report_path(), page);
  static_cast<void>(ignored);
}

}  // namespace rehome::cli
