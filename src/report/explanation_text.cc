#include "report/explanation_text.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "json/writer.h"
#include "report/text_table.h"

namespace rehome::report {
namespace {

// Narrower terminals get lines of this width rather than one word a line.
constexpr int kLeastColumns = 40;
// More is tiresome to read, however wide the terminal is.
constexpr int kMostColumns = 100;
constexpr int kJsonVersion = 1;

int WidthFor(int columns) { return std::clamp(columns, kLeastColumns, kMostColumns); }

bool IsRemark(const model::ReasonFacts& facts) {
  return facts.severity == model::Severity::kWarning;
}

std::string Paragraph(std::string_view text, int columns) {
  return WrapText("  " + std::string(text), 2, columns);
}

std::string Section(std::string_view title, std::string_view text, int columns) {
  if (text.empty()) return {};
  return "\n" + std::string(title) + "\n" + Paragraph(text, columns);
}

std::string Steps(const std::vector<std::string>& steps, int columns) {
  std::string text = "\nWhat to do\n";
  for (std::size_t i = 0; i < steps.size(); ++i) {
    text += WrapText("  " + std::to_string(i + 1) + ". " + steps[i], 5, columns);
  }
  return text;
}

}  // namespace

std::string RenderExplanation(const Explanation& explanation, int columns) {
  columns = WidthFor(columns);
  const model::ReasonFacts& facts = model::FactsOf(explanation.reason);
  const std::string_view phase = PhaseTextOf(explanation.reason);
  std::string text =
      WrapText(std::string(facts.code) + ": " + std::string(facts.cause), 2, columns);
  text += Paragraph((IsRemark(facts) ? "a remark in " : "an error in ") +
                        (phase == "any" ? "any phase" : "the phase " + std::string(phase)),
                    columns);
  text += Section("What it means", explanation.meaning, columns);
  text += Section("What happened", explanation.fate, columns);
  text += Steps(explanation.steps, columns);
  text += Section("The same again", explanation.again, columns);
  return text + Section("What follows from it", explanation.follows, columns);
}

std::string RenderReasons(int columns) {
  constexpr std::array<std::string_view, 6> kPhases = {
      "survey", "organizations", "users", "memberships", "any", "verification"};
  columns = WidthFor(columns);
  std::string text;
  for (const std::string_view phase : kPhases) {
    text += phase == "any" ? "any phase\n" : std::string(phase) + "\n";
    for (const model::ReasonFacts& facts : model::AllReasons()) {
      if (facts.reason == model::Reason::kNone || PhaseTextOf(facts.reason) != phase) continue;
      text += WrapText("  " + std::string(facts.code) + (IsRemark(facts) ? " (remark)" : "") +
                           ": " + std::string(facts.cause),
                       6, columns);
    }
    text += "\n";
  }
  return text + "rehome explain CODE says more of each code.\n";
}

std::string RenderExplanationJson(const Explanation& explanation) {
  const model::ReasonFacts& facts = model::FactsOf(explanation.reason);
  json::Writer writer;
  writer.BeginObject()
      .Field("version", kJsonVersion)
      .Field("code", facts.code)
      .Field("phase", PhaseTextOf(explanation.reason))
      .Field("severity", IsRemark(facts) ? "warning" : "error")
      .Field("retryable", facts.retryable == model::Retryable::kYes)
      .Field("cause", facts.cause)
      .Field("fix", facts.fix)
      .Field("meaning", explanation.meaning)
      .Field("fate", explanation.fate)
      .Key("steps")
      .BeginArray();
  for (const std::string& step : explanation.steps) writer.String(step);
  writer.EndArray().Field("again", explanation.again).Field("follows", explanation.follows);
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace rehome::report
