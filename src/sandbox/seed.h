#pragma once

#include "json/value.h"
#include "sandbox/call.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// Adds objects that are there before the first request and seen at once, whatever the lag:
/// `{"organizations":[…],"users":[…],"memberships":[…]}`, each element a create body, optionally
/// with an `id`. A membership names its ends by user_id, user_email or user_external_id and
/// organization_id or organization_external_id, and may have a `status`. Answers with the ids;
/// stops at the first element that is refused.
Response Seed(Store& store, const Rules& rules, base::WallTime wall, const json::Value& body);

}  // namespace rehome::sandbox
