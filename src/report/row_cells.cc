#include "report/row_cells.h"

#include <algorithm>

#include "base/text.h"
#include "model/column.h"
#include "report/secret_names.h"

namespace rehome::report {
namespace {

using model::Column;
using model::OutcomeKind;

// What spreadsheets take for the start of a formula; the last four are the full-width forms.
constexpr std::array<std::string_view, 8> kFormulaStarts = {"=",      "+",      "-",      "@",
                                                            "\uff1d", "\uff0b", "\uff0d", "\uff20"};

// Words are cut where they come in; this has room for all of them, escaped.
constexpr std::size_t kMostOfWords = 4000;

bool IsKey(Column column) {
  return column == Column::kEmail || column == Column::kExternalId || column == Column::kOrgId ||
         column == Column::kOrgExternalId || column == Column::kOrgName;
}

bool IsOurs(std::string_view name) {
  return std::find(kOutcomeColumns.begin(), kOutcomeColumns.end(), name) != kOutcomeColumns.end();
}

std::optional<std::size_t> FieldOf(const csv::Header& header, Column column) {
  const auto at = std::find(header.columns.begin(), header.columns.end(), column);
  if (at == header.columns.end()) return std::nullopt;
  return static_cast<std::size_t>(at - header.columns.begin());
}

// Blank when there is no such field, no record, or a malformed one.
std::string CellOf(const csv::FieldRecord* record, std::optional<std::size_t> field) {
  if (record == nullptr || !field || *field >= record->fields.size()) return {};
  return record->fields[*field];
}

std::string TrimmedCell(const csv::FieldRecord* record, std::optional<std::size_t> field) {
  return std::string(base::Trim(CellOf(record, field)));
}

// Zero stands for "there is none" in these columns.
std::string NumberOrBlank(std::int64_t number) {
  return number == 0 ? std::string() : std::to_string(number);
}

// Whether the row needs somebody: its reason, phase and hint mean something.
bool HasReason(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kCreated:
    case OutcomeKind::kAdopted:
    case OutcomeKind::kUpdated:
    case OutcomeKind::kUnchanged:
      return false;
    case OutcomeKind::kSkipped:
    case OutcomeKind::kRejected:
    case OutcomeKind::kFailed:
    case OutcomeKind::kParked:
    case OutcomeKind::kUnprocessed:
      return true;
  }
  return false;
}

// What is wrong, what was seen, what the target said; the remarks on a row that went on.
std::string MessageOf(const model::Outcome& outcome) {
  std::string message(HasReason(outcome.kind) ? model::FactsOf(outcome.reason).cause : "");
  const auto add = [&message](std::string_view separator, std::string_view text) {
    if (text.empty()) return;
    if (!message.empty()) message += separator;
    message += text;
  };
  if (HasReason(outcome.kind)) {
    add(": ", outcome.detail);
    // The target may have been talked into any words.
    const std::string words = base::EscapeForTerminal(outcome.target.message, kMostOfWords);
    if (!words.empty()) add("; ", "the target said: " + words);
  }
  for (const model::Warning& warning : outcome.warnings) {
    add("; ", "warning: " + std::string(model::FactsOf(warning.reason).cause));
    add(": ", base::EscapeForTerminal(warning.detail, kMostOfWords));
  }
  return message;
}

std::string RetryableOf(const model::Outcome& outcome) {
  if (!HasReason(outcome.kind)) return {};
  return model::FactsOf(outcome.reason).retryable == model::Retryable::kYes ? "yes" : "no";
}

std::string OptionOf(const journal::RunFacts& run, const std::string& name) {
  const auto option = run.options.find(name);
  return option == run.options.end() ? std::string() : option->second;
}

// Nothing when no flag chose the organization of the rows.
std::optional<std::string> ChosenOrgExternalId(const journal::RunFacts& run) {
  std::string external_id = OptionOf(run, "org-external-id");
  const bool otherwise = !OptionOf(run, "org-id").empty() || !OptionOf(run, "org-name").empty();
  if (external_id.empty() && !otherwise) return std::nullopt;
  return external_id;
}

}  // namespace

