#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace rehome::sandbox {

/// A property by which objects are looked up; e-mails are folded first.
enum class KeyKind : std::uint64_t { kId = 1, kEmail, kExternalId, kUser, kOrganization };
/// A hash of kind and value: equal values have equal keys, so a key only narrows the search.
using Key = std::uint64_t;
Key MakeKey(KeyKind kind, std::string_view value);

using Metadata = std::map<std::string, std::string>;

struct User {
  std::string id;
  std::string email;
  bool email_verified = false;
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<std::string> name;
  std::optional<std::string> locale;
  std::optional<std::string> external_id;
  Metadata metadata;
  std::string password_kind;  ///< empty, `password` or the hash type; the bytes are not kept
  base::WallTime created_at{};
  base::WallTime updated_at{};

  std::vector<Key> Keys() const;
  bool operator==(const User&) const = default;
};

struct Organization {
  std::string id;
  std::string name;
  std::optional<std::string> external_id;
  Metadata metadata;
  base::WallTime created_at{};
  base::WallTime updated_at{};

  std::vector<Key> Keys() const;
  bool operator==(const Organization&) const = default;
};

struct Membership {
  enum class State { kActive, kInactive, kPending };

  std::string id;
  std::string user_id;
  std::string organization_id;
  State state = State::kActive;
  std::vector<std::string> role_slugs;  ///< at least one
  base::WallTime created_at{};
  base::WallTime updated_at{};

  std::vector<Key> Keys() const;
  bool operator==(const Membership&) const = default;
};

std::string_view Name(Membership::State state);
std::optional<Membership::State> ParseState(std::string_view name);

struct Role {
  std::string id;
  std::string slug;
  std::string name;
  std::optional<std::string> description;
  base::WallTime created_at{};
};

}  // namespace rehome::sandbox
