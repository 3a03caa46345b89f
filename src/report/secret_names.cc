#include "report/secret_names.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"

namespace rehome::report {
namespace {

// Anywhere in the name, whatever stands between its letters: `legacyPasswordHash`, `API-Key`.
constexpr std::array kParts = std::to_array<std::string_view>(
    {"password",     "passwd",      "passwort",   "passphrase",     "passcode",
     "userpass",     "kennwort",    "wachtwoord", "contrase",       "motdepasse",
     "pwd",          "pswd",        "secret",     "token",          "hash",
     "digest",       "salt",        "apikey",     "accesskey",      "activationkey",
     "signerkey",    "signingkey",  "privatekey", "encryptionkey",  "resetkey",
     "recoverycode", "recoverykey", "backupcode", "securityanswer", "securityquestion",
     "credential",   "cookie",      "sessionid",  "sessionkey",     "totp",
     "mfaseed",      "otpseed",     "scrypt",     "pbkdf2",         "argon2"});
// Only as a word of their own, since they are parts of harmless ones (`passenger`, `opinion`).
constexpr std::array kWords = std::to_array<std::string_view>(
    {"pass", "pw", "pin", "otp", "mfa", "2fa", "seed", "bcrypt", "md5", "sha1", "sha256", "sha512",
     "jwt", "senha", "clave", "recovery"});

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The words of a name, in lower case: they end at other characters and before a capital letter.
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words(1);
  char before = ' ';
  for (const char c : name) {
    if (IsLower(before) && IsUpper(c)) words.emplace_back();
    if (IsLower(c) || IsUpper(c) || IsDigit(c)) {
      words.back() += base::FoldAscii(std::string_view(&c, 1));
    } else {
      words.emplace_back();
    }
    before = c;
  }
  return words;
}

}  // namespace

bool LooksSecret(std::string_view name) {
  std::string squashed;
  for (const std::string& word : WordsOf(name)) {
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
    squashed += word;
  }
  return std::any_of(kParts.begin(), kParts.end(), [&](std::string_view part) {
    return squashed.find(part) != std::string::npos;
  });
}

}  // namespace rehome::report
