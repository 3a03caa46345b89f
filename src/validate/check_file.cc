#include "validate/check_file.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "csv/record_texts.h"
#include "csv/writer.h"
#include "pipeline/offline_pass.h"
#include "plan/spelling.h"
#include "validate/repeats.h"
#include "validate/row_rules.h"
#include "validate/row_texts.h"
#include "validate/shown_cell.h"

namespace rehome::validate {
namespace {

using model::Problem;
using model::Reason;
using model::Repair;

// What a problem means otherwise is for a person to say.
Repair RepairOf(Reason reason, bool row_may_go) {
  constexpr std::array kOfCells = {Reason::kWarnBlanksAround, Reason::kWarnBooleanSpelling,
                                   Reason::kWarnMetadataConverted,
                                   Reason::kWarnMetadataNullDropped};
  if (std::find(kOfCells.begin(), kOfCells.end(), reason) != kOfCells.end()) return Repair::kCell;
  const bool repeats =
      reason == Reason::kWarnMembershipRepeated || reason == Reason::kWarnUserRepeated;
  return repeats && row_may_go ? Repair::kRowGoes : Repair::kNone;
}

// Where the problems of one record lie, and what repairs them.
class RecordCheck {
 public:
  RecordCheck(const csv::Header& header, const csv::RecordText& text)
      : header_(header), text_(text) {}

  bool empty() const { return checked_.problems.empty(); }

  /// One of no column of ours: a record that is not well formed.
  void AddMalformed(Reason reason, std::string detail) {
    Problem problem = MakeProblem(reason, std::move(detail));
    if (reason == Reason::kCsvStrayQuote) PutInField(problem, text_.stray_field);
    if (reason == Reason::kCsvFieldCount && text_.fields > header_.names.size()) {
      PutInField(problem, header_.names.size() + 1);
    }
    checked_.problems.push_back(std::move(problem));
  }
  void Add(Reason reason, const std::string& column, std::string detail, const model::Row& row,
           bool row_may_go) {
    Problem problem = MakeProblem(reason, std::move(detail));
    problem.column = column;
    const auto known = model::ColumnNamed(column);
    const auto at = std::find(header_.columns.begin(), header_.columns.end(), known);
    if (known && at != header_.columns.end()) {
      PutInField(problem, static_cast<std::size_t>(at - header_.columns.begin()) + 1);
      problem.value = ShownCell(*known, row[*known]);
      problem.repair = RepairOf(reason, row_may_go);
      if (problem.repair == Repair::kCell) RepairCell(problem, *known, row[*known]);
      if (problem.repair == Repair::kRowGoes) row_goes_ = true;
    }
    checked_.problems.push_back(std::move(problem));
  }
  CheckedRecord Take() {
    std::stable_sort(checked_.problems.begin(), checked_.problems.end(),
                     [](const Problem& a, const Problem& b) { return a.field < b.field; });
    if (row_goes_) {
      for (Problem& problem : checked_.problems) problem.repair = Repair::kRowGoes;
      checked_.edits.push_back({text_.position.offset, text_.next, ""});
    } else {
      for (auto& [field, edit] : edits_) checked_.edits.push_back(std::move(edit));
    }
    return std::move(checked_);
  }

 private:
  Problem MakeProblem(Reason reason, std::string detail) const {
    Problem problem;
    problem.reason = reason;
    problem.row = text_.position.row;
    problem.place = csv::PlaceOf(text_);
    problem.detail = std::move(detail);
    return problem;
  }
  void PutInField(Problem& problem, std::size_t field) {
    if (places_.empty()) places_ = csv::PlacesOf(text_, header_.delimiter);
    problem.field = field;
    problem.place = places_[field - 1];
    if (problem.column.empty() && field <= header_.names.size()) {
      const auto& known = header_.columns[field - 1];
      problem.column = known ? std::string(model::NameOf(*known)) : header_.names[field - 1];
    }
  }
  void RepairCell(Problem& problem, model::Column column, const std::string& cell) {
    const auto clean = plan::CleanCell(column, cell);
    if (!clean) {
      problem.repair = Repair::kNone;
      return;
    }
    problem.repaired = ShownCell(column, *clean);
    edits_[problem.field] = {problem.place.begin, problem.place.end,
                             csv::EncodeField(*clean, header_.delimiter)};
  }

