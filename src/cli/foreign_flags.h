#pragma once

#include <optional>
#include <string_view>

namespace rehome::cli {

/// What to use instead of a flag that other tools for the same target have, or that people expect
/// of this one; nothing for any other flag. `flag` has its dashes and no value.
std::optional<std::string_view> AdviceFor(std::string_view flag);

/// The same of a command.
std::optional<std::string_view> AdviceForCommand(std::string_view word);

}  // namespace rehome::cli
