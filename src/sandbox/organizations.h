#pragma once

#include "sandbox/call.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// Honours an idempotency key for 24 hours: the same request is answered again, another one with
/// the same key is refused.
Response CreateOrganization(Store& store, const Call& call);
Response GetOrganization(Store& store, const Call& call);
Response GetOrganizationByExternalId(Store& store, const Call& call);
/// `search` matches a part of the name without regard to case; `domains` is ignored.
Response ListOrganizations(Store& store, const Call& call);
Response UpdateOrganization(Store& store, const Call& call);
Response DeleteOrganization(Store& store, const Call& call);

}  // namespace rehome::sandbox
