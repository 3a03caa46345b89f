#include "report/finding_groups.h"

#include <algorithm>
#include <string>

namespace rehome::report {
namespace {

using model::FindingKind;
using model::Reason;
using model::VerificationFinding;

constexpr std::size_t kSampleRows = 5;

std::string Quoted(const std::string& value) {
  return value.empty() ? "nothing" : "\"" + value + "\"";
}

std::string DetailOf(const VerificationFinding& finding) {
  std::string detail = std::string(NameOf(finding.object)) + " " + finding.target_id;
  if (finding.kind == FindingKind::kDuplicate) detail += " and " + finding.other_id;
  if (!finding.field.empty()) detail += ", " + finding.field;
  switch (finding.kind) {
    case FindingKind::kMissing:
      return detail;
    case FindingKind::kDuplicate:
      return finding.found.empty() ? detail : detail + " " + Quoted(finding.found);
    case FindingKind::kMismatch:
      return detail + ": " + Quoted(finding.expected) + " was written, " + Quoted(finding.found) +
             " is there";
    case FindingKind::kUnanswered:
      return detail + ": " + finding.found;
  }
  return detail;
}

// Findings come in any order: the lowest rows are kept, ascending, each once.
void AddSample(std::vector<std::int64_t>& rows, std::int64_t row) {
  const auto at = std::lower_bound(rows.begin(), rows.end(), row);
  if (at != rows.end() && *at == row) return;
  rows.insert(at, row);
  if (rows.size() > kSampleRows) rows.pop_back();
}

}  // namespace

Reason ReasonOf(FindingKind kind) {
  switch (kind) {
    case FindingKind::kMissing:
      return Reason::kVerifyMissing;
    case FindingKind::kDuplicate:
      return Reason::kVerifyDuplicate;
    case FindingKind::kMismatch:
      return Reason::kVerifyMismatch;
    case FindingKind::kUnanswered:
      return Reason::kVerifyUnanswered;
  }
  return Reason::kVerifyMismatch;
}

void FindingGroups::Add(const VerificationFinding& finding) {
  ErrorGroup& group = groups_[finding.kind];
  group.phase = model::Phase::kVerification;
  group.reason = ReasonOf(finding.kind);
  if (group.count == 0) group.sample_detail = DetailOf(finding);
  ++group.count;
  AddSample(group.sample_rows, finding.row);
}

std::vector<ErrorGroup> FindingGroups::groups() const {
  std::vector<ErrorGroup> groups;
  for (const auto& [kind, group] : groups_) groups.push_back(group);
  return groups;
}

}  // namespace rehome::report
