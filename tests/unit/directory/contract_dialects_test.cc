#include "answer.h"

namespace rehome::directory {
namespace {

using model::Reason;

constexpr Subject kOrganization = Subject::kOrganization;
constexpr Subject kUser = Subject::kUser;
constexpr Subject kMembership = Subject::kMembership;

// One row for each way in which the target is known to say something; each name ends in its source:
// "published" (the vendor's OpenAPI document), "recorded" (from the real API), "seen" (told by a
// third party), "tool" (what the vendor's own tools look for). The vendor's emulator and the other
// recordings have tests of their own beside this one.

TEST(ContractDialects, OfTheKeyAndTheRun) {
  ExpectUnderstood({
      {"no code, recorded", kUser, 401, R"({"message":"Unauthorized"})", Meaning::kUnauthorized},
      {"under 400, recorded", kUser, 400, R"({"message":"Unauthorized"})", Meaning::kUnauthorized},
      {"missing permission, published", kOrganization, 403, R"({"message":"Forbidden"})",
       Meaning::kForbidden},
      {"limit with the address of the guide, seen", kUser, 429,
       R"({"message":"Rate limit exceeded. See the WorkOS docs for more information: )"
       R"(https://workos.com/docs/reference/rate-limits"})",
       Meaning::kRateLimited},
      {"limit with a code, published", kUser, 429,
       R"({"message":"Too many requests.","code":"rate_limit_exceeded"})", Meaning::kRateLimited},
      {"limit as a bare string, published", kUser, 429, R"("Ratelimited")", Meaning::kRateLimited},
      {"limit of sign-ins, published", kUser, 429,
       R"({"error":"too_many_requests","error_description":"Too many requests"})",
       Meaning::kRateLimited},
      {"limit of a day, published", kUser, 429, R"({"code":"daily_quota_exceeded"})",
       Meaning::kRateLimited},
      {"other body under one key, recorded", kOrganization, 400,
       R"({"message":"Another idempotency key (bar) with different request parameters was found. )"
       R"(Please use a different idempotency key."})",
       Meaning::kIdempotencyReused},
      {"the key is at work, tool", kUser, 409, R"({"code":"idempotency_error","message":"Wait."})",
       Meaning::kIdempotencyPending},
      {"page of the edge, seen", kUser, 502, "<html><title>502 Bad Gateway</title></html>",
       Meaning::kServerTrouble},
      {"status of the edge, seen", kUser, 520, "", Meaning::kServerTrouble},
      {"text for a delete, recorded", kOrganization, 202, "Accepted", Meaning::kUnreadable},
      {"nothing for a delete, recorded", kUser, 200, "", Meaning::kUnreadable},
  });
}

TEST(ContractDialects, OfEveryShapeOfABody) {
  ExpectUnderstood({
      {"message only, recorded", kOrganization, 404, R"({"message":"Not Found"})",
       Meaning::kNotFound},
      {"code and message, published", kUser, 400,
       R"({"code":"invalid_metadata","message":"Request could not be processed."})",
       Meaning::kRefused, Reason::kMetadataRefused, "invalid_metadata",
       "Request could not be processed."},
      {"errors with codes, recorded", kUser, 422,
       R"({"code":"invalid_request_parameters","message":"Validation failed",)"
       R"("errors":[{"code":"email_string_required",)"
       R"("message":"Email should be a non-empty string."}]})",
       Meaning::kRefused, Reason::kUserRefused, "invalid_request_parameters/email_string_required",
       "Validation failed: Email should be a non-empty string."},
      {"errors with fields and prose, recorded", kUser, 422,
       R"({"message":"Validation failed","errors":[{"field":"action_type",)"
       R"("code":"action_type must be a string"}]})",
       Meaning::kRefused, Reason::kUserRefused, "",
       "Validation failed: action_type must be a string"},
      {"entity, recorded", kUser, 404,
       R"({"code":"entity_not_found","message":"User not found: 'invalid'.","entity_id":"invalid"})",
       Meaning::kNotFound, Reason::kNone, "entity_not_found", "User not found: 'invalid'."},
      {"membership, recorded", kMembership, 404,
       R"({"code":"entity_not_found","message":"Organization Membership not found: 'x'."})",
       Meaning::kNotFound},
      {"error and description, recorded", kUser, 400,
       R"({"error":"invalid_grant","error_description":"Expired."})", Meaning::kRefused,
       Reason::kUserRefused, "invalid_grant", "Expired."},
      {"errors as strings, tool", kUser, 422, R"({"message":"Bad","errors":["No name given."]})",
       Meaning::kRefused, Reason::kUserRefused, "", "Bad: No name given."},
      {"errors of a schema, seen", kUser, 400,
       R"({"message":"Bad","errors":[{"instancePath":"/metadata/a","keyword":"type",)"
       R"("message":"must be string"}]})",
       Meaning::kRefused, Reason::kUserRefused, "type", "Bad: /metadata/a: must be string"},
  });
}

