#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rehome::verify {

/// The fields of an object by name, each at most once: `email`, `metadata.plan`, `role_slugs`.
/// Values as text; a field that is not there is empty.
using Fields = std::vector<std::pair<std::string, std::string>>;

/// The value of a field, or empty.
std::string_view At(const Fields& fields, std::string_view name);

std::string Encode(const Fields& fields);
/// kFormat when `text` is no product of Encode.
base::Result<Fields> Decode(std::string_view text);

/// Whether a field that was written as `written` and is `found` now is as it should be: e-mails in
/// any case, and blanks around a value are no difference.
bool IsSame(std::string_view name, std::string_view written, std::string_view found);

}  // namespace rehome::verify
