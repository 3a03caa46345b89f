#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "json/writer.h"
#include "sandbox/effect.h"
#include "sandbox/store.h"

namespace rehome::sandbox {

/// One way in which the store is made to differ from what was asked of it: what a verification
/// has to find. Uniqueness does not stand in its way.
struct Damage {
  enum class Kind {
    kDrop,       ///< the object is not there; what refers to it stays
    kDropField,  ///< `field` is null, or gone from the metadata
    kChange,     ///< `field` has `value`
    kDuplicate,  ///< a second object with the key in `field`
    kMove,       ///< a membership is in another organization
  };
  enum class When {
    kAtCreation,  ///< as if it had always been so: who lags behind sees it as late as the object
    kNow,         ///< a change like any other
  };

  Kind kind = Kind::kDrop;
  Effect::Kind object = Effect::Kind::kUser;
  std::string id{};
  /// email, external_id, first_name, last_name, email_verified, metadata.KEY, name, status,
  /// role_slugs; of a duplicated membership nothing.
  std::string field{};
  std::string value{};     ///< empty lets the damage choose
  std::string other_id{};  ///< filled in: the duplicate, or the organization moved to
  When when = When::kAtCreation;
};

std::string_view Name(Damage::Kind kind);
/// Does it and gives it back with what it chose. An error (kUsage) when there is no such object or
/// it cannot be damaged in this way; then nothing has changed.
base::Result<Damage> DoDamage(Store& store, Damage damage, const Moment& moment);
void RenderDamage(json::Writer& writer, const Damage& damage);

}  // namespace rehome::sandbox
