#include "cli/command_tree.h"

#include "base/text.h"

namespace rehome::cli {

std::vector<std::string> ChoicesIn(std::string_view type) {
  const std::size_t begin = type.find('{');
  const std::size_t end = type.find('}', begin);
  if (begin == std::string_view::npos || end == std::string_view::npos) return {};
  return base::Split(type.substr(begin + 1, end - begin - 1), ',');
}

ValueKind KindOf(const OptionFacts& option) {
  if (!option.takes_value) return ValueKind::kAny;
  if (!option.choices.empty()) return ValueKind::kChoice;
  const std::string& name = option.is_argument ? option.long_name : option.shown;
  if (name == "FILE" || name == "OUT.csv") return ValueKind::kFile;
  if (name == "DIR") return ValueKind::kDirectory;
  if (name == "RUN") return ValueKind::kRun;
  if (name == "CMD") return ValueKind::kCommand;
  return ValueKind::kAny;
}

std::vector<std::string> WordsBehindRun(const CommandFacts& command, const OptionFacts& run) {
  if (!run.is_argument || KindOf(run) != ValueKind::kRun || run.required) return {};
  for (const OptionFacts& option : command.options) {
    if (option.is_argument && !option.choices.empty()) return option.choices;
  }
  return {};
}

std::vector<const CommandFacts*> AllOf(const CommandFacts& command) {
  std::vector<const CommandFacts*> all = {&command};
  for (const CommandFacts& below : command.commands) {
    for (const CommandFacts* each : AllOf(below)) all.push_back(each);
  }
  return all;
}

}  // namespace rehome::cli
