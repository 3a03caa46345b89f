#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "directory/objects.h"
#include "model/effect.h"
#include "verify/fields.h"

namespace rehome::verify {

/// An object as the target shows it, of any kind.
struct TargetObject {
  model::EffectKind kind = model::EffectKind::kUser;
  std::string id;
  Fields fields;
};

TargetObject AsTargetObject(const directory::OrganizationObject& object);
TargetObject AsTargetObject(const directory::UserObject& object);
TargetObject AsTargetObject(const directory::MembershipObject& object);

/// Role slugs as a field has them: in order, joined by commas.
std::string JoinRoles(std::vector<std::string> slugs);

/// The keys of the store. By its id:
std::string KeyOfId(model::EffectKind kind, std::string_view id);

/// What no two objects of a kind may share, as `fields` have it.
struct UniqueKey {
  std::string field;  ///< that a finding names: of memberships `organization_id`
  std::string key;
};
std::vector<UniqueKey> UniqueKeysOf(model::EffectKind kind, const Fields& fields);

}  // namespace rehome::verify
