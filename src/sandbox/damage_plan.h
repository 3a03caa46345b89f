#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "json/value.h"
#include "sandbox/damage.h"
#include "sandbox/message.h"
#include "sandbox/store.h"

namespace rehome::sandbox {

/// Ids of what was damaged or came of it: none of these is damaged again.
using DamagedIds = std::set<std::string, std::less<>>;

/// Does `count` damages of all kinds, chosen by `seed`: among the objects that were created by
/// requests (not seeded), only such as change what was written. Fewer when no more are possible.
std::vector<Damage> DamageAtRandom(Store& store, DamagedIds& damaged, std::uint64_t seed,
                                   std::size_t count, const Moment& moment);

/// Answers POST /_sandbox/damage: `{"seed":1,"count":10}`, or `{"damages":[…]}`, each with kind,
/// object, id and, as it applies, field, value and `"at":"now"`. Answers with the damages done;
/// 422 at the first that is impossible, those before it stay.
Response DoDamages(Store& store, DamagedIds& damaged, const json::Value& body,
                   const Moment& moment);

}  // namespace rehome::sandbox
