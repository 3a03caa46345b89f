#include <string>
#include <vector>

#include "answer.h"

namespace rehome::directory {
namespace {

using model::Reason;

std::string CreationError(const std::string& errors) {
  return R"({"message":"Could not create user.","code":"user_creation_error","errors":[)" + errors +
         "]}";
}

const std::string kEmailTaken =
    R"({"code":"email_not_available","message":"This email is not available."})";
const std::string kExternalIdTaken = R"({"code":"external_id_already_used"})";

TEST(UnderstandUser, TakesOnlyDuplicateCodesForAnExistingUser) {
  const auto user = Subject::kUser;
  const auto exists = Meaning::kExists;
  const auto none = Reason::kNone;
  ExpectUnderstood({
      {"e-mail", user, 400, CreationError(kEmailTaken), exists, none,
       "user_creation_error/email_not_available",
       "Could not create user: This email is not available."},
      {"external_id", user, 400, CreationError(kExternalIdTaken), exists, none,
       "user_creation_error/external_id_already_used",
       "Could not create user: external_id_already_used"},
      {"both", user, 400, CreationError(kEmailTaken + "," + kExternalIdTaken), exists, none,
       "user_creation_error/email_not_available"},
      {"legacy code", user, 400, CreationError(R"({"code":"user_already_exists"})"), exists, none,
       "user_creation_error/user_already_exists"},
      {"codes as strings", user, 400, CreationError(R"("email_not_available")"), exists, none,
       "user_creation_error/email_not_available"},
      {"words as strings", user, 400, CreationError(R"("This email is not available.")"), exists,
       none, "user_creation_error"},
      {"without errors", user, 400,
       R"({"message":"Could not create user.","code":"user_creation_error"})", exists, none,
       "user_creation_error", "Could not create user."},
      {"empty errors", user, 400, CreationError(""), exists, none, "user_creation_error"},
      {"top level, on update", user, 400, R"({"code":"external_id_already_used","message":"x"})",
       exists, none, "external_id_already_used"},
      {"top level e-mail, on update", user, 400, R"({"code":"email_not_available"})", exists, none,
       "email_not_available"},
      {"under another outer code", user, 422,
       R"({"code":"invalid_request_parameters","errors":[)" + kEmailTaken + "]}", exists, none,
       "invalid_request_parameters/email_not_available"},
      {"words only", user, 400, R"({"message":"A user with this email already exists"})", exists,
       none},
      {"words about external_id", user, 400,
       R"({"message":"The external_id provided has already been assigned to another user."})",
       exists, none},
      {"bare conflict", user, 409, R"({"message":"Conflict"})", exists, none},
  });
}

TEST(UnderstandUser, RefusesADuplicateThatIsMixedWithAnotherFault) {
  const auto user = Subject::kUser;
  const auto refused = Meaning::kRefused;
  ExpectUnderstood({
      {"metadata too", user, 400, CreationError(kEmailTaken + R"(,{"code":"invalid_metadata"})"),
       refused, Reason::kMetadataRefused, "user_creation_error/invalid_metadata"},
      {"unknown code too", user, 400, CreationError(kEmailTaken + R"(,{"code":"brand_new"})"),
       refused, Reason::kUserRefused, "user_creation_error/brand_new"},
      {"plain words too", user, 400, CreationError(kEmailTaken + R"(,"No more seats.")"), refused,
       Reason::kUserRefused, "user_creation_error/email_not_available"},
      {"the outer code is a refusal", user, 400,
       R"({"code":"password_strength_error","errors":[)" + kEmailTaken + "]}", refused,
       Reason::kPasswordRefused},
      {"the most telling of several, first", user, 400,
       CreationError(R"({"code":"invalid_password_hash"},{"code":"invalid_email"})"), refused,
       Reason::kPasswordHashRefused, "user_creation_error/invalid_password_hash"},
      {"the most telling of several", user, 400,
       CreationError(R"({"code":"invalid_email"},{"code":"invalid_password_hash"})"), refused,
       Reason::kPasswordHashRefused, "user_creation_error/invalid_email"},
  });
}

TEST(UnderstandUser, GivesTheReasonOfEachCodeOfTheContract) {
  struct Case {
    std::string code;
    int status;
    Reason reason;
  };
  const std::vector<Case> cases = {
      {"password_strength_error", 400, Reason::kPasswordRefused},
      {"invalid_password_hash", 400, Reason::kPasswordHashRefused},
      {"password_and_password_hash_provided", 400, Reason::kPasswordHashRefused},
      {"password_and_password_hash_type_provided", 400, Reason::kPasswordHashRefused},
      {"password_salt_position_requires_password_hash", 400, Reason::kPasswordHashRefused},
      {"invalid_metadata", 400, Reason::kMetadataRefused},
      {"metadata_required", 422, Reason::kMetadataRefused},
      {"email_string_required", 422, Reason::kUserRefused},
      {"invalid_email", 400, Reason::kUserRefused},
      {"email_already_verified", 400, Reason::kUserRefused},
      {"email_change_not_allowed", 400, Reason::kUserRefused},
      {"invalid_locale", 400, Reason::kUserRefused},
      {"user_deletion_not_allowed", 409, Reason::kUserRefused},
      {"brand_new_code", 400, Reason::kUserRefused},
      {"brand_new_code", 409, Reason::kUserRefused}};
  for (const Case& c : cases) {
    ExpectUnderstood(
        {{c.code + " at the top", Subject::kUser, c.status,
          R"({"code":")" + c.code + R"(","message":"Words."})", Meaning::kRefused, c.reason, c.code,
          "Words."},
         {c.code + " in errors", Subject::kUser, c.status,
          R"({"code":"invalid_request_parameters","errors":[{"code":")" + c.code + R"("}]})",
          Meaning::kRefused, c.reason, "invalid_request_parameters/" + c.code}});
  }
}

TEST(UnderstandUser, RefusesWithTheTargetsWordsWhatHasNoKnownCode) {
  const auto user = Subject::kUser;
  const auto refused = Meaning::kRefused;
  ExpectUnderstood({
      {"words only", user, 400, R"({"message":"Email address is invalid"})", refused,
       Reason::kUserRefused, "", "Email address is invalid"},
      {"already verified is no duplicate", user, 400,
       R"({"message":"The user email has already been verified and cannot be unverified."})",
       refused, Reason::kUserRefused},
      {"field of metadata", user, 422,
       R"({"message":"Validation failed","errors":[{"field":"metadata","code":"must be short"}]})",
       refused, Reason::kMetadataRefused, "", "Validation failed: metadata: must be short"},
      {"field of a password", user, 422, R"({"errors":[{"field":"password","code":"required"}]})",
       refused, Reason::kPasswordRefused, "required", "password: [masked]"},
      {"gone", user, 410, "{}", refused, Reason::kUserRefused},
      {"empty body", user, 400, "", refused, Reason::kUserRefused},
  });
}

}  // namespace
}  // namespace rehome::directory
