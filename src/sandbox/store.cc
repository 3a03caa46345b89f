#include "sandbox/store.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace rehome::sandbox {
namespace {

// Whether an existing object other than `self` passes `matches`.
template <class T, class Matches>
bool AnyOther(const Table<T>& table, Key key, std::string_view self, Matches matches) {
  for (const Slot slot : table.Candidates(key)) {
    const T* value = table.Current(slot);
    if (value != nullptr && value->id != self && matches(*value)) return true;
  }
  return false;
}

}  // namespace

Store::Store(std::uint64_t seed, std::span<const std::string> extra_roles, base::WallTime wall)
    : ids(seed) {
  std::vector<std::string> slugs = {"member", "admin"};
  slugs.insert(slugs.end(), extra_roles.begin(), extra_roles.end());
  for (const std::string& slug : slugs) {
    if (FindRole(slug) != nullptr) continue;
    roles.push_back({.id = ids.Next("role_", wall),
                     .slug = slug,
                     .name = slug,
                     .description = std::nullopt,
                     .created_at = wall});
  }
}

bool Store::EmailTaken(std::string_view email, std::string_view self) const {
  return AnyOther(users, MakeKey(KeyKind::kEmail, email), self,
                  [email](const User& user) { return base::EqualsFolded(user.email, email); });
}

bool Store::UserExternalIdTaken(std::string_view external_id, std::string_view self) const {
  return AnyOther(users, MakeKey(KeyKind::kExternalId, external_id), self,
                  [external_id](const User& user) { return user.external_id == external_id; });
}

bool Store::OrganizationExternalIdTaken(std::string_view external_id, std::string_view self) const {
  return AnyOther(
      organizations, MakeKey(KeyKind::kExternalId, external_id), self,
      [external_id](const Organization& other) { return other.external_id == external_id; });
}

std::optional<Slot> Store::FindMembership(std::string_view user_id,
                                          std::string_view organization_id) const {
  // A user has few memberships, an organization may have a million: search the user's.
  for (const Slot slot : memberships.Candidates(MakeKey(KeyKind::kUser, user_id))) {
    const Membership* membership = memberships.Current(slot);
    if (membership != nullptr && membership->user_id == user_id &&
        membership->organization_id == organization_id) {
      return slot;
    }
  }
  return std::nullopt;
}

const Role* Store::FindRole(std::string_view slug) const {
  const auto found = std::find_if(roles.begin(), roles.end(),
                                  [slug](const Role& role) { return role.slug == slug; });
  return found == roles.end() ? nullptr : &*found;
}

std::string Store::OrganizationName(std::string_view id, base::Instant moment) const {
  const Organization* organization = organizations.FindAt(id, moment);
  return organization == nullptr ? std::string() : organization->name;
}

std::vector<std::string> Store::EraseUser(Slot slot, base::Instant now) {
  const std::string id = users.Current(slot)->id;
  users.Erase(slot, now);
  return EraseMemberships(MakeKey(KeyKind::kUser, id), &Membership::user_id, id, now);
}

std::vector<std::string> Store::EraseOrganization(Slot slot, base::Instant now) {
  const std::string id = organizations.Current(slot)->id;
  organizations.Erase(slot, now);
  return EraseMemberships(MakeKey(KeyKind::kOrganization, id), &Membership::organization_id, id,
                          now);
}

std::vector<std::string> Store::EraseMemberships(Key key, std::string Membership::*owner,
                                                 std::string_view id, base::Instant now) {
  std::vector<std::string> gone;
  for (const Slot slot : memberships.Candidates(key)) {
    const Membership* membership = memberships.Current(slot);
    if (membership == nullptr || membership->*owner != id) continue;
    gone.push_back(membership->id);
    memberships.Erase(slot, now);
  }
  return gone;
}

void Store::Prune(base::Instant horizon) {
  users.Prune(horizon);
  organizations.Prune(horizon);
  memberships.Prune(horizon);
}

const Store::Replay* Store::FindReplay(std::string_view key, base::Instant now) const {
  const auto found = replays_.find(key);
  if (found == replays_.end() || found->second.until <= now) return nullptr;
  return &found->second;
}

void Store::KeepReplay(std::string_view key, Replay replay) {
  replays_.insert_or_assign(std::string(key), std::move(replay));
}

}  // namespace rehome::sandbox
