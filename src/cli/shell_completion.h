#pragma once

#include <string>

#include "cli/command_tree.h"

namespace rehome::cli {

/// Scripts that complete the words of a command line: commands, options, the values of those that
/// take one of a few, files, directories, and the ids of runs, for which they ask `rehome runs`.
std::string BashCompletion(const CommandFacts& program);
std::string ZshCompletion(const CommandFacts& program);
std::string FishCompletion(const CommandFacts& program);

}  // namespace rehome::cli