  const csv::Header& header_;
  const csv::RecordText& text_;
  std::vector<model::Place> places_;  // once one is asked for
  CheckedRecord checked_;
  std::map<std::size_t, Edit> edits_;  // by field
  bool row_goes_ = false;
};

// Checks row after row, as the pass over the plans gives them.
class RowCheck {
 public:
  RowCheck(const Input& input, const Repeats& repeats, const RecordVisitor& visit)
      : input_(input),
        texts_(input.path, input.header, input.survey),
        rules_(input, repeats),
        visit_(visit) {}

  base::Status Check(const pipeline::SourceRow& source, const plan::Planned& planned) {
    const auto text = texts_.At(source.chunk, planned.plan.position.row);
    if (!text) return text.error();
    RecordCheck record(input_.header, *text);
    const auto* row = std::get_if<model::Row>(&source.record);
    if (row == nullptr) {
      const model::Rejection& fault = planned.rejections.front();
      record.AddMalformed(fault.reason, fault.detail);
      return visit_(record.Take());
    }
    const auto told = rules_.Check(*row, *text, planned);
    if (!told) return told.error();
    for (const auto* rejections : {&planned.rejections, &told->findings.rejections}) {
      for (const model::Rejection& each : *rejections) {
        record.Add(each.reason, each.column, each.detail, *row, told->says_nothing_new);
      }
    }
    for (const auto* warnings : {&planned.plan.warnings, &told->findings.warnings}) {
      for (const model::Warning& each : *warnings) {
        record.Add(each.reason, each.column, each.detail, *row, told->says_nothing_new);
      }
    }
    if (record.empty()) return {};
    return visit_(record.Take());
  }

 private:
  const Input& input_;
  RowTexts texts_;
  RowRules rules_;
  const RecordVisitor& visit_;
};

}  // namespace

base::Result<std::vector<Problem>> CheckHeader(const std::string& path, const csv::Header& header) {
  auto texts = OpenHeader(path, header);
  if (!texts) return texts.error();
  const auto text = texts->Next();
  if (!text) return csv::ChangedSinceSurvey(path, "has no header any more");
  const std::vector<model::Place> places = csv::PlacesOf(*text, header.delimiter);
  std::vector<Problem> problems;
  for (const csv::HeaderFinding& finding : header.findings) {
    Problem problem;
    problem.reason = finding.reason;
    problem.field = finding.field;
    problem.place = finding.field == 0 ? csv::PlaceOf(*text) : places[finding.field - 1];
    if (finding.field != 0) problem.column = header.names[finding.field - 1];
    problem.detail = finding.message;
    problems.push_back(std::move(problem));
  }
  std::stable_sort(problems.begin(), problems.end(),
                   [](const Problem& a, const Problem& b) { return a.field < b.field; });
  return problems;
}

base::Status CheckFile(const Input& input, const RecordVisitor& visit) {
  auto of_header = CheckHeader(input.path, input.header);
  if (!of_header) return of_header.error();
  if (!of_header->empty()) RETURN_IF_ERROR(visit({*std::move(of_header), {}}));
  const auto repeats = Repeats::Find(input);
  if (!repeats) return repeats.error();
  RowCheck rows(input, *repeats, visit);
  return pipeline::VisitPlans(
      input.path, input.header, input.survey, WholeOf(input), input.options,
      [&rows](const pipeline::SourceRow& row, const plan::Planned& planned) {
        return rows.Check(row, planned);
      });
}

}  // namespace rehome::validate
