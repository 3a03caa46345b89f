#pragma once

#include <string>
#include <string_view>

#include "sandbox/store.h"

namespace rehome::sandbox {

/// `text` with the ids of users and organizations replaced by their e-mails, external_ids or names:
/// what stays the same when the same file is imported into another sandbox.
std::string NaturalText(const Store& store, std::string_view text);

}  // namespace rehome::sandbox
