#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "sandbox/id_source.h"
#include "sandbox/object.h"
#include "sandbox/table.h"

namespace rehome::sandbox {

/// The time of one request.
struct Moment {
  base::Instant now{};
  base::Instant horizon{};  ///< look-ups and lists show the state as of this instant
  base::WallTime wall{};    ///< for created_at, updated_at and ids
};

/// What the target would remember: users, organizations, memberships, roles and the answers it
/// gave under an idempotency key. Knows uniqueness and references, nothing of HTTP. Not
/// thread-safe.
class Store {
 public:
  Store(std::uint64_t seed, std::span<const std::string> extra_roles, base::WallTime wall);

  Table<User> users;
  Table<Organization> organizations;
  Table<Membership> memberships;
  std::vector<Role> roles;  ///< in order of priority
  IdSource ids;

  /// Another user, other than `self`, who has this e-mail (folded) or external id now.
  bool EmailTaken(std::string_view email, std::string_view self) const;
  bool UserExternalIdTaken(std::string_view external_id, std::string_view self) const;
  bool OrganizationExternalIdTaken(std::string_view external_id, std::string_view self) const;
  /// The membership of this user in this organization now, in whatever state.
  std::optional<Slot> FindMembership(std::string_view user_id,
                                     std::string_view organization_id) const;
  const Role* FindRole(std::string_view slug) const;
  /// Also of an organization that is gone: old memberships still show the name.
  std::string OrganizationName(std::string_view id, base::Instant moment) const;

  /// Erases the user or organization with its memberships; gives the ids of those.
  std::vector<std::string> EraseUser(Slot slot, base::Instant now);
  std::vector<std::string> EraseOrganization(Slot slot, base::Instant now);

  void Prune(base::Instant horizon);

  /// An answer that a repeated request with the same idempotency key gets again.
  struct Replay {
    base::Hash128 request;
    std::string body;
    base::Instant until{};
  };
  const Replay* FindReplay(std::string_view key, base::Instant now) const;
  void KeepReplay(std::string_view key, Replay replay);

 private:
  std::vector<std::string> EraseMemberships(Key key, std::string Membership::*owner,
                                            std::string_view id, base::Instant now);

  std::map<std::string, Replay, std::less<>> replays_;
};

}  // namespace rehome::sandbox
