#pragma once

#include <span>
#include <string>

namespace rehome::cli {

/// The command as it was typed, so that it can be pasted into a shell. `words` begin with the
/// program.
std::string CommandLineOf(std::span<const char* const> words);

}  // namespace rehome::cli
