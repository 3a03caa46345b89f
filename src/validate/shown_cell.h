#pragma once

#include <string>
#include <string_view>

#include "model/column.h"

namespace rehome::validate {

/// A cell as a list of problems may show it: harmless on a terminal, at most 60 bytes, what looks
/// secret masked; of a hash its length, of a password nothing.
std::string ShownCell(model::Column column, std::string_view cell);

}  // namespace rehome::validate
