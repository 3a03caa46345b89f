#pragma once

#include "sandbox/call.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

Response ListRoles(Store& store, const Call& call);
/// Roles do not lag: they are configuration.
Response CreateRole(Store& store, const Call& call);

}  // namespace rehome::sandbox
