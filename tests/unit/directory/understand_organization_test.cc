#include "answer.h"

namespace rehome::directory {
namespace {

using model::Reason;

TEST(UnderstandOrganization, KnowsAnExistingOrganizationByCodeConflictOrWords) {
  const auto organization = Subject::kOrganization;
  const auto exists = Meaning::kExists;
  ExpectUnderstood({
      {"code", organization, 400,
       R"({"code":"external_id_already_used","message":"The external_id provided has already been )"
       R"(assigned to another organization."})",
       exists, Reason::kNone, "external_id_already_used",
       "The external_id provided has already been assigned to another organization."},
      {"words", organization, 400,
       R"({"message":"The external_id provided has already been assigned to another )"
       R"(organization."})",
       exists},
      {"words as a conflict", organization, 409,
       R"({"message":"The external_id provided has already been assigned."})", exists},
      {"domain", organization, 409,
       R"({"message":"An Organization with the domain example.com already exists."})", exists},
      {"bare conflict", organization, 409, "", exists},
      {"code in errors", organization, 422, R"({"errors":[{"code":"external_id_already_used"}]})",
       exists},
  });
}

TEST(UnderstandOrganization, RefusesEverythingElseWithTheTargetsWords) {
  const auto organization = Subject::kOrganization;
  const auto refused = Meaning::kRefused;
  ExpectUnderstood({
      {"metadata", organization, 400, R"({"code":"invalid_metadata"})", refused,
       Reason::kOrganizationRefused, "invalid_metadata"},
      {"validation", organization, 422, R"({"message":"Name is required"})", refused,
       Reason::kOrganizationRefused, "", "Name is required"},
      {"stripe", organization, 400, R"({"code":"stripe_customer_id_already_used"})", refused,
       Reason::kOrganizationRefused},
      {"unknown code", organization, 418, R"({"code":"teapot"})", refused,
       Reason::kOrganizationRefused, "teapot"},
  });
}

TEST(UnderstandOrganization, KnowsBothKindsOfIdempotencyTrouble) {
  const auto organization = Subject::kOrganization;
  ExpectUnderstood({
      {"other body", organization, 400,
       R"({"message":"Another idempotency key (bar) with different request parameters was found. )"
       R"(Please use a different idempotency key."})",
       Meaning::kIdempotencyReused},
      {"in progress", organization, 409, R"({"code":"idempotency_error","message":"busy"})",
       Meaning::kIdempotencyPending},
      {"other payload by code", organization, 422, R"({"code":"idempotency_error"})",
       Meaning::kIdempotencyReused},
  });
}

}  // namespace
}  // namespace rehome::directory
