#include <utility>

#include "json/writer.h"
#include "report/problem_list.h"

namespace rehome::report {
namespace {

class ProblemJson final : public ProblemList {
 public:
  explicit ProblemJson(std::string file) : file_(std::move(file)) {}

  std::string Begin() override { return {}; }
  std::string Add(const model::Problem& problem, bool repaired) override {
    const model::ReasonFacts& facts = model::FactsOf(problem.reason);
    const bool is_error = facts.severity == model::Severity::kError;
    json::Writer writer;
    writer.BeginObject()
        .Field("type", "problem")
        .Field("file", file_)
        .Field("row", problem.row)
        .Field("line", problem.place.line)
        .Field("character", problem.place.column)
        .Field("end_line", problem.place.end_line)
        .Field("end_character", problem.place.end_column)
        .Field("column", problem.column);
    writer.Key("column_number");
    if (problem.field == 0) {
      writer.Null();
    } else {
      writer.Int(static_cast<std::int64_t>(problem.field));
    }
    writer.Field("severity", is_error ? "error" : "warning")
        .Field("code", facts.code)
        .Field("value", problem.value)
        .Field("message", SentenceOf(problem))
        .Field("hint", facts.fix);
    WriteRepair(writer, problem, repaired);
    writer.EndObject();
    return writer.Take() + "\n";
  }
  std::string End(const ProblemTotals& totals) override {
    json::Writer writer;
    writer.BeginObject()
        .Field("type", "summary")
        .Field("file", file_)
        .Field("rows", totals.rows)
        .Field("users", totals.users)
        .Field("organizations", totals.organizations)
        .Field("problems", totals.errors)
        .Field("remarks", totals.warnings);
    if (!totals.copy.empty()) {
      writer.Field("copy", totals.copy)
          .Field("repaired", totals.repaired)
          .Field("problems_left", totals.errors_left)
          .Field("remarks_left", totals.warnings_left);
    }
    writer.EndObject();
    return writer.Take() + "\n";
  }
  std::string EndRefused(const std::string& why) override {
    json::Writer writer;
    writer.BeginObject()
        .Field("type", "refused")
        .Field("file", file_)
        .Field("message", why)
        .EndObject();
    return writer.Take() + "\n";
  }

 private:
  static void WriteRepair(json::Writer& writer, const model::Problem& problem, bool repaired) {
    writer.Key("repair");
    if (problem.repair == model::Repair::kNone) {
      writer.Null();
      return;
    }
    const bool is_cell = problem.repair == model::Repair::kCell;
    writer.BeginObject().Field("does", is_cell ? "cell" : "row_goes").Field("done", repaired);
    if (is_cell) writer.Field("from", problem.value).Field("to", problem.repaired);
    writer.EndObject();
  }

  std::string file_;
};

}  // namespace

std::unique_ptr<ProblemList> MakeProblemJson(std::string file) {
  return std::make_unique<ProblemJson>(std::move(file));
}

}  // namespace rehome::report
