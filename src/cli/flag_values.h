#pragma once

#include <span>
#include <string>

namespace rehome::cli {

/// What to say when one of `words` is an empty value: `""`, or `--flag=`, for which the parser
/// would take the next word. Nothing when none is. A script whose variable is not set must not
/// import as if the flag were not there.
std::string EmptyValueFault(std::span<const char* const> words);

/// The number of a percentage: `10` of `10%`, and of `10`.
std::string PercentOf(const std::string& value);
/// What to say when `value` is no number from `lowest` on; nothing when it is one.
std::string NumberFault(const std::string& value, int lowest);

}  // namespace rehome::cli
