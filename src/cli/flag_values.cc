#include "cli/flag_values.h"

#include <string_view>

#include "base/text.h"

namespace rehome::cli {

std::string EmptyValueFault(std::span<const char* const> words) {
  std::string_view before;
  for (const std::string_view word : words) {
    const std::string_view flag = word.empty() ? before : word;
    const std::size_t equals = flag.find('=');
    if (word.empty() && !flag.starts_with("-")) {
      return "an argument is empty: give it a value, or leave it out";
    }
    // Never what stands behind `=`: it may be a secret.
    if (word.empty() || (word.starts_with("--") && equals == word.size() - 1)) {
      return std::string(flag.substr(0, equals)) +
             ": the value behind it is empty: give one, or leave it out";
    }
    before = word;
  }
  return "";
}

std::string PercentOf(const std::string& value) {
  return value.size() > 1 && value.ends_with('%') ? value.substr(0, value.size() - 1) : value;
}

std::string NumberFault(const std::string& value, int lowest) {
  const auto number = base::ParseDouble(value);
  if (number && *number >= lowest) return "";
  return "wants a number from " + std::to_string(lowest) + ", not \"" +
         base::EscapeForTerminal(value) + "\"";
}

}  // namespace rehome::cli
