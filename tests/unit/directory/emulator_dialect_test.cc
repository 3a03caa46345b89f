#include "answer.h"

namespace rehome::directory {
namespace {

using model::Reason;

// The vendor's local emulator speaks a dialect of its own; end-to-end tests run against it.
TEST(EmulatorDialect, IsUnderstoodLikeTheApiItself) {
  const auto user = Subject::kUser;
  const auto organization = Subject::kOrganization;
  const auto membership = Subject::kMembership;
  ExpectUnderstood({
      {"duplicate e-mail", user, 409,
       R"({"message":"A user with this email already exists","code":"user_already_exists"})",
       Meaning::kExists, Reason::kNone, "user_already_exists"},
      {"no e-mail", user, 422,
       R"({"message":"email is required","code":"unprocessable_entity",)"
       R"("errors":[{"field":"email","code":"required"}]})",
       Meaning::kRefused, Reason::kUserRefused, "unprocessable_entity/required",
       "email is required: email: required"},
      {"bad e-mail", user, 422,
       R"({"message":"email must be a valid email address","code":"unprocessable_entity",)"
       R"("errors":[{"field":"email","code":"invalid"}]})",
       Meaning::kRefused, Reason::kUserRefused, "unprocessable_entity/invalid"},
      {"bad JSON", user, 400,
       R"({"message":"Problems parsing JSON","code":"invalid_request_body"})", Meaning::kRefused,
       Reason::kUserRefused, "invalid_request_body"},
      {"missing user", user, 404, R"({"message":"User not found","code":"not_found"})",
       Meaning::kNotFound},
      {"missing organization", organization, 404,
       R"({"message":"Organization not found","code":"not_found"})", Meaning::kNotFound},
      {"organization without name", organization, 422,
       R"({"message":"Name is required","code":"unprocessable_entity",)"
       R"("errors":[{"field":"name","code":"required"}]})",
       Meaning::kRefused, Reason::kOrganizationRefused},
      {"membership again", membership, 409,
       R"({"message":"Membership already exists","code":"conflict"})", Meaning::kExists},
      {"membership of a missing user", membership, 404,
       R"({"message":"User not found","code":"not_found"})", Meaning::kNotFound},
      {"membership without organization", membership, 422,
       R"({"message":"organization_id is required","code":"unprocessable_entity",)"
       R"("errors":[{"field":"organization_id","code":"required"}]})",
       Meaning::kRefused, Reason::kMembershipRefused},
      {"over the limit", user, 429,
       R"({"message":"Too Many Requests","code":"rate_limit_exceeded"})", Meaning::kRateLimited},
      {"unknown path", user, 404, R"({"message":"Not Found","code":"not_found"})",
       Meaning::kNotFound},
      {"forbidden", user, 403, R"({"message":"Forbidden","code":"forbidden"})",
       Meaning::kForbidden},
      {"unknown key", user, 401, R"({"message":"Unauthorized","code":"unauthorized"})",
       Meaning::kUnauthorized},
      {"hooked 500", user, 500, R"({"message":"Internal Server Error","code":"server_error"})",
       Meaning::kServerTrouble, Reason::kNone, "server_error", "Internal Server Error"},
      {"hooked 503", user, 503, R"({"message":"Service Unavailable","code":"service_unavailable"})",
       Meaning::kServerTrouble},
  });
}

}  // namespace
}  // namespace rehome::directory
