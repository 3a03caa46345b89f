#include "report/corrections.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text.h"
#include "csv/field_reader.h"
#include "csv/record_texts.h"
#include "csv/writer.h"
#include "report/row_cells.h"

namespace rehome::report {
namespace {

using model::Column;
using model::OutcomeKind;

// What the journal says of the edited rows.
struct Known {
  std::map<std::int64_t, OutcomeKind> outcomes;
  std::set<std::int64_t> done_users;
};

base::Result<Known> ReadKnown(const EditedRows& edited, journal::JournalReader& journal) {
  Known known;
  RETURN_IF_ERROR(journal.VisitOutcomes([&](const model::Outcome& outcome) {
    if (edited.rows.contains(outcome.row)) known.outcomes[outcome.row] = outcome.kind;
  }));
  RETURN_IF_ERROR(journal.VisitEffects([&](const model::Effect& effect) {
    const bool done =
        effect.kind == model::EffectKind::kUser && effect.state == model::EffectState::kDone;
    if (done && edited.rows.contains(effect.row)) known.done_users.insert(effect.row);
  }));
  return known;
}

bool IsRight(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::kCreated:
    case OutcomeKind::kAdopted:
    case OutcomeKind::kUpdated:
    case OutcomeKind::kUnchanged:
    case OutcomeKind::kSkipped:
      return true;
    case OutcomeKind::kRejected:
    case OutcomeKind::kFailed:
    case OutcomeKind::kParked:
    case OutcomeKind::kUnprocessed:
      return false;
  }
  return false;
}

bool IsOfMembership(Column column) {
  return column == Column::kOrgId || column == Column::kOrgExternalId ||
         column == Column::kOrgName || column == Column::kRoleSlugs;
}

// What was meant by a cell: without the mark that keeps it from being a formula.
std::string Meant(const std::string& cell) {
  if (!cell.starts_with('\'')) return cell;
  std::string plain = cell.substr(1);
  return SpreadsheetSafe(plain) == cell ? plain : cell;
}

// One row after the other, in the order of the file.
class Planner {
 public:
  Planner(const csv::Input& input, const csv::Header& header, const Known& known)
      : input_(input), header_(header), known_(known), shown_(AllColumnsOf(header)) {}

  base::Status Add(const csv::RecordText& record, const EditedRow& edited) {
    row_ = record.position.row;
    fields_ = csv::FieldsOf(record, header_);
    std::map<std::size_t, std::string> changes = ChangesOf(edited, record.position);
    if (changes.empty()) return {};
    const auto outcome = known_.outcomes.find(row_);
    const bool had_end = outcome != known_.outcomes.end();
    if (had_end && IsRight(outcome->second)) {
      plan_.right_already.push_back(row_);
      return {};
    }
    LeaveUserOut(changes);
    if (changes.empty()) return {};
    Note(changes);
    if (had_end && outcome->second == OutcomeKind::kRejected) plan_.rejected_rows.push_back(row_);
    return Replace(record, changes);
  }

  CorrectionPlan Take() { return std::move(plan_); }

 private:
  static bool IsOfPassword(std::optional<Column> column) {
    return column == Column::kPassword || column == Column::kPasswordHash ||
           column == Column::kPasswordHashType;
  }

