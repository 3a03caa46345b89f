#include "cli/flag_values.h"

#include <algorithm>
#include <string_view>

#include "base/text.h"

namespace rehome::cli {
namespace {

template <class Number>
bool Lies(Number number, Bounds bounds) {
  return number >= bounds.lowest && (!bounds.highest || number <= *bounds.highest);
}

std::string TextOf(Bounds bounds) {
  const std::string lowest = " from " + std::to_string(bounds.lowest);
  return bounds.highest ? lowest + " to " + std::to_string(*bounds.highest) : lowest;
}

std::string Wants(const std::string& flag, const std::string& what, const std::string& value) {
  return flag + " wants " + what + ", not \"" + base::EscapeForTerminal(base::MaskSecrets(value)) +
         '"';
}

}  // namespace

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

std::string NumberFault(const std::string& flag, const std::string& value, Bounds bounds) {
  const auto number = base::ParseDouble(value);
  return number && Lies(*number, bounds) ? "" : Wants(flag, "a number" + TextOf(bounds), value);
}

std::string WholeNumberFault(const std::string& flag, const std::string& value, Bounds bounds) {
  const auto number = base::ParseInt(value);
  return number && Lies(*number, bounds) ? ""
                                         : Wants(flag, "a whole number" + TextOf(bounds), value);
}

std::string ChoiceFault(const std::string& flag, const std::string& value,
                        const std::vector<std::string>& choices) {
  const bool is_one = std::find(choices.begin(), choices.end(), value) != choices.end();
  return is_one ? "" : Wants(flag, OneOfWords(choices), value);
}

std::string OneOfWords(std::span<const std::string> words) {
  if (words.empty()) return "";
  const std::string before = base::Join(words.first(words.size() - 1), ", ");
  return before + (before.empty() ? "" : " or ") + words.back();
}

}  // namespace rehome::cli
