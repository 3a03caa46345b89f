#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace rehome::cli {

/// What to say when one of `words` is an empty value: `""`, or `--flag=`, for which the parser
/// would take the next word. Nothing when none is. A script whose variable is not set must not
/// import as if the flag were not there.
std::string EmptyValueFault(std::span<const char* const> words);

/// The number of a percentage: `10` of `10%`, and of `10`.
std::string PercentOf(const std::string& value);
/// Which numbers a flag takes.
struct Bounds {
  int lowest = 0;
  std::optional<int> highest{};
};

/// What to say when `value` of `flag` is no number within `bounds`; nothing when it is one.
std::string NumberFault(const std::string& flag, const std::string& value, Bounds bounds);
/// The same of a number in decimal digits.
std::string WholeNumberFault(const std::string& flag, const std::string& value, Bounds bounds);
/// What to say when `value` of `flag` is none of `choices`; nothing when it is one.
std::string ChoiceFault(const std::string& flag, const std::string& value,
                        const std::vector<std::string>& choices);
/// `a, b or c`.
std::string OneOfWords(std::span<const std::string> words);

}  // namespace rehome::cli
