#include "sandbox/object.h"

#include <functional>

#include "base/text.h"

namespace rehome::sandbox {

Key MakeKey(KeyKind kind, std::string_view value) {
  // The golden ratio's bits spread the few kinds over the word.
  const Key salt = static_cast<Key>(kind) * 0x9e3779b97f4a7c15ULL;
  if (kind == KeyKind::kEmail) return std::hash<std::string>()(base::FoldAscii(value)) ^ salt;
  return std::hash<std::string_view>()(value) ^ salt;
}

std::vector<Key> User::Keys() const {
  std::vector<Key> keys = {MakeKey(KeyKind::kEmail, email)};
  if (external_id) keys.push_back(MakeKey(KeyKind::kExternalId, *external_id));
  return keys;
}

std::vector<Key> Organization::Keys() const {
  if (!external_id) return {};
  return {MakeKey(KeyKind::kExternalId, *external_id)};
}

std::vector<Key> Membership::Keys() const {
  return {MakeKey(KeyKind::kUser, user_id), MakeKey(KeyKind::kOrganization, organization_id)};
}

std::string_view Name(Membership::State state) {
  switch (state) {
    case Membership::State::kActive:
      return "active";
    case Membership::State::kInactive:
      return "inactive";
    case Membership::State::kPending:
      return "pending";
  }
  return "";
}

std::optional<Membership::State> ParseState(std::string_view name) {
  for (const auto state :
       {Membership::State::kActive, Membership::State::kInactive, Membership::State::kPending}) {
    if (Name(state) == name) return state;
  }
  return std::nullopt;
}

}  // namespace rehome::sandbox
