#pragma once

#include <string>
#include <string_view>

#include "cli/command_tree.h"

namespace rehome::cli {

/// rehome(1) for man: every command with its arguments and options, as its help tells of them.
std::string ManPage(const CommandFacts& program, std::string_view version);

}  // namespace rehome::cli