bool MayBeShown(const csv::Header& header, std::size_t field) {
  const std::optional<Column> column = header.columns[field];
  return column ? !model::IsSecret(*column) : !LooksSecret(header.names[field]);
}

SourceColumns AllColumnsOf(const csv::Header& header) {
  SourceColumns all;
  for (std::size_t i = 0; i < header.names.size(); ++i) {
    if (IsOurs(header.names[i])) continue;
    all.names.push_back(header.names[i]);
    all.fields.push_back(MayBeShown(header, i) ? std::optional(i) : std::nullopt);
    if (header.columns[i] == Column::kPasswordHashType) all.hash_type = i;
  }
  return all;
}

SourceColumns KeyColumnsOf(const csv::Header& header) {
  SourceColumns keys;
  for (std::size_t i = 0; i < header.columns.size(); ++i) {
    if (!header.columns[i] || !IsKey(*header.columns[i])) continue;
    keys.names.push_back(header.names[i]);
    keys.fields.emplace_back(i);
  }
  return keys;
}

IdMapFields IdMapFieldsOf(const csv::Header* header, const journal::RunFacts& run) {
  IdMapFields fields;
  if (header != nullptr) {
    fields.email = FieldOf(*header, Column::kEmail);
    fields.external_id = FieldOf(*header, Column::kExternalId);
    fields.org_external_id = FieldOf(*header, Column::kOrgExternalId);
  }
  fields.chosen_org_external_id = ChosenOrgExternalId(run);
  return fields;
}

std::vector<std::string> SourceCells(const SourceColumns& columns, const csv::FieldRecord* record) {
  std::vector<std::string> cells;
  for (const auto& field : columns.fields) {
    std::string cell = CellOf(record, field);
    if (field && field == columns.hash_type && !base::CouldBeName(base::Trim(cell))) cell.clear();
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::vector<std::string> OutcomeCells(const model::Outcome& outcome,
                                      const csv::FieldRecord* record) {
  const model::ReasonFacts& facts = model::FactsOf(outcome.reason);
  const bool reason = HasReason(outcome.kind);
  const std::int64_t line = record == nullptr ? 0 : record->position.line;
  const bool ended_badly = reason && outcome.kind != OutcomeKind::kUnprocessed;
  return {std::to_string(outcome.row),
          NumberOrBlank(outcome.line != 0 ? outcome.line : line),
          ended_badly ? std::string(NameOf(outcome.phase)) : "",
          std::string(NameOf(outcome.kind)),
          reason ? std::string(facts.code) : "",
          outcome.column,
          SpreadsheetSafe(MessageOf(outcome)),
          reason ? std::string(facts.fix) : "",
          NumberOrBlank(outcome.target.http_status),
          SpreadsheetSafe(outcome.target.provider_code),
          SpreadsheetSafe(outcome.target.request_id),
          std::to_string(outcome.attempts),
          RetryableOf(outcome),
          outcome.user_id,
          outcome.organization_id,
          outcome.membership_id};
}

std::vector<std::string> IdMapCells(const model::Outcome& outcome, const IdMapFields& fields,
                                    const csv::FieldRecord* record) {
  return {std::to_string(outcome.row),
          TrimmedCell(record, fields.email),
          TrimmedCell(record, fields.external_id),
          outcome.user_id,
          fields.chosen_org_external_id ? *fields.chosen_org_external_id
                                        : TrimmedCell(record, fields.org_external_id),
          outcome.organization_id,
          outcome.membership_id};
}

std::string SpreadsheetSafe(std::string_view text) {
  const std::string_view trimmed = base::Trim(text);
  const bool formula =
      std::any_of(kFormulaStarts.begin(), kFormulaStarts.end(),
                  [trimmed](std::string_view start) { return trimmed.starts_with(start); });
  const bool control = text.starts_with('\t') || text.starts_with('\r') || text.starts_with('\0');
  return formula || control ? "'" + std::string(text) : std::string(text);
}

}  // namespace rehome::report
