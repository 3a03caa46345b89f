#include "answer.h"

namespace rehome::directory {
namespace {

using model::Reason;

TEST(UnderstandMembership, TakesAnyConflictAndAnyAlreadyForAnExistingMembership) {
  const auto membership = Subject::kMembership;
  const auto exists = Meaning::kExists;
  ExpectUnderstood({
      {"code", membership, 400, R"({"code":"organization_membership_already_exists"})", exists},
      {"general code", membership, 422, R"({"code":"entity_already_exists"})", exists},
      {"code of invitations", membership, 400, R"({"code":"user_already_organization_member"})",
       exists},
      {"conflict", membership, 409, R"({"message":"Membership exists","code":"conflict"})", exists},
      {"code in errors", membership, 422,
       R"({"code":"invalid_request_parameters","errors":[{"code":"entity_already_exists"}]})",
       exists, Reason::kNone, "invalid_request_parameters/entity_already_exists"},
      {"words", membership, 400, R"({"message":"User is Already a member of it."})", exists},
      {"bare 409", membership, 409, "", exists},
      {"409 of an unknown code", membership, 409, R"({"code":"brand_new"})", exists},
  });
}

TEST(UnderstandMembership, GivesTheReasonOfEachRefusal) {
  const auto membership = Subject::kMembership;
  const auto refused = Meaning::kRefused;
  ExpectUnderstood({
      {"pending", membership, 400,
       R"({"code":"cannot_reactivate_pending_organization_membership","message":"Pending."})",
       refused, Reason::kMembershipPending, "cannot_reactivate_pending_organization_membership",
       "Pending."},
      {"pending, as a conflict", membership, 409,
       R"({"code":"cannot_reactivate_pending_organization_membership"})", refused,
       Reason::kMembershipPending},
      {"pending, in words", membership, 400,
       R"({"message":"Pending organization memberships cannot be reactivated. The invite must be )"
       R"(accepted instead."})",
       refused, Reason::kMembershipPending},
      {"role", membership, 422,
       R"({"code":"invalid_role","message":"Role 'already' is not a valid role."})", refused,
       Reason::kRoleUnknown, "invalid_role", "Role 'already' is not a valid role."},
      {"role, in words", membership, 422, R"({"message":"Role 'already' is not a valid role."})",
       refused, Reason::kRoleUnknown},
      {"roles", membership, 422, R"({"code":"multiple_roles_not_enabled"})", refused,
       Reason::kMultipleRolesDisabled},
      {"roles, in errors", membership, 422,
       R"({"code":"invalid_request_parameters","errors":[{"code":"multiple_roles_not_enabled"}]})",
       refused, Reason::kMultipleRolesDisabled},
      {"roles, in words", membership, 422,
       R"({"message":"Multiple roles is not enabled for this environment."})", refused,
       Reason::kMultipleRolesDisabled},
      {"scoped role", membership, 422, R"({"code":"sub_resource_scoped_role_not_allowed"})",
       refused, Reason::kMembershipRefused},
      {"parameters", membership, 422, R"({"code":"invalid_request_parameters"})", refused,
       Reason::kMembershipRefused, "invalid_request_parameters"},
      {"no filter", membership, 400, R"({"code":"missing_user_id_or_organization_id"})", refused,
       Reason::kMembershipRefused},
      {"unknown code", membership, 400, R"({"code":"brand_new","message":"New."})", refused,
       Reason::kMembershipRefused, "brand_new", "New."},
  });
}

TEST(UnderstandMembership, TakesAMissingUserOrOrganizationForNotFound) {
  ExpectUnderstood({
      {"organization", Subject::kMembership, 404, R"({"message":"Organization not found: 'x'."})",
       Meaning::kNotFound, Reason::kNone, "", "Organization not found: 'x'."},
      {"words about already do not matter", Subject::kMembership, 404,
       R"({"message":"User not found, it was already deleted."})", Meaning::kNotFound},
  });
}

}  // namespace
}  // namespace rehome::directory
