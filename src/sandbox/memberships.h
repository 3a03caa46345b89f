#pragma once

#include "sandbox/call.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// Re-activates an inactive membership of the same user and organization, refuses an active or
/// pending one.
Response CreateMembership(Store& store, const Call& call);
Response GetMembership(Store& store, const Call& call);
/// Needs `user_id` or `organization_id`; only active ones unless `statuses` asks for others.
Response ListMemberships(Store& store, const Call& call);
Response UpdateMembership(Store& store, const Call& call);
Response DeactivateMembership(Store& store, const Call& call);
Response ReactivateMembership(Store& store, const Call& call);
Response DeleteMembership(Store& store, const Call& call);

}  // namespace rehome::sandbox
