#include "base/text.h"
#include "cli/shell_completion.h"

namespace rehome::cli {
namespace {

constexpr const char* kBegin = R"sh(#compdef rehome
# zsh completion of rehome; made by `rehome completion zsh`.
_rehome_run_ids() {
  local -a runs where
  [[ -n ${opt_args[--runs-dir]} ]] && where=(--runs-dir ${(Q)opt_args[--runs-dir]})
  runs=(${(f)"$(rehome runs -q $where 2>/dev/null)"})
  runs=(${runs%% *})
  compadd -- ${runs:#run}
}

)sh";

constexpr const char* kEnd = R"sh(
if [[ ${funcstack[1]} == _rehome ]]; then
  _rehome "$@"
else
  compdef _rehome rehome
fi
)sh";

std::string Replaced(const std::string& text, char what, const std::string& by) {
  std::string result;
  for (const char c : text) {
    if (c == what) {
      result += by;
    } else {
      result += c;
    }
  }
  return result;
}

// Within single quotes, where the function _arguments reads `:`, `[` and `]`.
std::string Quoted(const std::string& text) {
  std::string safe = Replaced(Replaced(text, '\\', "\\\\"), '\n', " ");
  for (const char c : {'[', ']', ':'}) safe = Replaced(safe, c, std::string("\\") + c);
  return Replaced(safe, '\'', "'\\''");
}

std::string ActionFor(const OptionFacts& option) {
  switch (KindOf(option)) {
    case ValueKind::kAny:
      return " ";
    case ValueKind::kChoice:
      return "(" + base::Join(option.choices, " ") + ")";
    case ValueKind::kFile:
      return "_files";
    case ValueKind::kDirectory:
      return "_files -/";
    case ValueKind::kRun:
      return "_rehome_run_ids";
    case ValueKind::kCommand:
      return "_command_names -e";
  }
  return {};
}

std::string SpecOf(const CommandFacts& command, const OptionFacts& option) {
  if (const auto words = WordsBehindRun(command, option); !words.empty()) {
    return "'::" + Quoted(option.long_name) + ":{ " + ActionFor(option) + "; compadd -- " +
           base::Join(words, " ") + " }'";
  }
  if (option.is_argument) {
    return (option.repeats ? "'*::" : "'::") + Quoted(option.long_name) + ":" + ActionFor(option) +
           "'";
  }
  const std::string text = "[" + Quoted(option.text) + "]";
  const std::string value =
      option.takes_value ? ":" + Quoted(option.shown) + ":" + ActionFor(option) : "";
  const std::string equals = option.takes_value ? "=" : "";
  if (option.short_name.empty()) {
    return "'*" + option.long_name + equals + text + value + "'";
  }
  return "'*'{" + option.short_name + "," + option.long_name + equals + "}'" + text + value + "'";
}

std::string FunctionOf(const CommandFacts& command) {
  return command.path.empty() ? "_rehome" : "_rehome_" + Replaced(command.path, ' ', "_");
}

std::string FunctionText(const CommandFacts& command) {
  std::string text = FunctionOf(command) + "() {\n  local curcontext=$curcontext state line\n";
  text += "  local -A opt_args\n  _arguments -C";
  for (const OptionFacts& option : command.options) text += " \\\n    " + SpecOf(command, option);
  if (command.commands.empty()) return text + "\n}\n\n";
  text += " \\\n    '1: :->command' '*:: :->words'\n  case $state in\n    command)\n";
  text += "      local -a commands=(\n";
  for (const CommandFacts& below : command.commands) {
    text += "        '" + below.name + ":" + Quoted(below.text) + "'\n";
  }
  text += "      )\n      _describe command commands\n      ;;\n    words)\n";
  text += "      case $words[1] in\n";
  for (const CommandFacts& below : command.commands) {
    text += "        " + below.name + ") " + FunctionOf(below) + " ;;\n";
  }
  return text + "      esac\n      ;;\n  esac\n}\n\n";
}

}  // namespace

std::string ZshCompletion(const CommandFacts& program) {
  std::string script = kBegin;
  for (const CommandFacts* command : AllOf(program)) script += FunctionText(*command);
  script.pop_back();
  return script + kEnd;
}

}  // namespace rehome::cli
