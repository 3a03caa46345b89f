#include "cli/run_verdict.h"

#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/live_summary.h"
#include "cli/run_report.h"
#include "report/render.h"
#include "report/verification_line.h"

namespace rehome::cli {
namespace {

// A page of before is worse than none: it tells of an end that the run has not come to.
base::Status OrNoReport(const journal::RunDirectory& run, base::Status written) {
  if (written) return {};
  const base::Status ignored = base::RemoveFile(run.report_path());
  static_cast<void>(ignored);
  return written;
}

}  // namespace

base::Status WriteSummary(const journal::RunDirectory& run, const report::Summary& summary) {
  return base::ReplaceFile(run.summary_path(), report::RenderJson(summary) + "\n");
}

base::Status WriteUndecided(const journal::RunDirectory& run, report::Summary summary) {
  model::Verification undecided;
  undecided.state = model::VerificationState::kIncomplete;
  undecided.why_incomplete = "it has not come to its end";
  report::AddVerification(summary, undecided, {});
  RETURN_IF_ERROR(WriteSummary(run, summary));
  // The verdict tells whether there is a page.
  const base::Status ignored = OrNoReport(run, WriteReportWithoutRows(run, summary));
  static_cast<void>(ignored);
  return AmendStatus(run, summary, "");
}

base::Result<std::string> WriteVerdict(const journal::RunDirectory& run,
                                       const report::Summary& summary,
                                       journal::JournalReader& journal) {
  RETURN_IF_ERROR(WriteSummary(run, summary));
  const base::Status page = OrNoReport(run, WriteReport(run, summary, journal));
  RETURN_IF_ERROR(run.WriteFacts(summary.run));
  if (page) return std::string();
  return "report.html could not be written: " +
         base::EscapeForTerminal(page.error().message, 4096) +
         "; all else is; make the page with: rehome report " + run.argument() +
         " --format html -o FILE";
}

base::Status AmendStatus(const journal::RunDirectory& run, const report::Summary& summary,
                         std::string_view phase) {
  const auto text = base::ReadWholeFile(run.status_path());
  auto status = text ? DecodeStatus(*text) : base::Result<StatusSnapshot>(text.error());
  // Without one there is nothing that could say something wrong.
  if (!status) return {};
  status->summary = summary;
  if (!phase.empty()) status->phase = phase;
  return base::ReplaceFile(run.status_path(), EncodeStatus(*status));
}

}  // namespace rehome::cli
