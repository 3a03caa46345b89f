#include "cli/command_line.h"

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

#include "base/text.h"

namespace rehome::cli {

namespace {

constexpr std::string_view kHook = "--on-finish";
constexpr const char* kHidden = "…";

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

void KeepCommandLine(Command& command, std::span<const char* const> words) {
  std::visit(
      [&](auto& chosen) {
        chosen.common.typed_line = CommandLineOf(words);
        chosen.common.command_line = StoredCommandLineOf(words);
      },
      command);
}

}  // namespace rehome::cli
