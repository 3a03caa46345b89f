#include "cli/command_line.h"

#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "base/text.h"

namespace rehome::cli {

namespace {

constexpr std::string_view kHook = "--on-finish";
constexpr const char* kHidden = "…";

// Flags that take a value and that only a rehearsal has.
bool IsOfRehearsal(std::string_view flag) {
  return flag == "--latency" || flag == "--faults" || flag == "--speed";
}

}  // namespace

std::string CommandLineOf(std::span<const char* const> words) {
  std::string line = "rehome";
  for (const char* word : words.subspan(1)) line += " " + base::ShellWord(word);
  return line;
}

std::string StoredCommandLineOf(std::span<const char* const> words) {
  std::vector<const char*> shown(words.begin(), words.end());
  for (std::size_t i = 1; i < shown.size(); ++i) {
    const std::string_view word = shown[i];
    if (word == kHook && i + 1 < shown.size()) shown[i + 1] = kHidden;
    if (word.starts_with(kHook) && word.substr(kHook.size()).starts_with('=')) {
      shown[i] = "--on-finish=…";
    }
  }
  return CommandLineOf(shown);
}

std::string ImportLineOf(std::span<const char* const> words) {
  std::string line = "rehome import";
  bool of_the_rehearsal = false;
  for (const char* text : words.subspan(2)) {
    const std::string_view word = text;
    if (std::exchange(of_the_rehearsal, false)) continue;
    of_the_rehearsal = IsOfRehearsal(word);
    const bool with_value = IsOfRehearsal(word.substr(0, word.find('=')));
    if (!of_the_rehearsal && !with_value) line += " " + base::ShellWord(word);
  }
  return line;
}

void KeepCommandLine(Command& command, std::span<const char* const> words) {
  std::visit(
      [&](auto& chosen) {
        chosen.common.typed_line = CommandLineOf(words);
        chosen.common.command_line = StoredCommandLineOf(words);
        if constexpr (std::is_same_v<decltype(chosen), RehearseCommand&>) {
          chosen.import_line = ImportLineOf(words);
        }
      },
      command);
}

}  // namespace rehome::cli
