#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rehome::cli {

/// One option or argument of a command, as its help tells of it.
struct OptionFacts {
  std::string long_name;   ///< "--rows"; of an argument its name, "RUN"
  std::string short_name;  ///< "-y", or empty
  bool is_argument = false;
  bool takes_value = false;
  bool required = false;
  bool repeats = false;  ///< an argument of which there may be several
  std::string shown;     ///< stands for the value: "N", "FILE"
  std::string text;
  std::string section;               ///< the heading that it stands under
  std::vector<std::string> choices;  ///< the only values; empty = any
};

/// A command with all that a person may type after it; what the help hides is left out.
struct CommandFacts {
  std::string name;
  std::string path;  ///< "lock status"; of the program itself empty
  std::string text;
  std::string footer;
  std::vector<OptionFacts> options;
  std::vector<CommandFacts> commands;
};

/// Those that the parser's name of a type lists: `TEXT:{adopt,skip}`.
std::vector<std::string> ChoicesIn(std::string_view type);

/// What a value is, so that a shell can offer some.
enum class ValueKind { kAny, kChoice, kFile, kDirectory, kRun, kCommand };
ValueKind KindOf(const OptionFacts& option);

/// What may stand in the place of `run`, an argument of `command` that may be left out: the words
/// of the one behind it. Empty for any other option.
std::vector<std::string> WordsBehindRun(const CommandFacts& command, const OptionFacts& run);

/// The program and all commands below it, from the definitions that the command line is read by.
/// In options.cc.
CommandFacts DescribeProgram();

/// A command and all below it, those above first.
std::vector<const CommandFacts*> AllOf(const CommandFacts& command);

}  // namespace rehome::cli
