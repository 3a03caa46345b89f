#include "sandbox/password.h"

#include <array>
#include <optional>
#include <string_view>

#include "base/secret.h"
#include "sandbox/problem.h"

namespace rehome::sandbox {
namespace {

// The environment's password policy.
constexpr std::size_t kMinPasswordBytes = 10;

struct HashForm {
  std::string_view type;
  std::string_view start;  // every hash of the type begins with it
};

constexpr std::array<HashForm, 7> kHashForms = {{
    {"bcrypt", "$2"},
    {"firebase-scrypt", "$firebase-scrypt$"},
    {"ssha", "{SSHA}"},
    {"ssha256", ""},  // undocumented
    {"scrypt", "$scrypt$"},
    {"pbkdf2", "$pbkdf2$"},
    {"argon2", "$argon2"},
}};

bool IsKnownHash(std::string_view type, std::string_view hash) {
  for (const HashForm& form : kHashForms) {
    if (form.type == type) return hash.starts_with(form.start) && hash.size() > form.start.size();
  }
  return false;
}

std::optional<base::Secret> ReadSecret(FieldReader& fields, std::string_view key) {
  std::optional<std::string> text = fields.Text(key);
  if (!text) return std::nullopt;
  return base::Secret(*std::move(text));
}

Response WeakPassword() {
  const std::array<Complaint, 1> complaints = {
      Complaint{"password_too_short", "Password must be at least 10 characters long."}};
  return Problem(400, "password_strength_error", "Password does not meet strength requirements.",
                 complaints);
}

}  // namespace

Checked<std::string> ReadPasswordKind(FieldReader& fields) {
  const std::optional<base::Secret> password = ReadSecret(fields, "password");
  const std::optional<base::Secret> hash = ReadSecret(fields, "password_hash");
  const std::optional<std::string> type = fields.Text("password_hash_type");
  const std::optional<std::string> salt_position = fields.Text("password_salt_position");
  if (password && hash) {
    return Problem(400, "password_and_password_hash_provided",
                   "Give password or password_hash, not both.");
  }
  if (password && type) {
    return Problem(400, "password_and_password_hash_type_provided",
                   "Give password or password_hash_type, not both.");
  }
  if (salt_position && !(hash && type == "ssha256")) {
    return Problem(400, "password_salt_position_requires_password_hash",
                   "password_salt_position needs a password_hash of type ssha256.");
  }
  if (password) {
    if (password->Reveal().size() < kMinPasswordBytes) return WeakPassword();
    return std::string("password");
  }
  if (hash.has_value() != type.has_value()) {
    fields.Add(hash ? "password_hash_type_required" : "password_hash_required",
               "password_hash and password_hash_type must come together.");
    return std::string();
  }
  if (!hash) return std::string();
  if (!IsKnownHash(*type, hash->Reveal())) {
    return Problem(400, "invalid_password_hash", "The password hash is invalid.");
  }
  return *type;
}

}  // namespace rehome::sandbox
