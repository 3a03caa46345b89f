#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/terminal.h"
#include "cli/unknown_word.h"
#include "model/reason.h"
#include "report/explanation_text.h"

namespace rehome::cli {
namespace {

std::vector<model::Reason> AllOfThem() {
  std::vector<model::Reason> reasons;
  for (const model::ReasonFacts& facts : model::AllReasons()) {
    if (facts.reason != model::Reason::kNone) reasons.push_back(facts.reason);
  }
  return reasons;
}

base::Error Unknown(const std::string& word) {
  std::vector<std::string_view> codes;
  for (const model::Reason reason : AllOfThem()) codes.push_back(model::CodeOf(reason));
  return {base::ErrorCode::kUsage, UnknownCode(word, codes)};
}

base::Result<std::vector<model::Reason>> ReasonsOf(const std::vector<std::string>& words) {
  std::vector<model::Reason> reasons;
  for (const std::string& word : words) {
    const auto reason = model::ReasonWithCode(base::FoldAscii(word));
    if (!reason || *reason == model::Reason::kNone) return Unknown(word);
    reasons.push_back(*reason);
  }
  return reasons;
}

std::string Text(const std::vector<model::Reason>& reasons) {
  std::string text;
  for (const model::Reason reason : reasons) {
    if (!text.empty()) text += "\n\n";
    text += report::RenderExplanation(report::ExplanationOf(reason), TerminalColumns());
  }
  return text;
}

std::string Json(const std::vector<model::Reason>& reasons) {
  std::string lines;
  for (const model::Reason reason : reasons) {
    lines += report::RenderExplanationJson(report::ExplanationOf(reason));
  }
  return lines;
}

}  // namespace

ExitCode RunExplain(const ExplainCommand& command) {
  auto reasons = ReasonsOf(command.codes);
  if (!reasons) {
    PrintError(reasons.error());
    return ExitCodeOf(reasons.error().code);
  }
  const bool all = reasons->empty();
  if (all) *reasons = AllOfThem();
  std::string text;
  if (command.common.output.json) {
    text = Json(*reasons);
  } else if (all) {
    text = report::RenderReasons(TerminalColumns());
  } else {
    text = Text(*reasons);
  }
  return PrintResult(text) ? ExitCode::kDone : ExitCode::kFatal;
}

}  // namespace rehome::cli
