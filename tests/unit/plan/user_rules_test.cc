#include "plan/user_rules.h"

#include <string>
#include <variant>
#include <vector>

#include <gtest/gtest.h>

#include "unit/plan/rows.h"

namespace rehome::plan {
namespace {

using model::Column;

const std::string kBcrypt = "$2a$10$h8wZPR/PyqyBHaH0g0qKRuet9IoVjaVaH/1OxfotVh6tLHx4Akyc2";

TEST(UserRules, MakeARecordOfAFullRow) {
  const Planned planned = Plan(RowOf({{Column::kEmail, "  Ann@Example.com\t"},
                                      {Column::kFirstName, " Ann "},
                                      {Column::kLastName, "Smith"},
                                      {Column::kEmailVerified, " YES "},
                                      {Column::kExternalId, " user-1 "},
                                      {Column::kPasswordHash, kBcrypt},
                                      {Column::kPasswordHashType, "BCRYPT"},
                                      {Column::kMetadata, R"({"plan":"starter"})"}}));
  EXPECT_EQ(Rejections(planned), "");
  EXPECT_EQ(Warnings(planned), "");
  const model::UserRecord& user = planned.plan.user;
  EXPECT_EQ(user.email, "Ann@Example.com");
  EXPECT_EQ(user.first_name, " Ann ");
  EXPECT_EQ(user.last_name, "Smith");
  EXPECT_EQ(user.email_verified, true);
  EXPECT_EQ(user.external_id, "user-1");
  EXPECT_EQ(user.metadata.size(), 1U);
  ASSERT_TRUE(std::holds_alternative<model::PasswordHash>(user.password));
  EXPECT_EQ(std::get<model::PasswordHash>(user.password).type, "bcrypt");
  EXPECT_EQ(std::get<model::PasswordHash>(user.password).hash.Reveal(), kBcrypt);
}

TEST(UserRules, ShowNoSecretThatStandsInTheWrongCell) {
  const Planned swapped =
      Plan(RowOf({{Column::kEmail, kBcrypt}, {Column::kEmailVerified, kBcrypt}}));
  EXPECT_EQ(Rejections(swapped),
            "email: email_invalid: \"[masked]\" has no @\n"
            "email_verified: email_verified_invalid: \"[masked]\" is neither true nor false\n");
  const Planned broken =
      Plan(RowOf({{Column::kMetadata, R"({"plan":"pro","password":"hunter2secret")"}}));
  EXPECT_EQ(Rejections(broken).find("hunter2"), std::string::npos) << Rejections(broken);
  EXPECT_NE(Rejections(broken).find("pro"), std::string::npos) << Rejections(broken);
}

TEST(UserRules, SendNothingOfBlankCells) {
  const Planned planned = Plan(RowOf({{Column::kFirstName, "  "}, {Column::kEmailVerified, " "}}));
  EXPECT_EQ(Rejections(planned), "");
  const model::UserRecord& user = planned.plan.user;
  EXPECT_EQ(user.first_name, std::nullopt);
  EXPECT_EQ(user.last_name, std::nullopt);
  EXPECT_EQ(user.email_verified, std::nullopt);
  EXPECT_EQ(user.external_id, std::nullopt);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(user.password));
}

TEST(UserRules, KeepEveryByteOfAPassword) {
  const Planned planned = Plan(RowOf({{Column::kPassword, " p\xc3\xa4ss \n"}}));
  ASSERT_TRUE(std::holds_alternative<model::PlainPassword>(planned.plan.user.password));
  EXPECT_EQ(std::get<model::PlainPassword>(planned.plan.user.password).password.Reveal(),
            " p\xc3\xa4ss \n");
}

TEST(UserRules, ReadYesAndNoInTheirEightForms) {
  for (const char* word : {"true", "yes", "y", "1", "TRUE", "Yes", "Y"}) {
    EXPECT_EQ(ParseYesNo(word), true) << word;
  }
  for (const char* word : {"false", "no", "n", "0", "False", "NO", "N"}) {
    EXPECT_EQ(ParseYesNo(word), false) << word;
  }
  for (const char* word : {"", "maybe", "t", "2", "true ", "on"}) {
    EXPECT_EQ(ParseYesNo(word), std::nullopt) << word;
  }
}

struct RejectionCase {
  const char* name;
  model::Row row;
  std::string rejections;
};

TEST(UserRules, RejectARowWithAWholeSentence) {
  const std::vector<RejectionCase> cases = {
      {"no email", RowOf({{Column::kEmail, " "}}), "email: email_missing: is empty\n"},
      {"bad email", RowOf({{Column::kEmail, "ann"}}), "email: email_invalid: \"ann\" has no @\n"},
      {"hostile email", RowOf({{Column::kEmail, "a\x1b[2J@b"}}),
       "email: email_invalid: \"a\\x1b[2J@b\" holds a control or invisible character\n"},
      {"email_verified", RowOf({{Column::kEmailVerified, "maybe"}}),
       "email_verified: email_verified_invalid: \"maybe\" is neither true nor false\n"},
      {"long values are cut", RowOf({{Column::kEmailVerified, std::string(500, 'x')}}),
       "email_verified: email_verified_invalid: \"" + std::string(60, 'x') +
           "…\" is neither true nor false\n"},
      {"external_id", RowOf({{Column::kExternalId, "caf\xc3\xa9"}}),
       "external_id: external_id_invalid: \"caf\xc3\xa9\" holds characters that are not printable "
       "ASCII\n"},
      {"control in external_id", RowOf({{Column::kExternalId, "a\nb"}}),
       "external_id: external_id_invalid: \"a\\x0ab\" holds characters that are not printable "
       "ASCII\n"},
      {"long external_id", RowOf({{Column::kExternalId, std::string(129, 'x')}}),
       "external_id: external_id_too_long: \"" + std::string(60, 'x') +
           "…\" has 129 characters, where 128 are the most\n"},
      {"hash without type", RowOf({{Column::kPasswordHash, "hash123"}}),
       "password_hash_type: password_hash_incomplete: is empty beside a password_hash\n"},
      {"type without hash", RowOf({{Column::kPasswordHashType, "bcrypt"}}),
       "password_hash: password_hash_incomplete: is empty beside the password_hash_type "
       "\"bcrypt\"\n"},
      {"swapped columns",
       RowOf({{Column::kPasswordHash, "bcrypt"}, {Column::kPasswordHashType, kBcrypt}}),
       "password_hash_type: password_hash_type_unknown: [masked] is none of bcrypt, "
       "firebase-scrypt, ssha, ssha256, scrypt, pbkdf2, argon2\n"},
      {"unknown type", RowOf({{Column::kPasswordHash, "x"}, {Column::kPasswordHashType, "md5"}}),
       "password_hash_type: password_hash_type_unknown: \"md5\" is none of bcrypt, "
       "firebase-scrypt, ssha, ssha256, scrypt, pbkdf2, argon2\n"},
      {"bad hash",
       RowOf({{Column::kPasswordHash, "$2b$03$" + kBcrypt.substr(7)},
              {Column::kPasswordHashType, "bcrypt"}}),
       "password_hash: password_hash_invalid: [masked] is no bcrypt hash: its cost 03 is outside "
       "04 to 31\n"},
      {"both kinds",
       RowOf({{Column::kPassword, "hunter2"},
              {Column::kPasswordHash, kBcrypt},
              {Column::kPasswordHashType, "bcrypt"}}),
       "password: password_conflict: [masked] stands beside a password_hash\n"},
      {"all at once, in column order",
       RowOf({{Column::kMetadata, "[]"},
              {Column::kEmailVerified, "so"},
              {Column::kEmail, "@"},
              {Column::kRoleSlugs, "A"}}),
       "email: email_invalid: \"@\" has nothing before the @\n"
       "email_verified: email_verified_invalid: \"so\" is neither true nor false\n"
       "metadata: metadata_invalid: \"[]\" is JSON, but no object\n"
       "role_slugs: role_slugs_invalid: \"A\" is not 1 to 48 lower-case letters, digits, hyphens "
       "and underscores\n"},
  };
  for (const RejectionCase& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(Rejections(Plan(c.row)), c.rejections);
  }
}

// A request has quotation marks and keys around the values: what just fits by itself may be refused
// by the target, and is left to it.
TEST(UserRules, RejectAUserThatNoRequestCanCarry) {
  const auto with = [](std::size_t bytes) {
    return Plan(RowOf({{Column::kEmail, "ann@example.com"},
                       {Column::kFirstName, std::string(bytes, 'n')},
                       {Column::kLastName, "Smith"},
                       {Column::kMetadata, R"({"k":"v"})"}}));
  };
  const std::size_t others = 15 + 5 + 2;
  EXPECT_EQ(Rejections(with(102'400 - others)), "");
  EXPECT_EQ(Rejections(with(102'401 - others)),
            "first_name: user_too_large: has 102,379 bytes, and all values of the user 102,401, "
            "where 102,400 are the most\n");
  EXPECT_EQ(Rejections(Plan(RowOf({{Column::kPassword, std::string(200'000, 'p')}}))).substr(0, 28),
            "password: user_too_large: ha");
}

TEST(UserRules, WarnOfAnExternalIdOverSixtyFourCharacters) {
  EXPECT_EQ(Warnings(Plan(RowOf({{Column::kExternalId, std::string(64, 'x')}}))), "");
  const Planned planned = Plan(RowOf({{Column::kExternalId, std::string(65, 'x')}}));
  EXPECT_EQ(Rejections(planned), "");
  EXPECT_EQ(Warnings(planned), "external_id: external_id_long: \"" + std::string(60, 'x') +
                                   "…\" has 65 characters, where the guides allow 64\n");
  EXPECT_EQ(planned.plan.user.external_id, std::string(65, 'x'));
}

}  // namespace
}  // namespace rehome::plan
