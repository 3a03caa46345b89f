#pragma once

#include <string_view>

namespace rehome::report {

/// Whether a column of this name, which rehome does not know, may hold a secret: its cells are then
/// blank in our files. In doubt it does.
bool LooksSecret(std::string_view name);

}  // namespace rehome::report
