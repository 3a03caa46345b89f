#include "survey/file_pass.h"

#include <algorithm>
#include <utility>

#include "csv/field.h"

namespace rehome::survey {

FilePass::FilePass(const csv::Header& header, const SurveyOptions& options)
    : options_(options),
      columns_(header.columns.size()),
      chunks_(header.body_offset, header.body_line, options.chunk_rows),
      organizations_(options.organization),
      users_(options.temporary_directory) {
  using model::Column;
  constexpr std::array<Column, kCells> kColumns = {Column::kEmail, Column::kOrgId,
                                                   Column::kOrgExternalId, Column::kOrgName};
  for (std::size_t field = 0; field < header.columns.size(); ++field) {
    const auto& column = header.columns[field];
    if (!column) continue;
    const auto cell = std::find(kColumns.begin(), kColumns.end(), *column);
    if (cell == kColumns.end()) continue;
    places_[static_cast<std::size_t>(cell - kColumns.begin())] = wanted_.size();
    wanted_.push_back(field);
  }
}

void FilePass::Take(const csv::ScannedRecord& record) {
  const std::int64_t row = ++survey_.rows;
  chunks_.AddRecord(record, row);
  const bool selected = IsSelected();
  if (selected) ++survey_.selected_rows;
  if (csv::FaultOf(record, columns_) != model::Reason::kNone) {
    if (selected) ++survey_.malformed_rows;
    return;
  }
  users_.Count(Value(record, kEmail), {row, record.line, record.offset}, selected);
  organizations_.Count(
      {Value(record, kOrgId), Value(record, kOrgExternalId), Value(record, kOrgName)}, row,
      record.line, selected);
}

void FilePass::TakeBlankLine(const csv::ScannedRecord& line) {
  chunks_.AddBlankLine(line, survey_.rows + 1);
}

bool FilePass::IsSelected() const {
  return survey_.rows >= options_.first_row &&
         (options_.last_row == 0 || survey_.rows <= options_.last_row);
}

std::string_view FilePass::Value(const csv::ScannedRecord& record, Cell cell) {
  if (!places_[cell]) return {};
  return csv::Unquote(record.wanted[*places_[cell]], scratch_[cell]);
}

base::Result<Survey> FilePass::Finish(std::int64_t file_end) {
  auto users = users_.Finish();
  if (!users) return users.error();
  organizations_.Finish();
  survey_.bytes = file_end;
  survey_.distinct_users = users->distinct_selected;
  survey_.repeated_users = std::move(users->repeated);
  survey_.rows_with_organization = organizations_.rows_with_organization();
  survey_.warning_count = organizations_.warning_count();
  survey_.warnings = organizations_.TakeWarnings();
  survey_.organizations = organizations_.TakeOrganizations();
  chunks_.Finish(file_end);
  survey_.chunks = chunks_.chunks();
  survey_.chunk_rows = chunks_.rows();
  return std::move(survey_);
}

}  // namespace rehome::survey
