#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::sandbox {

/// The change of the store that one request brought about, named by its natural keys, so that a
/// test can compare it with the input. Never holds a password.
struct Effect {
  enum class Kind { kUser, kOrganization, kMembership, kRole };
  enum class Action { kCreated, kUpdated, kDeleted, kReactivated };

  Kind kind = Kind::kUser;
  Action action = Action::kCreated;
  std::string id{};
  std::optional<std::string> email{};
  std::optional<std::string> external_id{};
  std::string user_id{};
  std::string organization_id{};
  std::vector<std::string> role_slugs{};
  std::string password_kind{};         ///< of a user: empty, `password` or the hash type
  std::vector<std::string> cascade{};  ///< memberships that went with a deleted object
};

std::string_view Name(Effect::Kind kind);
std::string_view Name(Effect::Action action);
/// One JSON object; keys that do not apply are left out.
std::string RenderEffect(const Effect& effect);

}  // namespace rehome::sandbox
