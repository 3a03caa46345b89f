#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace rehome::plan {

/// The target's name of a password_hash_type, written in any case; nothing when it has none.
std::optional<std::string> HashTypeNamed(std::string_view type);

/// Whether `hash` has the form and the bounds that the target documents for `type` (one of its
/// names). The message says which part is wrong, as in `its cost 03 is outside 04 to 31`, and never
/// quotes the hash.
base::Status CheckPasswordHash(std::string_view type, std::string_view hash);

}  // namespace rehome::plan
