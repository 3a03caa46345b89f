#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "json/value.h"
#include "sandbox/message.h"
#include "sandbox/store.h"
#include "sandbox/target.h"

namespace rehome::sandbox {

/// The rules of the environment that handlers need to know.
struct Rules {
  bool unique = true;  ///< e-mails, external_ids and memberships are unique
  bool multiple_roles = true;
  /// A membership of a user or in an organization that is younger is refused with 404.
  base::Duration reference_lag{0};
};

/// One request on its way to the handler of its route. Lives as long as the call.
struct Call {
  Moment moment;
  Rules rules;
  Target target;
  std::string id;    ///< the `{}` segment of the route, decoded; of a seeded object its own id
  json::Value body;  ///< of POST and PUT: an object
  std::string_view raw_body;
  std::string_view idempotency_key;
};

/// The id of the object that `call` creates.
inline std::string NewId(Store& store, const Call& call, std::string_view prefix) {
  return call.id.empty() ? store.ids.Next(prefix, call.moment.wall) : call.id;
}

}  // namespace rehome::sandbox
