#include "base/text.h"
#include "cli/shell_completion.h"

namespace rehome::cli {
namespace {

constexpr const char* kBegin = R"sh(# fish completion of rehome; made by `rehome completion fish`.
function __rehome_run_ids
    set -l words (commandline -opc)
    set -l at (contains -i -- --runs-dir $words)
    set -l where
    if test -n "$at"; and test (count $words) -gt "$at"
        set where --runs-dir $words[(math $at + 1)]
    end
    rehome runs -q $where 2>/dev/null | string replace -r ' .*' '' | string match -v run
end

# Whether the words so far name this command and none below it.
function __rehome_in
    set -l words (commandline -opc)[2..-1]
    set -l named (string match -rv '^-' -- $words)
    set -l wanted $argv
    for i in (seq (count $wanted))
        test "$named[$i]" = "$wanted[$i]"; or return 1
    end
end

# The same with no other word after them.
function __rehome_at
    set -l named (string match -rv '^-' -- (commandline -opc)[2..-1])
    test "$named" = "$argv"
end

complete -c rehome -f
)sh";

std::string Quoted(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\'' || c == '\\') safe += '\\';
    safe += c == '\n' ? ' ' : c;
  }
  return "'" + safe + "'";
}

std::string ValuesOf(const OptionFacts& option) {
  switch (KindOf(option)) {
    case ValueKind::kAny:
      return " -x";
    case ValueKind::kChoice:
      return " -x -a " + Quoted(base::Join(option.choices, " "));
    case ValueKind::kFile:
      return " -r -F";
    case ValueKind::kDirectory:
      return " -x -a '(__fish_complete_directories)'";
    case ValueKind::kRun:
      return " -x -a '(__rehome_run_ids)'";
    case ValueKind::kCommand:
      return " -x -a '(__fish_complete_command)'";
  }
  return {};
}

std::string ConditionFor(const CommandFacts& command) {
  return command.path.empty() ? "__rehome_at" : "__rehome_in " + command.path;
}

std::string OptionLine(const CommandFacts& command, const OptionFacts& option) {
  const std::string line = "complete -c rehome -n " + Quoted(ConditionFor(command));
  if (option.is_argument) {
    switch (KindOf(option)) {
      case ValueKind::kRun:
        return line + " -a '(__rehome_run_ids)'\n";
      case ValueKind::kFile:
        return line + " -F\n";
      case ValueKind::kChoice:
        return line + " -a " + Quoted(base::Join(option.choices, " ")) + "\n";
      case ValueKind::kAny:
      case ValueKind::kDirectory:
      case ValueKind::kCommand:
        return {};
    }
  }
  std::string names = " -l " + option.long_name.substr(2);
  if (!option.short_name.empty()) names += " -s " + option.short_name.substr(1);
  return line + names + (option.takes_value ? ValuesOf(option) : "") + " -d " +
         Quoted(option.text) + "\n";
}

}  // namespace

std::string FishCompletion(const CommandFacts& program) {
  std::string script = kBegin;
  for (const CommandFacts* command : AllOf(program)) {
    const std::string at = command->path.empty() ? "__rehome_at" : "__rehome_at " + command->path;
    for (const CommandFacts& below : command->commands) {
      script += "complete -c rehome -n " + Quoted(at) + " -a " + below.name + " -d " +
                Quoted(below.text) + "\n";
    }
    for (const OptionFacts& option : command->options) script += OptionLine(*command, option);
  }
  return script;
}

}  // namespace rehome::cli