TEST(ContractDialects, OfUsers) {
  ExpectUnderstood({
      {"e-mail taken, seen", kUser, 400,
       R"({"message":"Could not create user.","code":"user_creation_error",)"
       R"("errors":[{"code":"email_not_available","message":"This email is not available."}]})",
       Meaning::kExists},
      {"external_id taken, tool", kUser, 400,
       R"({"message":"Could not create user.","code":"user_creation_error",)"
       R"("errors":[{"code":"external_id_already_used"}]})",
       Meaning::kExists},
      {"the older code, tool", kUser, 400,
       R"({"code":"user_creation_error","errors":[{"code":"user_already_exists"}]})",
       Meaning::kExists},
      {"external_id taken on an update, published", kUser, 400,
       R"({"code":"external_id_already_used","message":"Request could not be processed."})",
       Meaning::kExists},
      {"creation error of another cause, published", kUser, 400,
       R"({"code":"user_creation_error","message":"Validation failed.",)"
       R"("errors":[{"code":"unknown_event_type","message":"Invalid enum value."}]})",
       Meaning::kRefused, Reason::kUserRefused},
      {"weak password, published", kUser, 400,
       R"({"code":"password_strength_error","message":"Weak.","errors":[{"code":"too_short"}]})",
       Meaning::kRefused, Reason::kPasswordRefused},
      {"hash, published", kUser, 400, R"({"code":"invalid_password_hash","message":"m"})",
       Meaning::kRefused, Reason::kPasswordHashRefused},
      {"salt position, published", kUser, 400,
       R"({"code":"password_salt_position_requires_password_hash"})", Meaning::kRefused,
       Reason::kPasswordHashRefused},
      {"metadata that is no string, seen", kUser, 422,
       R"({"code":"invalid_request_parameters","errors":[{"code":"metadata_required"}]})",
       Meaning::kRefused, Reason::kMetadataRefused},
      {"bad address without a code, tool", kUser, 400, R"({"message":"Email address is invalid"})",
       Meaning::kRefused, Reason::kUserRefused, "", "Email address is invalid"},
      {"verified before, seen", kUser, 400,
       R"({"message":"The user email has already been verified and cannot be unverified."})",
       Meaning::kRefused, Reason::kUserRefused},
      {"not to be deleted, published", kUser, 409, R"({"code":"user_deletion_not_allowed"})",
       Meaning::kRefused, Reason::kUserRefused},
  });
}

TEST(ContractDialects, OfOrganizations) {
  ExpectUnderstood({
      {"external_id taken, seen", kOrganization, 400,
       R"({"code":"external_id_already_used","message":"The external_id provided has already )"
       R"(been assigned to another organization."})",
       Meaning::kExists},
      {"the same without its code, tool", kOrganization, 400,
       R"({"message":"The external_id provided has already been assigned to another )"
       R"(organization."})",
       Meaning::kExists},
      {"the same as a conflict, tool", kOrganization, 409,
       R"({"message":"The external_id provided has already been assigned."})", Meaning::kExists},
      {"domain taken, recorded", kOrganization, 409,
       R"({"message":"An Organization with the domain example.com already exists."})",
       Meaning::kExists},
      {"metadata, published", kOrganization, 400, R"({"code":"invalid_metadata"})",
       Meaning::kRefused, Reason::kOrganizationRefused},
      {"message only, published", kOrganization, 422, R"({"message":"Name is required"})",
       Meaning::kRefused, Reason::kOrganizationRefused, "", "Name is required"},
  });
}

TEST(ContractDialects, OfMemberships) {
  ExpectUnderstood({
      {"there already, seen", kMembership, 409,
       R"({"code":"organization_membership_already_exists"})", Meaning::kExists},
      {"there already, of any kind, seen", kMembership, 409, R"({"code":"entity_already_exists"})",
       Meaning::kExists},
      {"there already, of invitations, published", kMembership, 400,
       R"({"code":"user_already_organization_member"})", Meaning::kExists},
      {"there already, in words, tool", kMembership, 400,
       R"({"message":"User is already a member of the organization"})", Meaning::kExists},
      {"there already, in other words, tool", kMembership, 422,
       R"({"message":"membership already exists"})", Meaning::kExists},
      {"pending, seen", kMembership, 400,
       R"({"message":"Pending organization memberships cannot be reactivated. The invite must be )"
       R"(accepted instead."})",
       Meaning::kRefused, Reason::kMembershipPending},
      {"pending, published", kMembership, 400,
       R"({"message":"A pending organization membership cannot be reactivated. The user needs to )"
       R"(accept the invitation instead.",)"
       R"("code":"cannot_reactivate_pending_organization_membership"})",
       Meaning::kRefused, Reason::kMembershipPending},
      {"role, published", kMembership, 422,
       R"({"message":"Role 'x' is not a valid role.","code":"invalid_role"})", Meaning::kRefused,
       Reason::kRoleUnknown},
      {"several roles, seen", kMembership, 422,
       R"({"message":"Multiple roles is not enabled for this environment."})", Meaning::kRefused,
       Reason::kMultipleRolesDisabled},
      {"several roles, published words", kMembership, 422,
       R"({"message":"Multiple roles are not enabled for this environment."})", Meaning::kRefused,
       Reason::kMultipleRolesDisabled},
      {"scoped role, published", kMembership, 422,
       R"({"code":"sub_resource_scoped_role_not_allowed","role_slug":"admin"})", Meaning::kRefused,
       Reason::kMembershipRefused},
      {"user or organization unknown, published", kMembership, 404,
       R"({"message":"Organization not found: 'org_01EHQMYV6MBK39QC5PZXHY59C3'."})",
       Meaning::kNotFound},
      {"list without a filter, published", kMembership, 400,
       R"({"code":"missing_user_id_or_organization_id"})", Meaning::kRefused,
       Reason::kMembershipRefused},
  });
}

}  // namespace
}  // namespace rehome::directory
