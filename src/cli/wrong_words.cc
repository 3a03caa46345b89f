#include "cli/wrong_words.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "cli/flag_values.h"
#include "cli/unknown_word.h"

namespace rehome::cli {
namespace {

using Words = std::span<const char* const>;

const CommandFacts* CommandNamed(const CommandFacts& command, std::string_view word) {
  for (const CommandFacts& below : command.commands) {
    if (below.name == word) return &below;
  }
  return nullptr;
}

// With its value behind `=` or without.
const OptionFacts* FlagNamed(const CommandFacts& command, std::string_view word) {
  const std::string_view name = word.substr(0, word.find('='));
  for (const OptionFacts& option : command.options) {
    if (!option.is_argument && (option.long_name == name || option.short_name == name)) {
      return name.empty() ? nullptr : &option;
    }
  }
  return nullptr;
}

/// The command line as far as it can be understood.
struct Reading {
  const CommandFacts* command = nullptr;
  std::string fault;
};

Reading Read(const CommandFacts& program, Words words) {
  Reading reading{.command = &program, .fault = {}};
  const OptionFacts* before = nullptr;
  for (const std::string_view word : words.subspan(1)) {
    if (word == "--") break;
    const bool is_value = before != nullptr;
    const OptionFacts* option = FlagNamed(*reading.command, word);
    const bool wants_value = option != nullptr && option->takes_value;
    before =
        wants_value && word.find('=') == std::string_view::npos && !is_value ? option : nullptr;
    if (is_value || word.starts_with('-') || reading.command->commands.empty()) continue;
    const CommandFacts* below = CommandNamed(*reading.command, word);
    if (below == nullptr) {
      std::vector<std::string> known;
      for (const CommandFacts& each : reading.command->commands) known.push_back(each.name);
      reading.fault = UnknownWord(word, reading.command->path, known);
      return reading;
    }
    reading.command = below;
  }
  return reading;
}

std::string SeeHelp(const CommandFacts& command) {
  return "; see rehome " + command.path + (command.path.empty() ? "--help" : " --help");
}

std::string MissingValue(const CommandFacts& command, const OptionFacts& option) {
  return option.long_name + " wants a value behind it: " +
         (option.choices.empty() ? option.long_name + " " + option.shown
                                 : OneOfWords(option.choices)) +
         SeeHelp(command);
}

std::string MissingCommand(const CommandFacts& command) {
  if (command.path.empty()) return "a command is missing; see rehome --help";
  std::vector<std::string> names;
  for (const CommandFacts& below : command.commands) names.push_back(below.name);
  return "`rehome " + command.path + "` wants a word behind it: " + OneOfWords(names) +
         SeeHelp(command);
}

std::string ExcessArgument(const CommandFacts& command, const std::string& word) {
  std::string taken = "none";
  for (const OptionFacts& option : command.options) {
    if (option.is_argument) {
      taken = "one " + option.long_name + " (a name with blanks wants quotes)";
    }
  }
  return '"' + base::EscapeForTerminal(base::MaskSecrets(word)) +
         "\" is one argument too many: `rehome " + command.path + "` takes " + taken +
         SeeHelp(command);
}

std::string StrayWord(const CommandFacts& command, std::vector<std::string> stray) {
  const bool all_arguments = std::erase(stray, "--") > 0;
  if (stray.empty()) return MissingCommand(command);
  const std::string& word = stray.front();
  const bool is_flag = !all_arguments && word.size() > 1 && word.starts_with('-');
  if (!is_flag) return ExcessArgument(command, word);
  if (FlagNamed(command, word) != nullptr) {
    return word + " stands before the command: write it behind `rehome " + command.path + "`";
  }
  if (word.starts_with("-=")) {
    return "a short flag takes no value behind it with =" + SeeHelp(command);
  }
  std::vector<std::string> known;
  for (const OptionFacts& option : command.options) {
    if (!option.is_argument) known.push_back(option.long_name);
  }
  return UnknownWord(word, command.path, known);
}

// The flag whose name the complaint begins with, perhaps without its dashes; hidden ones have no
// name there.
const OptionFacts* FlagAtFault(const CommandFacts& command, const std::string& complaint,
                               Words words) {
  const std::string names = complaint.substr(0, complaint.find_first_of(": "));
  const std::string name = names.substr(names.rfind(',') + 1);
  if (name.starts_with('-')) return FlagNamed(command, name);
  if (!name.empty()) return FlagNamed(command, (name.size() == 1 ? "-" : "--") + name);
  for (const std::string_view word : words.subspan(1)) {
    const OptionFacts* option = FlagNamed(command, word);
    if (option != nullptr && option->section.empty()) return option;
  }
  return nullptr;
}

std::string ValuesFault(const CommandFacts& command, const std::string& complaint, Words words) {
  const OptionFacts* flag = FlagAtFault(command, complaint, words);
  if (flag == nullptr) return "a flag has too many values or too few" + SeeHelp(command);
  if (!flag->takes_value) {
    return flag->long_name +
           " takes no value: leave out what stands behind the =" + SeeHelp(command);
  }
  const auto times = std::count_if(words.begin() + 1, words.end(), [&](std::string_view word) {
    return FlagNamed(command, word) == flag;
  });
  if (times < 2) return MissingValue(command, *flag);
  return flag->long_name + " is given " + std::to_string(times) + " times: give it once" +
         SeeHelp(command);
}

std::string Missing(const CommandFacts& command, const Complaint& complaint) {
  const bool stray = !complaint.stray.empty() && complaint.stray.front().starts_with('-');
  if (stray) return StrayWord(command, complaint.stray);
  if (!command.commands.empty()) return MissingCommand(command);
  for (const OptionFacts& option : command.options) {
    if (option.is_argument && option.required) {
      return option.long_name + ", " + option.text + ", is missing" + SeeHelp(command);
    }
  }
  return "an argument is missing" + SeeHelp(command);
}

// Behind the name that the parser puts before it.
std::string OfCheck(const std::string& complaint) {
  constexpr std::string_view kBehindName = ": ";
  const std::size_t at = complaint.find(kBehindName);
  return at == std::string::npos ? complaint : complaint.substr(at + kBehindName.size());
}

}  // namespace

std::string WordFault(const CommandFacts& program, Words words) {
  const Reading reading = Read(program, words);
  if (!reading.fault.empty()) return reading.fault;
  const OptionFacts* before = nullptr;
  for (const std::string_view word : words.subspan(1)) {
    if (word == "--") break;
    const OptionFacts* option = FlagNamed(*reading.command, word);
    if (before != nullptr && option != nullptr) return MissingValue(*reading.command, *before);
    const bool wants_value = before == nullptr && option != nullptr && option->takes_value;
    before = wants_value && word.find('=') == std::string_view::npos ? option : nullptr;
  }
  return "";
}

std::string ParseFault(const CommandFacts& program, const Complaint& complaint, Words words) {
  const CommandFacts& command = *Read(program, words).command;
  switch (complaint.kind) {
    case Complaint::Kind::kStrayWord:
      return StrayWord(command, complaint.stray);
    case Complaint::Kind::kMissing:
      return Missing(command, complaint);
    case Complaint::Kind::kValues:
      return ValuesFault(command, complaint.text, words);
    case Complaint::Kind::kValue:
      return OfCheck(complaint.text);
    case Complaint::Kind::kOther:
      break;  // nothing of ours leads there
  }
  return "the command line cannot be read (" + base::EscapeForTerminal(complaint.text) + ")" +
         SeeHelp(command);
}

}  // namespace rehome::cli