  // By field: the cells that differ from what the row file showed.
  std::map<std::size_t, std::string> ChangesOf(const EditedRow& edited,
                                               const model::Position& position) const {
    std::map<std::size_t, std::string> changes;
    const csv::FieldRecord record{.position = position, .fields = fields_};
    const std::vector<std::string> cells = SourceCells(shown_, &record);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const auto& field = shown_.fields[i];
      if (!field || !header_.columns[*field] || !edited.cells[*field]) continue;
      std::string meant = Meant(*edited.cells[*field]);
      if (meant != cells[i] && *edited.cells[*field] != cells[i]) {
        changes[*field] = std::move(meant);
      }
    }
    TakeHashAway(changes);
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const bool drop = edited.without_password && IsOfPassword(header_.columns[i]);
      if (drop && !fields_[i].empty()) changes[i] = "";
    }
    return changes;
  }

  // A hash is not shown, so this is the only way to say that it is to go.
  void TakeHashAway(std::map<std::size_t, std::string>& changes) const {
    const auto type = shown_.hash_type ? changes.find(*shown_.hash_type) : changes.end();
    if (type == changes.end() || !base::Trim(type->second).empty()) return;
    for (std::size_t i = 0; i < header_.columns.size(); ++i) {
      if (header_.columns[i] == Column::kPasswordHash) changes[i] = "";
    }
  }

  // The target has the user as the row was: what is made once is not made again.
  void LeaveUserOut(std::map<std::size_t, std::string>& changes) {
    if (!known_.done_users.contains(row_)) return;
    const auto of_user = [this](const auto& change) {
      return !IsOfMembership(*header_.columns[change.first]);
    };
    if (std::erase_if(changes, of_user) > 0) plan_.user_is_there.push_back(row_);
  }

  void Note(const std::map<std::size_t, std::string>& changes) {
    ++plan_.rows;
    plan_.corrected.push_back(row_);
    for (const auto& [field, after] : changes) {
      ++plan_.columns[header_.names[field]];
      Show(field, after);
    }
  }

  void Show(std::size_t field, const std::string& after) {
    if (plan_.changes.size() == CorrectionPlan::kChangesShown) return;
    CellChange change{.row = row_, .column = header_.names[field]};
    const csv::FieldRecord record{.position = {}, .fields = fields_};
    const std::vector<std::string> cells = SourceCells(shown_, &record);
    const auto at = std::find(shown_.fields.begin(), shown_.fields.end(), field);
    if (at != shown_.fields.end()) {
      change.before = cells[static_cast<std::size_t>(at - shown_.fields.begin())];
    }
    // Also a hash that stands in another column than its own is blank in a row file.
    const bool is_blanked =
        change.before.empty() && field < fields_.size() && !base::Trim(fields_[field]).empty();
    const auto column = header_.columns[field];
    change.secret = is_blanked || (column && model::IsSecret(*column));
    if (!change.secret) change.after = after;
    plan_.changes.push_back(std::move(change));
  }

  base::Status Replace(const csv::RecordText& record,
                       const std::map<std::size_t, std::string>& changes) {
    // A malformed record has no cells of its own, and one that an earlier retry wrote lies in no
    // file.
    if (fields_.empty() || IsWritten(record)) return ReplaceWhole(record, changes);
    const std::vector<model::Place> places = csv::PlacesOf(record, header_.delimiter);
    for (const auto& [field, value] : changes) {
      const auto range = input_.InFile(places[field].begin, places[field].end);
      if (!range) return Lost();
      plan_.cells.push_back({.row = row_,
                             .column = header_.names[field],
                             .begin = range->first,
                             .end = range->second,
                             .bytes = csv::EncodeField(value, header_.delimiter)});
    }
    return {};
  }

  bool IsWritten(const csv::RecordText& record) const {
    const csv::Splice* splice = input_.SpliceAt(record.position.offset);
    const auto size = static_cast<std::int64_t>(record.bytes.size());
    return splice != nullptr && static_cast<std::int64_t>(splice->bytes.size()) == size;
  }

  base::Status ReplaceWhole(const csv::RecordText& record,
                            const std::map<std::size_t, std::string>& changes) {
    std::vector<std::string> cells = fields_;
    cells.resize(header_.names.size());
    for (const auto& [field, value] : changes) cells[field] = value;
    const model::Place place = csv::PlaceOf(record);
    const auto range = input_.InFile(place.begin, place.end);
    if (!range) return Lost();
    std::string bytes = csv::EncodeRecord(cells, header_.delimiter);
    bytes.pop_back();
    plan_.cells.push_back({.row = row_,
                           .column = "",
                           .begin = range->first,
                           .end = range->second,
                           .bytes = std::move(bytes)});
    return {};
  }

  base::Error Lost() const {
    return {base::ErrorCode::kInternal, input_.path() + ": row " + std::to_string(row_) +
                                            " cannot be corrected where it stands. This is a bug "
                                            "in rehome: keep the run directory and report it"};
  }

  const csv::Input& input_;
  const csv::Header& header_;
  const Known& known_;
  const SourceColumns shown_;
  CorrectionPlan plan_;
  std::int64_t row_ = 0;
  std::vector<std::string> fields_;  // of the row, none when it is malformed
};

// Of what the cells of the password say, or what the target said of them.
bool IsAboutPassword(model::Reason reason) {
  return (reason >= model::Reason::kPasswordConflict &&
          reason <= model::Reason::kPasswordHashInvalid) ||
         reason == model::Reason::kPasswordRefused || reason == model::Reason::kPasswordHashRefused;
}

base::Status CheckRows(const EditedRows& edited, const journal::RunFacts& facts) {
  for (const auto& [row, cells] : edited.rows) {
    if (row >= facts.first_row && row <= facts.last_row) continue;
    return base::Error{base::ErrorCode::kInput,
                       edited.path + ":" + std::to_string(cells.line) + ": row " +
                           std::to_string(row) + " is none of run " + facts.run_id +
                           ", which has rows " + std::to_string(facts.first_row) + " to " +
                           std::to_string(facts.last_row) +
                           "; give the failed.csv of that run, or name the run of this one"};
  }
  return {};
}

}  // namespace

base::Status DropRefusedPasswords(EditedRows& edited, const csv::Header& header,
                                  journal::JournalReader& journal) {
  return journal.VisitOutcomes([&](const model::Outcome& outcome) {
    if (IsRight(outcome.kind) || !IsAboutPassword(outcome.reason)) return;
    EditedRow& row = edited.rows[outcome.row];
    row.cells.resize(header.names.size());
    row.without_password = true;
  });
}

base::Result<CorrectionPlan> PlanCorrections(const EditedRows& edited, const csv::Input& input,
                                             const csv::Header& header,
                                             const journal::RunFacts& facts,
                                             journal::JournalReader& journal) {
  RETURN_IF_ERROR(CheckRows(edited, facts));
  const auto known = ReadKnown(edited, journal);
  if (!known) return known.error();
  const auto chunks = journal.Chunks();
  if (!chunks) return chunks.error();
  Planner planner(input, header, *known);
  auto next = edited.rows.begin();
  for (const journal::Chunk& chunk : *chunks) {
    if (next == edited.rows.end()) break;
    if (next->first >= chunk.first_row + chunk.rows) continue;
    auto records = csv::RecordTexts::Open(
        input, header, {chunk.begin, chunk.end, chunk.first_row, chunk.first_line});
    if (!records) return records.error();
    while (const auto record = records->Next()) {
      if (next == edited.rows.end() || record->position.row != next->first) continue;
      RETURN_IF_ERROR(planner.Add(*record, next->second));
      ++next;
    }
  }
  return planner.Take();
}

}  // namespace rehome::report
