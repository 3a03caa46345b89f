#pragma once

#include <string>
#include <string_view>

namespace rehome::cli {

/// What stands below the options in the help of a command ("lock check"; "" = the program): an
/// example and the exit codes.
std::string HelpFooterOf(std::string_view command);

}  // namespace rehome::cli
