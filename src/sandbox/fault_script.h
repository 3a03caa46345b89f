#pragma once

#include "json/value.h"
#include "sandbox/cache_proxy.h"
#include "sandbox/fault_plan.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// What stands between the clients and the API.
struct Troubles {
  FaultPlan faults;
  CacheProxy cache;
};

/// Reads `{"faults":[…],"seed":1,"rate":0.1,"kinds":[…],"cache":{…}}`, as docs/testing.md has it;
/// 422 for an unknown member or a value out of range.
Checked<Troubles> ParseTroubles(const json::Value& body);

}  // namespace rehome::sandbox
