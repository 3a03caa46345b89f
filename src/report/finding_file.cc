#include "report/finding_file.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "csv/writer.h"
#include "model/reason.h"
#include "report/finding_groups.h"
#include "report/row_cells.h"
#include "report/stream_file.h"

namespace rehome::report {
namespace {

using model::EffectKind;
using model::VerificationFinding;

// The id of the object itself, when it is one of this kind; otherwise `of_membership`.
std::string IdOf(const VerificationFinding& finding, EffectKind kind,
                 const std::string& of_membership) {
  return finding.object == kind ? finding.target_id : of_membership;
}

// Gives the line of each of `rows`, which are ascending; 0 where the journal has none.
base::Result<std::vector<std::int64_t>> LinesOf(const std::vector<std::int64_t>& rows,
                                                journal::JournalReader& journal) {
  std::vector<std::int64_t> lines(rows.size(), 0);
  if (rows.empty()) return lines;
  std::size_t next = 0;
  RETURN_IF_ERROR(journal.VisitOutcomes([&](const model::Outcome& outcome) {
    while (next < rows.size() && rows[next] < outcome.row) ++next;
    for (; next < rows.size() && rows[next] == outcome.row; ++next) lines[next] = outcome.line;
  }));
  return lines;
}

}  // namespace

FindingFile::FindingFile(const journal::RunDirectory& run) : run_(run) {}

void FindingFile::Add(const VerificationFinding& finding) {
  if (status_.ok()) status_ = Keep(finding);
}

base::Status FindingFile::Keep(const VerificationFinding& finding) {
  if (!unsorted_.is_open()) {
    auto file = base::CreateUnnamedFile(run_.path());
    if (!file) return file.error();
    unsorted_ = *std::move(file);
  }
  const std::string record = FindingRecord(finding);
  RETURN_IF_ERROR(unsorted_.Write(record));
  const auto size = static_cast<std::int64_t>(record.size());
  kept_.push_back({.row = finding.row, .offset = end_, .size = size});
  end_ += size;
  return {};
}

base::Status FindingFile::Commit(journal::JournalReader& journal) {
  RETURN_IF_ERROR(status_);
  std::sort(kept_.begin(), kept_.end(), [](const Kept& a, const Kept& b) {
    return std::tie(a.row, a.offset) < std::tie(b.row, b.offset);
  });
  std::vector<std::int64_t> rows;
  rows.reserve(kept_.size());
  for (const Kept& each : kept_) rows.push_back(each.row);
  const auto lines = LinesOf(rows, journal);
  if (!lines) return lines.error();
  auto file = StreamFile::Create(run_.verification_path());
  if (!file) return file.error();
  const std::vector<std::string> header(kFindingColumns.begin(), kFindingColumns.end());
  RETURN_IF_ERROR(file->Write(csv::EncodeRecord(header)));
  std::string record;
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    record.resize(static_cast<std::size_t>(kept_[i].size));
    const auto read = unsorted_.ReadAt(kept_[i].offset, record);
    if (!read) return read.error();
    const std::string line = (*lines)[i] == 0 ? "" : std::to_string((*lines)[i]);
    RETURN_IF_ERROR(file->Write(std::to_string(kept_[i].row) + "," + line + "," + record));
  }
  return file->Commit();
}

std::string FindingRecord(const VerificationFinding& finding) {
  const model::ReasonFacts& facts = model::FactsOf(ReasonOf(finding.kind));
  const std::vector<std::string> cells = {
      std::string(NameOf(finding.object)),
      std::string(NameOf(finding.kind)),
      std::string(facts.code),
      finding.field,
      SpreadsheetSafe(finding.expected),
      SpreadsheetSafe(finding.found),
      IdOf(finding, EffectKind::kUser, finding.user_id),
      IdOf(finding, EffectKind::kOrganization, finding.organization_id),
      IdOf(finding, EffectKind::kMembership, ""),
      finding.other_id,
      std::string(facts.fix)};
  return csv::EncodeRecord(cells);
}

}  // namespace rehome::report
