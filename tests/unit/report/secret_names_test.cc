#include "report/secret_names.h"

#include <gtest/gtest.h>

namespace rehome::report {
namespace {

TEST(LooksSecret, FindsWordsForSecretsHoweverTheyAreSpelt) {
  for (const char* name : {"old_password",
                           "Legacy Password",
                           "passwd",
                           "userPwd",
                           "client_secret",
                           "RefreshToken",
                           "token",
                           "sha1-hash",
                           "SALT",
                           "api_key",
                           "API-Key",
                           "apikey",
                           "private key",
                           "signer_key",
                           "pass",
                           "PIN",
                           "userPin",
                           "old_pw",
                           "totp seed",
                           "credentials",
                           "Passwort",
                           "contrase\u00f1a",
                           "user_activation_key",
                           "userpass",
                           "recovery_codes",
                           "mfa_seed",
                           "security_answer",
                           "md5",
                           "scrypt",
                           "pbkdf2",
                           "senha",
                           "wachtwoord"}) {
    EXPECT_TRUE(LooksSecret(name)) << name;
  }
}

TEST(LooksSecret, LeavesHarmlessNamesAlone) {
  for (const char* name :
       {"department", "passenger", "opinion", "shoe size", "hotpot", "keyboard", "", "phone",
        "customer_key", "compass", "Abteilung", "seedling", "session_count"}) {
    EXPECT_FALSE(LooksSecret(name)) << name;
  }
}

}  // namespace
}  // namespace rehome::report
