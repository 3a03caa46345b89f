#pragma once

#include <string_view>

#include "base/result.h"

namespace rehome::plan {

/// Whether `email` (trimmed, not empty) looks like an address; the message says what is wrong with
/// it, to follow the quoted value: `has no @`. Lenient where servers differ: it accepts local parts
/// outside ASCII and domains of one label.
base::Status CheckEmail(std::string_view email);

}  // namespace rehome::plan
