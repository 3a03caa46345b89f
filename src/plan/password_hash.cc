#include "plan/password_hash.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "plan/base64.h"
#include "plan/firebase_hash.h"
#include "plan/phc_hash.h"
#include "plan/planner.h"

namespace rehome::plan {
namespace {

base::Error Fault(std::string words) { return {base::ErrorCode::kFormat, std::move(words)}; }

bool IsBcryptBase64(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '/';
}

base::Status CheckBcrypt(std::string_view hash) {
  constexpr std::size_t kSize = 60;  // $2b$, two digits, $, 22 characters of salt, 31 of hash
  if (!hash.starts_with("$2a$") && !hash.starts_with("$2b$") && !hash.starts_with("$2y$")) {
    return Fault("it does not start with $2a$, $2b$ or $2y$");
  }
  if (hash.size() != kSize) {
    return Fault("it has " + std::to_string(hash.size()) + " characters instead of 60");
  }
  const std::string_view cost = hash.substr(4, 2);
  const auto number = base::ParseInt(cost);
  if (!number || *number < 0 || hash[6] != '$') return Fault("its cost is not two digits and a $");
  if (*number < 4 || *number > 31) {
    return Fault("its cost " + std::string(cost) + " is outside 04 to 31");
  }
  const std::string_view rest = hash.substr(7);
  if (!std::all_of(rest.begin(), rest.end(), IsBcryptBase64)) {
    return Fault("its salt or hash has a character outside ./A-Za-z0-9");
  }
  return {};
}

base::Status CheckScrypt(std::string_view hash) {
  constexpr std::int64_t kMax = 1'000'000'000;  // any higher is a typing error
  if (!hash.starts_with("$scrypt$")) return Fault("it does not start with $scrypt$");
  const auto parsed = PhcHash::Parse(hash, "v=1", {"n", "r", "p", "kl"});
  if (!parsed) return parsed.error();
  const auto n = parsed->Number("n", 2, kMax);
  if (!n) return n.error();
  if ((*n & (*n - 1)) != 0) {
    return Fault("its parameter n is " + std::to_string(*n) +
                 ", not a power of two (n is the cost itself, not its logarithm)");
  }
  if (const auto r = parsed->Number("r", 1, kMax); !r) return r.error();
  if (const auto p = parsed->Number("p", 1, kMax); !p) return p.error();
  const auto key_bytes = parsed->Number("kl", 1, kMax);
  if (!key_bytes) return key_bytes.error();
  RETURN_IF_ERROR(CheckSaltAndHash(*parsed));
  if (Base64Size(parsed->hash()) == static_cast<std::size_t>(*key_bytes)) return {};
  return Fault("its hash does not have the " + std::to_string(*key_bytes) +
               " bytes that its parameter kl says");
}

base::Status CheckPbkdf2(std::string_view hash) {
  if (!hash.starts_with("$pbkdf2$")) return Fault("it does not start with $pbkdf2$");
  const auto parsed = PhcHash::Parse(hash, "", {"i", "d"});
  if (!parsed) return parsed.error();
  const std::string_view digest = parsed->Parameter("d");
  if (digest != "sha256" && digest != "sha512") {
    return Fault("its parameter d is neither sha256 nor sha512");
  }
  const std::int64_t fewest = digest == "sha256" ? 600'000 : 210'000;
  if (const auto rounds = parsed->Number("i", fewest, 1'000'000); !rounds) return rounds.error();
  return CheckSaltAndHash(*parsed);
}

base::Status CheckArgon2(std::string_view hash) {
  const bool known = hash.starts_with("$argon2id$") || hash.starts_with("$argon2i$") ||
                     hash.starts_with("$argon2d$");
  if (!known) return Fault("it does not start with $argon2id$, $argon2i$ or $argon2d$");
  const auto parsed = PhcHash::Parse(hash, "v=19", {"m", "t", "p"});
  if (!parsed) return parsed.error();
  if (const auto memory = parsed->Number("m", 4'096, 262'144); !memory) return memory.error();
  const std::int64_t fewest_passes = parsed->id() == "argon2i" ? 3 : 1;
  if (const auto passes = parsed->Number("t", fewest_passes, 5); !passes) return passes.error();
  if (const auto lanes = parsed->Number("p", 1, 8); !lanes) return lanes.error();
  return CheckSaltAndHash(*parsed);
}

// `{SSHA}` and the like: base64 of digest and salt.
base::Status CheckSaltedSha(std::string_view encoded, std::size_t digest_bytes) {
  const auto size = PaddedBase64Size(encoded);
  if (!size) return Fault("what follows its scheme is not base64");
  if (*size > digest_bytes) return {};
  return Fault("it holds " + std::to_string(*size) + " bytes, where a digest of " +
               std::to_string(digest_bytes) + " and a salt are more");
}

base::Status CheckSsha(std::string_view hash) {
  constexpr std::string_view kScheme = "{SSHA}";
  if (!hash.starts_with(kScheme)) return Fault("it does not start with {SSHA}");
  return CheckSaltedSha(hash.substr(kScheme.size()), 20);
}

// The target documents no form for ssha256: with its scheme or without.
base::Status CheckSsha256(std::string_view hash) {
  constexpr std::string_view kScheme = "{SSHA256}";
  if (hash.starts_with(kScheme)) hash.remove_prefix(kScheme.size());
  return CheckSaltedSha(hash, 32);
}

using Check = base::Status (*)(std::string_view);

const std::vector<std::pair<std::string, Check>>& Checks() {
  static const std::vector<std::pair<std::string, Check>> checks = {
      {"bcrypt", CheckBcrypt}, {"firebase-scrypt", CheckFirebaseHash},
      {"ssha", CheckSsha},     {"ssha256", CheckSsha256},
      {"scrypt", CheckScrypt}, {"pbkdf2", CheckPbkdf2},
      {"argon2", CheckArgon2},
  };
  return checks;
}

}  // namespace

const std::vector<std::string>& PasswordHashTypes() {
  static const std::vector<std::string> types = [] {
    std::vector<std::string> names;
    for (const auto& entry : Checks()) names.push_back(entry.first);
    return names;
  }();
  return types;
}

std::optional<std::string> HashTypeNamed(std::string_view type) {
  for (const std::string& name : PasswordHashTypes()) {
    if (base::EqualsFolded(name, type)) return name;
  }
  return std::nullopt;
}

base::Status CheckPasswordHash(std::string_view type, std::string_view hash) {
  if (base::Trim(hash) != hash) return Fault("it has blanks around it");
  for (const auto& entry : Checks()) {
    if (entry.first == type) return entry.second(hash);
  }
  return Fault("its type is unknown");
}

}  // namespace rehome::plan
