#include "base/text.h"
#include "cli/shell_completion.h"

namespace rehome::cli {
namespace {

// `bash` 4 and later, with or without the package bash-completion. `=` is a word of its own there.
constexpr const char* kBegin = R"sh(# bash completion of rehome; made by `rehome completion bash`.
_rehome_run_ids() {
  "$1" runs -q ${2:+--runs-dir "$2"} 2>/dev/null | while read -r run _; do
    [[ $run == run ]] || printf '%s\n' "$run"
  done
}

_rehome() {
  local program=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]}
  local command= option= runs_dir= words= kind= arguments=0 i word
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    [[ $word == = ]] && continue
    if [[ -n $option ]]; then
      [[ $option == --runs-dir ]] && runs_dir=$word
      option=
      continue
    fi
    case "$command $word" in
)sh";

constexpr const char* kValues = R"sh(      *' -'*) ;;
      *) ((arguments++)) ;;
    esac
  done
  [[ $cur == = ]] && cur=
  if [[ -n $option ]]; then
    case "$command $option" in
)sh";

constexpr const char* kFlags = R"sh(      *) return ;;
    esac
  elif [[ $cur == -* ]]; then
    case "$command" in
)sh";

constexpr const char* kArguments = R"sh(    esac
  else
    case "$command $arguments" in
)sh";

constexpr const char* kEnd = R"sh(    esac
  fi
  case "$kind" in
    file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
    directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
    command) mapfile -t COMPREPLY < <(compgen -c -- "$cur") ;;
    run) mapfile -t COMPREPLY < <(compgen -W "$words $(_rehome_run_ids "$program" "$runs_dir")" -- "$cur") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
  esac
}

complete -F _rehome rehome
)sh";

std::string NameOf(ValueKind kind) {
  switch (kind) {
    case ValueKind::kAny:
    case ValueKind::kChoice:
      return {};
    case ValueKind::kFile:
      return "file";
    case ValueKind::kDirectory:
      return "directory";
    case ValueKind::kRun:
      return "run";
    case ValueKind::kCommand:
      return "command";
  }
  return {};
}

std::string ActionFor(const OptionFacts& option) {
  if (!option.choices.empty()) return "words='" + base::Join(option.choices, " ") + "'";
  return "kind=" + NameOf(KindOf(option));
}

// `'import --rows'|'import -r'`: what stands for an option behind its command.
std::string PatternOf(const CommandFacts& command, const OptionFacts& option) {
  std::string pattern = "'" + command.path + " " + option.long_name + "'";
  if (!option.short_name.empty()) pattern += "|'" + command.path + " " + option.short_name + "'";
  return pattern;
}

std::string FlagsOf(const CommandFacts& command) {
  std::vector<std::string> flags;
  for (const OptionFacts& option : command.options) {
    if (option.is_argument) continue;
    flags.push_back(option.long_name);
    if (!option.short_name.empty()) flags.push_back(option.short_name);
  }
  return base::Join(flags, " ");
}

std::string WalkLines(const CommandFacts& command) {
  std::string lines;
  for (const CommandFacts& below : command.commands) {
    lines += "      '" + command.path + " " + below.name + "') command='" + below.path + "' ;;\n";
  }
  for (const OptionFacts& option : command.options) {
    if (option.is_argument || !option.takes_value) continue;
    lines += "      " + PatternOf(command, option) + ") option=$word ;;\n";
  }
  return lines;
}

std::string ArgumentLines(const CommandFacts& command) {
  if (!command.commands.empty()) {
    std::vector<std::string> names;
    for (const CommandFacts& below : command.commands) names.push_back(below.name);
    return "      '" + command.path + " 0') words='" + base::Join(names, " ") + "' ;;\n";
  }
  int number = 0;
  std::string lines;
  for (const OptionFacts& option : command.options) {
    if (!option.is_argument) continue;
    const std::string at = std::to_string(number++);
    lines += "      '" + command.path + " " + (option.repeats ? "'*" : at + "'") + ") " +
             ActionFor(option);
    // An id that may be left out.
    if (const auto behind = WordsBehindRun(command, option); !behind.empty()) {
      lines += " words='" + base::Join(behind, " ") + "'";
    }
    lines += " ;;\n";
  }
  return lines;
}

}  // namespace

std::string BashCompletion(const CommandFacts& program) {
  const std::vector<const CommandFacts*> all = AllOf(program);
  std::string script = kBegin;
  for (const CommandFacts* command : all) script += WalkLines(*command);
  script += kValues;
  for (const CommandFacts* command : all) {
    for (const OptionFacts& option : command->options) {
      if (option.is_argument || !option.takes_value) continue;
      if (KindOf(option) == ValueKind::kAny) continue;
      script += "      " + PatternOf(*command, option) + ") " + ActionFor(option) + " ;;\n";
    }
  }
  script += kFlags;
  for (const CommandFacts* command : all) {
    script += "      '" + command->path + "') words='" + FlagsOf(*command) + "' ;;\n";
  }
  script += kArguments;
  for (const CommandFacts* command : all) script += ArgumentLines(*command);
  return script + kEnd;
}

}  // namespace rehome::cli
