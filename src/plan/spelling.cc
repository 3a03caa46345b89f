#include "plan/spelling.h"

#include <array>

#include "base/text.h"
#include "json/writer.h"
#include "plan/metadata.h"
#include "plan/user_rules.h"

namespace rehome::plan {
namespace {

using model::Column;
using model::Reason;

// Those that are trimmed before they are used.
constexpr std::array<Column, 8> kTrimmed = {
    Column::kEmail, Column::kEmailVerified, Column::kExternalId, Column::kPasswordHashType,
    Column::kOrgId, Column::kOrgExternalId, Column::kOrgName,    Column::kRoleSlugs};

bool IsTrimmed(Column column) {
  for (const Column trimmed : kTrimmed) {
    if (trimmed == column) return true;
  }
  return false;
}

// `true` or `false` for another word that means it; nothing for these two in any case.
std::optional<std::string> PlainBoolean(std::string_view word) {
  if (base::EqualsFolded(word, "true") || base::EqualsFolded(word, "false")) return std::nullopt;
  const auto truth = ParseYesNo(word);
  if (!truth) return std::nullopt;
  return *truth ? "true" : "false";
}

std::optional<std::string> CleanMetadata(std::string_view cell) {
  const CheckedMetadata checked = CheckMetadata(cell);
  if (!checked.findings.rejections.empty()) return std::nullopt;
  bool is_other = false;
  for (const model::Warning& warning : checked.findings.warnings) {
    is_other = is_other || warning.reason == Reason::kWarnMetadataConverted ||
               warning.reason == Reason::kWarnMetadataNullDropped;
  }
  if (!is_other) return std::nullopt;
  json::Writer writer;
  writer.BeginObject();
  for (const auto& [key, value] : checked.entries) writer.Field(key, value);
  writer.EndObject();
  return writer.Take();
}

// A type that could be a hash in the wrong column is not shown.
std::string Show(Column column, std::string_view value) {
  if (column == Column::kPasswordHashType && !base::CouldBeName(value)) return "[masked]";
  return Quote(value);
}

}  // namespace

Findings CheckSpelling(const model::Row& row) {
  Findings findings;
  for (const Column column : kTrimmed) {
    const std::string_view value = base::Trim(row[column]);
    if (value.empty() || value.size() == row[column].size()) continue;
    findings.Warn(Reason::kWarnBlanksAround, column, Show(column, value) + " has blanks around it");
  }
  const std::string_view word = base::Trim(row[Column::kEmailVerified]);
  if (const auto plain = PlainBoolean(word)) {
    findings.Warn(Reason::kWarnBooleanSpelling, Column::kEmailVerified,
                  Quote(word) + " means " + *plain);
  }
  return findings;
}

std::optional<std::string> CleanCell(Column column, std::string_view cell) {
  const std::string_view value = base::Trim(cell);
  if (value.empty()) return std::nullopt;
  if (column == Column::kMetadata) return CleanMetadata(cell);
  if (column == Column::kEmailVerified) {
    if (auto plain = PlainBoolean(value)) return plain;
  }
  if (!IsTrimmed(column) || value.size() == cell.size()) return std::nullopt;
  return std::string(value);
}

}  // namespace rehome::plan
