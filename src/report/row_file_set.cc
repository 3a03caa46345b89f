#include "report/row_file_set.h"

#include <string_view>
#include <utility>

#include "csv/writer.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;

enum class Kind { kSuccess, kFailed, kSkipped, kUnprocessed };
constexpr std::array<std::string_view, 4> kNames = {"success.csv", "failed.csv", "skipped.csv",
                                                    "unprocessed.csv"};

Kind KindOf(OutcomeKind outcome) {
  switch (outcome) {
    case OutcomeKind::kCreated:
    case OutcomeKind::kAdopted:
    case OutcomeKind::kUpdated:
    case OutcomeKind::kUnchanged:
      return Kind::kSuccess;
    case OutcomeKind::kSkipped:
      return Kind::kSkipped;
    case OutcomeKind::kRejected:
    case OutcomeKind::kFailed:
    case OutcomeKind::kParked:
      return Kind::kFailed;
    case OutcomeKind::kUnprocessed:
      return Kind::kUnprocessed;
  }
  return Kind::kUnprocessed;
}

SourceColumns ColumnsFor(Kind kind, const csv::Header* header, bool full_success) {
  if (header == nullptr) return {};
  const bool key_only = kind == Kind::kSuccess && !full_success;
  return key_only ? KeyColumnsOf(*header) : AllColumnsOf(*header);
}

template <class Range>
void Append(std::vector<std::string>& cells, const Range& more) {
  for (const auto& cell : more) cells.emplace_back(cell);
}

// Without it a spreadsheet may take UTF-8 for the alphabet of its country.
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string EncodeRow(std::vector<std::string> cells, RowCells how) {
  if (how == RowCells::kSpreadsheetSafe) {
    for (std::string& cell : cells) cell = SpreadsheetSafe(cell);
  }
  return csv::EncodeRecord(cells);
}

std::string HeaderOf(std::vector<std::string> names, RowCells how) {
  const std::string mark(how == RowCells::kSpreadsheetSafe ? kByteOrderMark : "");
  return mark + EncodeRow(std::move(names), how);
}

}  // namespace

RowFileSet::RowFileSet(std::vector<RowFile> files, StreamFile id_map,
                       const IdMapFields& id_map_fields, RowCells cells)
    : files_(std::move(files)),
      id_map_(std::move(id_map)),
      id_map_fields_(id_map_fields),
      cells_(cells) {}

base::Result<RowFileSet> RowFileSet::Create(const journal::RunDirectory& run,
                                            const csv::Header* header,
                                            const journal::RunFacts& facts,
                                            RowFileSetOptions options) {
  std::vector<RowFile> files;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    auto file = StreamFile::Create(run.File(std::string(kNames[i])));
    if (!file) return file.error();
    SourceColumns source = ColumnsFor(static_cast<Kind>(i), header, options.full_success);
    std::vector<std::string> names = source.names;
    Append(names, kOutcomeColumns);
    RETURN_IF_ERROR(file->Write(HeaderOf(std::move(names), options.cells)));
    files.push_back({*std::move(file), std::move(source)});
  }
  auto id_map = StreamFile::Create(run.File("id_map.csv"));
  if (!id_map) return id_map.error();
  std::vector<std::string> names;
  Append(names, kIdMapColumns);
  RETURN_IF_ERROR(id_map->Write(HeaderOf(std::move(names), options.cells)));
  return RowFileSet(std::move(files), *std::move(id_map), IdMapFieldsOf(header, facts),
                    options.cells);
}

base::Status RowFileSet::Add(const model::Outcome& outcome, const csv::FieldRecord* record) {
  const Kind kind = KindOf(outcome.kind);
  RowFile& to = files_[static_cast<std::size_t>(kind)];
  std::vector<std::string> cells = SourceCells(to.source, record);
  Append(cells, OutcomeCells(outcome, record));
  RETURN_IF_ERROR(to.file.Write(EncodeRow(std::move(cells), cells_)));
  // A user that was left as it is has an id all the same.
  const bool has_user = kind == Kind::kSkipped && !outcome.user_id.empty();
  if (kind != Kind::kSuccess && !has_user) return {};
  return id_map_.Write(EncodeRow(IdMapCells(outcome, id_map_fields_, record), cells_));
}

base::Status RowFileSet::Commit() {
  for (RowFile& each : files_) RETURN_IF_ERROR(each.file.Commit());
  return id_map_.Commit();
}

}  // namespace rehome::report
