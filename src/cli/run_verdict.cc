#include "cli/run_verdict.h"

#include <utility>

#include "base/file.h"
#include "cli/live_summary.h"
#include "cli/run_report.h"
#include "report/render.h"
#include "report/verification_line.h"

namespace rehome::cli {

base::Status WriteSummary(const journal::RunDirectory& run, const report::Summary& summary) {
  return base::ReplaceFile(run.summary_path(), report::RenderJson(summary) + "\n");
}

base::Status WriteUndecided(const journal::RunDirectory& run, report::Summary summary) {
  model::Verification undecided;
  undecided.state = model::VerificationState::kIncomplete;
  undecided.why_incomplete = "it has not come to its end";
  report::AddVerification(summary, undecided, {});
  RETURN_IF_ERROR(WriteSummary(run, summary));
  RETURN_IF_ERROR(WriteReportWithoutRows(run, summary));
  return AmendStatus(run, summary, "");
}

base::Status WriteVerdict(const journal::RunDirectory& run, const report::Summary& summary,
                          journal::JournalReader& journal) {
  RETURN_IF_ERROR(WriteSummary(run, summary));
  RETURN_IF_ERROR(WriteReport(run, summary, journal));
  return run.WriteFacts(summary.run);
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
