#pragma once

#include <span>
#include <string>

#include "cli/options.h"

namespace rehome::cli {

/// The command as it was typed, so that it can be pasted into a shell. `words` begin with the
/// program.
std::string CommandLineOf(std::span<const char* const> words);

/// The same as it is kept where others read it (lock file, run directory): without the command of
/// --on-finish, which may have a token or an address in it.
std::string StoredCommandLineOf(std::span<const char* const> words);

/// The import that a `rehearse` rehearses, as it would be typed.
std::string ImportLineOf(std::span<const char* const> words);

/// Puts them into the options of the command.
void KeepCommandLine(Command& command, std::span<const char* const> words);

}  // namespace rehome::cli
