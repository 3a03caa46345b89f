#include <utility>

#include "json/writer.h"
#include "report/problem_list.h"

namespace rehome::report {
namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

std::string_view LevelOf(model::Reason reason) {
  const bool is_error = model::FactsOf(reason).severity == model::Severity::kError;
  return is_error ? "error" : "warning";
}

void WriteText(json::Writer& writer, std::string_view key, std::string_view text) {
  writer.Key(key).BeginObject().Field("text", text).EndObject();
}

// All that a check can tell, whatever it told: which rules there are.
void WriteRules(json::Writer& writer) {
  writer.Key("rules").BeginArray();
  for (const model::ReasonFacts& facts : model::AllReasons()) {
    if (!model::IsOfACheck(facts.reason)) continue;
    writer.BeginObject().Field("id", facts.code);
    WriteText(writer, "shortDescription", facts.cause);
    WriteText(writer, "help", facts.fix);
    writer.Key("defaultConfiguration")
        .BeginObject()
        .Field("level", LevelOf(facts.reason))
        .EndObject()
        .EndObject();
  }
  writer.EndArray();
}

/// Written in pieces: the log is complete with its end.
class ProblemSarif final : public ProblemList {
 public:
  ProblemSarif(std::string uri, std::string version)
      : uri_(std::move(uri)), version_(std::move(version)) {}

  std::string Begin() override {
    json::Writer writer;
    writer.BeginObject().Field("$schema", kSchema).Field("version", "2.1.0");
    writer.Key("runs").BeginArray().BeginObject();
    writer.Key("tool").BeginObject().Key("driver").BeginObject();
    writer.Field("name", "rehome").Field("version", version_);
    WriteRules(writer);
    writer.EndObject().EndObject();
    writer.Field("columnKind", "unicodeCodePoints").Key("results").BeginArray();
    return writer.Take();
  }
  std::string Add(const model::Problem& problem, bool repaired) override {
    json::Writer writer;
    writer.BeginObject()
        .Field("ruleId", model::CodeOf(problem.reason))
        .Field("level", LevelOf(problem.reason));
    WriteText(writer, "message", MessageOf(problem));
    writer.Key("locations").BeginArray().BeginObject().Key("physicalLocation").BeginObject();
    writer.Key("artifactLocation").BeginObject().Field("uri", uri_).EndObject();
    writer.Key("region")
        .BeginObject()
        .Field("startLine", problem.place.line)
        .Field("startColumn", problem.place.column)
        .Field("endLine", problem.place.end_line)
        .Field("endColumn", problem.place.end_column)
        .EndObject();
    writer.EndObject().EndObject().EndArray();
    writer.Key("properties")
        .BeginObject()
        .Field("row", problem.row)
        .Field("column", problem.column)
        .Field("columnNumber", static_cast<std::int64_t>(problem.field))
        .Field("value", problem.value);
    if (problem.repair == model::Repair::kCell) writer.Field("repair", problem.repaired);
    if (problem.repair != model::Repair::kNone) writer.Field("repaired", repaired);
    writer.EndObject().EndObject();
    return (std::exchange(has_results_, true) ? ",\n" : "\n") + writer.Take();
  }
  std::string End(const ProblemTotals&) override { return "\n]" + Invocation("") + "}]}\n"; }
  std::string EndRefused(const std::string& why) override {
    return "\n]" + Invocation(why) + "}]}\n";
  }

 private:
  static std::string MessageOf(const model::Problem& problem) {
    std::string text = problem.column.empty() ? "" : problem.column + ": ";
    text += SentenceOf(problem);
    return text + " (fix: " + std::string(model::FactsOf(problem.reason).fix) + ")";
  }
  // A file that is refused was not checked, which no result can tell.
  static std::string Invocation(const std::string& why) {
    json::Writer writer;
    writer.BeginArray().BeginObject().Field("executionSuccessful", why.empty());
    if (!why.empty()) {
      writer.Key("toolExecutionNotifications").BeginArray().BeginObject().Field("level", "error");
      WriteText(writer, "message", why);
      writer.EndObject().EndArray();
    }
    writer.EndObject().EndArray();
    return ",\"invocations\":" + writer.Take();
  }

  std::string uri_;
  std::string version_;
  bool has_results_ = false;
};

}  // namespace

std::unique_ptr<ProblemList> MakeProblemSarif(std::string uri, std::string version) {
  return std::make_unique<ProblemSarif>(std::move(uri), std::move(version));
}

}  // namespace rehome::report
