#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/secret.h"

namespace rehome::model {

struct PlainPassword {
  base::Secret password;
};

/// A hash in the form the target documents for its type.
struct PasswordHash {
  std::string type;  ///< one of the target's names, e.g. "bcrypt"
  base::Secret hash;
};

/// A validated user: what is sent, field for field. Absent fields are not sent.
struct UserRecord {
  std::string email;  ///< trimmed, case kept
  std::optional<std::string> first_name;
  std::optional<std::string> last_name;
  std::optional<bool> email_verified;
  std::optional<std::string> external_id;
  std::variant<std::monostate, PlainPassword, PasswordHash> password;
  std::vector<std::pair<std::string, std::string>> metadata;  ///< in file order, keys unique
};

}  // namespace rehome::model
