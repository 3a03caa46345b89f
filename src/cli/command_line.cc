#include "cli/command_line.h"

#include "base/text.h"

namespace rehome::cli {

std::string CommandLineOf(std::span<const char* const> words) {
  std::string line = "rehome";
  for (const char* word : words.subspan(1)) line += " " + base::ShellWord(word);
  return line;
}

}  // namespace rehome::cli
