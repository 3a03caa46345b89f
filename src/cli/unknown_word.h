#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rehome::cli {

/// Says that `word` of the command line is no word of ours, and which of `known` was meant or what
/// to use instead. `command` is the command that was asked for; empty = none yet.
std::string UnknownWord(std::string_view word, std::string_view command,
                        std::span<const std::string> known);

/// Says that `word` is no code of a reason, and which of `codes` was meant.
std::string UnknownCode(std::string_view word, std::span<const std::string_view> codes);

}  // namespace rehome::cli
