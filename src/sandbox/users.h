#pragma once

#include "sandbox/call.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

Response CreateUser(Store& store, const Call& call);
Response GetUser(Store& store, const Call& call);
Response GetUserByExternalId(Store& store, const Call& call);
Response ListUsers(Store& store, const Call& call);
Response UpdateUser(Store& store, const Call& call);
Response DeleteUser(Store& store, const Call& call);

}  // namespace rehome::sandbox
