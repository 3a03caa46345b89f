#include "report/edited_rows.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "csv/field_reader.h"
#include "report/row_cells.h"

namespace rehome::report {
namespace {

constexpr std::string_view kRowColumn = "_row";

base::Error Refusal(const std::string& where, const std::string& why) {
  return {base::ErrorCode::kInput, where + ": " + why};
}

std::string Quoted(std::string_view text) {
  return "\"" + base::EscapeForTerminal(text, 200) + "\"";
}

bool IsOurs(std::string_view name) {
  return std::any_of(kOutcomeColumns.begin(), kOutcomeColumns.end(),
                     [name](std::string_view ours) { return base::EqualsFolded(name, ours); });
}

// Which field of the input each field of the edited file is.
struct Columns {
  std::size_t row = 0;  // the field of `_row`
  std::vector<std::optional<std::size_t>> inputs;
};

base::Result<Columns> MatchColumns(const std::string& where, const csv::Header& edited,
                                   const csv::Header& input) {
  Columns columns;
  std::optional<std::size_t> row;
  for (std::size_t i = 0; i < edited.names.size(); ++i) {
    const std::string& name = edited.names[i];
    columns.inputs.emplace_back();
    if (base::EqualsFolded(name, kRowColumn)) row = i;
    if (IsOurs(name)) continue;
    const auto same =
        std::find_if(input.names.begin(), input.names.end(),
                     [&](const std::string& other) { return base::EqualsFolded(name, other); });
    if (same == input.names.end()) {
      return Refusal(where, "the file that was imported has no column " + Quoted(name) +
                                ", and a retry only corrects cells; remove it here, or import the "
                                "mended original instead");
    }
    columns.inputs.back() = static_cast<std::size_t>(same - input.names.begin());
  }
  if (!row) {
    return Refusal(where,
                   "there is no column \"_row\", so nothing says which rows these are; correct "
                   "failed.csv of the run directory, and leave its columns that start with _");
  }
  columns.row = *row;
  return columns;
}

// A secret that was typed in here would have to be kept somewhere for a resume.
base::Status CheckNoSecret(const std::string& where, const csv::Header& input, std::size_t field,
                           const std::string& cell) {
  // Columns get swapped: what could be no type may be a hash.
  const bool odd_type = input.columns[field] == model::Column::kPasswordHashType &&
                        !base::CouldBeName(base::Trim(cell));
  if (cell.empty() || (MayBeShown(input, field) && !odd_type)) return {};
  return Refusal(where, "the column " + Quoted(input.names[field]) +
                            " has a value: secrets are taken from the file that was imported and "
                            "never from here; leave it empty, or mend that file and import it");
}

bool IsBlank(const csv::FieldRecord& record) {
  return std::all_of(record.fields.begin(), record.fields.end(),
                     [](const std::string& cell) { return base::Trim(cell).empty(); });
}

base::Result<EditedRow> MakeRow(const std::string& where, const csv::FieldRecord& record,
                                const Columns& columns, const csv::Header& input) {
  EditedRow row;
  row.line = record.position.line;
  row.cells.resize(input.names.size());
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    if (!columns.inputs[i]) continue;
    RETURN_IF_ERROR(CheckNoSecret(where, input, *columns.inputs[i], record.fields[i]));
    row.cells[*columns.inputs[i]] = record.fields[i];
  }
  return row;
}

}  // namespace

base::Result<EditedRows> ReadEditedRows(const std::string& path, const csv::Header& input) {
  // Names count here, not columns: what the flags say of a name is of the input's header.
  const auto header = csv::InspectHeader(path, {.renames = {}, .ignored = {}, .plain_input = true});
  if (!header) return header.error();
  const auto at = [&](std::int64_t line) { return path + ":" + std::to_string(line); };
  const auto columns = MatchColumns(at(header->line), *header, input);
  if (!columns) return columns.error();
  const auto facts = base::Stat(path);
  if (!facts) return facts.error();
  auto reader = csv::FieldReader::Open(
      path, *header,
      {.begin = header->body_offset, .end = facts->size, .first_line = header->body_line});
  if (!reader) return reader.error();
  EditedRows edited{.path = path, .rows = {}};
  while (const auto record = reader->Next()) {
    const std::string where = at(record->position.line);
    if (record->fields.empty()) {
      return Refusal(where, "this record is malformed: it has not the " +
                                std::to_string(header->names.size()) +
                                " fields of the header, or a stray quotation mark");
    }
    // A line of delimiters, as spreadsheets leave behind the last row.
    if (IsBlank(*record)) continue;
    const std::string& cell = record->fields[columns->row];
    const auto number = base::ParseInt(base::Trim(cell));
    if (!number || *number < 1) {
      return Refusal(where, "_row is " + Quoted(cell) + " and must be the number of a row");
    }
    auto row = MakeRow(where, *record, *columns, input);
    if (!row) return row.error();
    const auto [earlier, is_new] = edited.rows.try_emplace(*number, *std::move(row));
    if (!is_new) {
      return Refusal(where, "row " + std::to_string(*number) +
                                " stands here a second time, after line " +
                                std::to_string(earlier->second.line) + "; keep one of them");
    }
  }
  return edited;
}

}  // namespace rehome::report
