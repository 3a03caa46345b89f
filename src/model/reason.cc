#include "model/reason.h"

#include <array>

#include "base/check.h"

namespace rehome::model {
namespace {

// In the order of the enumeration; a static_assert and a test hold the two together.
constexpr std::array<ReasonFacts, kReasonCount> kFacts = {{
    {Reason::kNone, "", Phase::kUsers, Severity::kError, Retryable::kNo, "", ""},
    {Reason::kHeaderRowFile, "header_row_file", Phase::kSurvey, Severity::kError, Retryable::kNo,
     "the file is one of rehome's own row files, whose secrets are blanked",
     "correct it with rehome retry RUN --edited FILE, or import it as it stands with "
     "--as-plain-input"},
    {Reason::kHeaderLookalike, "header_lookalike", Phase::kSurvey, Severity::kError, Retryable::kNo,
     "a column has almost the name of one that is imported",
     "rename it with --map 'NAME=COLUMN' or leave it out with --ignore-column NAME"},
    {Reason::kHeaderColumnTwice, "header_column_twice", Phase::kSurvey, Severity::kError,
     Retryable::kNo, "a column is there twice", "remove one of the two"},
    {Reason::kHeaderEmailMissing, "header_email_missing", Phase::kSurvey, Severity::kError,
     Retryable::kNo, "the header has no column email",
     "add it, or name the column that holds the e-mail with --map 'NAME=email'"},
    {Reason::kCsvFieldCount, "csv_field_count", Phase::kSurvey, Severity::kError, Retryable::kNo,
     "the record has more or fewer fields than the header",
     "give the row as many fields as the header has, and quote fields that hold the delimiter"},
    {Reason::kCsvStrayQuote, "csv_stray_quote", Phase::kSurvey, Severity::kError, Retryable::kNo,
     "a quotation mark stands in the middle of a field",
     "quote the whole field and double each quotation mark in it"},
    {Reason::kEmailMissing, "email_missing", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the row has no e-mail", "fill in the column email"},
    {Reason::kEmailInvalid, "email_invalid", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the e-mail is not an address", "correct the column email, as in ann@example.com"},
    {Reason::kEmailVerifiedInvalid, "email_verified_invalid", Phase::kUsers, Severity::kError,
     Retryable::kNo, "email_verified is neither true nor false",
     "write true, false, yes, no, y, n, 1 or 0, or leave it empty"},
    {Reason::kExternalIdInvalid, "external_id_invalid", Phase::kUsers, Severity::kError,
     Retryable::kNo, "the external_id holds characters outside ASCII",
     "use an external_id of ASCII characters"},
    {Reason::kExternalIdTooLong, "external_id_too_long", Phase::kUsers, Severity::kError,
     Retryable::kNo, "the external_id is longer than 128 characters",
     "use an external_id of at most 128 characters"},
    {Reason::kExternalIdShared, "external_id_shared", Phase::kUsers, Severity::kError,
     Retryable::kNo, "another user of the file has the same external_id",
     "give each user an external_id of its own; the target refuses the second one"},
    {Reason::kPasswordConflict, "password_conflict", Phase::kUsers, Severity::kError,
     Retryable::kNo, "the row has both a password and a password hash",
     "keep one of password and password_hash"},
    {Reason::kPasswordHashIncomplete, "password_hash_incomplete", Phase::kUsers, Severity::kError,
     Retryable::kNo, "password_hash and password_hash_type must come together",
     "fill in both columns or empty both"},
    {Reason::kPasswordHashTypeUnknown, "password_hash_type_unknown", Phase::kUsers,
     Severity::kError, Retryable::kNo, "the target does not know this password_hash_type",
     "use bcrypt, scrypt, firebase-scrypt, ssha, ssha256, pbkdf2 or argon2"},
    {Reason::kPasswordHashInvalid, "password_hash_invalid", Phase::kUsers, Severity::kError,
     Retryable::kNo, "the password_hash does not have the form of its type",
     "export the hash in the form that docs/csv-format.md gives for its type"},
    {Reason::kMetadataInvalid, "metadata_invalid", Phase::kUsers, Severity::kError, Retryable::kNo,
     "metadata is not a JSON object",
     "write a JSON object of strings, as in {\"plan\":\"starter\"}"},
    {Reason::kMetadataTooManyKeys, "metadata_too_many_keys", Phase::kUsers, Severity::kError,
     Retryable::kNo, "metadata has more than 50 keys", "keep at most 50 keys"},
    {Reason::kMetadataKeyInvalid, "metadata_key_invalid", Phase::kUsers, Severity::kError,
     Retryable::kNo, "a metadata key is empty or longer than 40 characters",
     "use keys of 1 to 40 characters"},
    {Reason::kMetadataValueTooLong, "metadata_value_too_long", Phase::kUsers, Severity::kError,
     Retryable::kNo, "a metadata value is longer than 600 characters",
     "shorten the value to 600 characters"},
    {Reason::kUserTooLarge, "user_too_large", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the user has more than the 102,400 bytes that one request can carry",
     "shorten the cell that is named; a quotation mark may be missing behind it"},
    {Reason::kOrgIdConflict, "org_id_conflict", Phase::kMemberships, Severity::kError,
     Retryable::kNo, "the row names its organization by org_id and by org_external_id",
     "keep one of org_id and org_external_id"},
    {Reason::kOrgIdInvalid, "org_id_invalid", Phase::kMemberships, Severity::kError, Retryable::kNo,
     "org_id is not an id of the target",
     "use an id that starts with org_, or use org_external_id"},
    {Reason::kOrgExternalIdInvalid, "org_external_id_invalid", Phase::kMemberships,
     Severity::kError, Retryable::kNo, "org_external_id is longer than 128 characters or not ASCII",
     "use at most 128 ASCII characters"},
    {Reason::kOrgNameAlone, "org_name_alone", Phase::kMemberships, Severity::kError, Retryable::kNo,
     "org_name stands alone, and names are not unique",
     "add org_external_id or org_id, or import with --org-by-name"},
    {Reason::kOrgNameTooLong, "org_name_too_long", Phase::kMemberships, Severity::kError,
     Retryable::kNo, "org_name is longer than the 102,400 bytes that one request can carry",
     "shorten org_name; a quotation mark may be missing behind it"},
    {Reason::kRoleSlugsInvalid, "role_slugs_invalid", Phase::kMemberships, Severity::kError,
     Retryable::kNo, "role_slugs is not a list of role slugs",
     "write admin or admin,member or [\"admin\",\"member\"]"},
    {Reason::kLeadRowRejected, "lead_row_rejected", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the first row of this user was rejected, so the user has no data",
     "correct the first row of this user"},
    {Reason::kOrganizationNotFound, "organization_not_found", Phase::kOrganizations,
     Severity::kError, Retryable::kNo,
     "the organization does not exist and the file gives no name to create it with",
     "add org_name, or correct org_id or org_external_id"},
    {Reason::kOrganizationAmbiguous, "organization_ambiguous", Phase::kOrganizations,
     Severity::kError, Retryable::kNo, "several organizations of the target have this name",
     "name the organization by org_id or org_external_id"},
    {Reason::kOrganizationNotVisible, "organization_not_visible", Phase::kOrganizations,
     Severity::kError, Retryable::kYes,
     "the target says that the organization exists but does not show it",
     "wait a few minutes, then rehome retry"},
    {Reason::kOrganizationRefused, "organization_refused", Phase::kOrganizations, Severity::kError,
     Retryable::kNo, "the target refused the organization", "correct what the target's words name"},
    {Reason::kOrganizationFailed, "organization_failed", Phase::kMemberships, Severity::kError,
     Retryable::kYes, "the organization of this row failed",
     "mend the organization first; its rows follow by themselves in a retry"},
    {Reason::kUserExists, "user_exists", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the user exists on the target", "use --on-existing adopt to take existing users over"},
    {Reason::kUserUnverified, "user_unverified", Phase::kUsers, Severity::kError, Retryable::kNo,
     "an account with this e-mail exists but never proved that it owns the address",
     "check the account, then use --adopt-unverified or give it the external_id"},
    {Reason::kUserEmailTaken, "user_email_taken", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the e-mail belongs to an account with another external_id",
     "find out which of the two ids is right and correct the file or the account"},
    {Reason::kUserExternalIdTaken, "user_external_id_taken", Phase::kUsers, Severity::kError,
     Retryable::kNo, "the external_id belongs to an account with another e-mail",
     "find out whether the e-mail changed and correct the file or the account"},
    {Reason::kUserSplit, "user_split", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the e-mail and the external_id belong to two different accounts",
     "decide which account is the user's and correct the file or the accounts"},
    {Reason::kUserDuplicateOnTarget, "user_duplicate_on_target", Phase::kUsers, Severity::kError,
     Retryable::kNo, "the target has several accounts with this e-mail",
     "remove the duplicate accounts on the target"},
    {Reason::kUserNotVisible, "user_not_visible", Phase::kUsers, Severity::kError, Retryable::kYes,
     "the target says that the user exists but does not show it",
     "wait a few minutes, then rehome retry"},
    {Reason::kPasswordRefused, "password_refused", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the password does not meet the environment's password policy",
     "import the row without it (rehome retry --drop-passwords), or relax the policy"},
    {Reason::kPasswordHashRefused, "password_hash_refused", Phase::kUsers, Severity::kError,
     Retryable::kNo, "the target refused the password hash",
     "check the hash's type and parameters against docs/csv-format.md"},
    {Reason::kMetadataRefused, "metadata_refused", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the target refused the metadata",
     "keep to 50 keys of 40 characters and values of 600 characters"},
    {Reason::kUserRefused, "user_refused", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the target refused the user", "correct what the target's words name"},
    {Reason::kUserFailed, "user_failed", Phase::kUsers, Severity::kError, Retryable::kYes,
     "the user of this row failed in another row",
     "mend the other row first; this one follows by itself in a retry"},
    {Reason::kMembershipPending, "membership_pending", Phase::kMemberships, Severity::kError,
     Retryable::kNo, "the user has an invitation to this organization that is not accepted yet",
     "revoke or accept the invitation, then rehome retry"},
    {Reason::kMembershipInactive, "membership_inactive", Phase::kMemberships, Severity::kError,
     Retryable::kNo, "the user's membership of this organization is inactive",
     "activate it on the target if that is what you want"},
    {Reason::kMembershipRefused, "membership_refused", Phase::kMemberships, Severity::kError,
     Retryable::kNo, "the target refused the membership", "correct what the target's words name"},
    {Reason::kMembershipNotVisible, "membership_not_visible", Phase::kMemberships, Severity::kError,
     Retryable::kYes, "the target says that the membership exists but does not show it",
     "wait a few minutes, then rehome retry"},
    {Reason::kRoleUnknown, "role_unknown", Phase::kMemberships, Severity::kError, Retryable::kNo,
     "the environment has no such role", "create the role on the target or correct role_slugs"},
    {Reason::kMultipleRolesDisabled, "multiple_roles_disabled", Phase::kMemberships,
     Severity::kError, Retryable::kNo,
     "several roles for one membership are not enabled in this environment",
     "enable multiple roles, or use --first-role-only"},
    {Reason::kRequestRefused, "request_refused", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the target refused the request", "correct what the target's words name"},
    {Reason::kTargetUnavailable, "target_unavailable", Phase::kUsers, Severity::kError,
     Retryable::kYes, "the target kept failing", "rehome retry, when the target is healthy"},
    {Reason::kRateLimited, "rate_limited", Phase::kUsers, Severity::kError, Retryable::kYes,
     "the target limited this request for a quarter of an hour while it served others",
     "rehome retry, later"},
    {Reason::kOutcomeUnknown, "outcome_unknown", Phase::kUsers, Severity::kError, Retryable::kYes,
     "it is not known whether the target carried the request out",
     "rehome retry: what is on the target is found, not made twice"},
    {Reason::kAnswerMismatch, "answer_mismatch", Phase::kUsers, Severity::kError, Retryable::kYes,
     "the target's answers did not belong to the request",
     "remove caches between here and the target, then rehome retry"},
    {Reason::kPayloadTooLarge, "payload_too_large", Phase::kUsers, Severity::kError, Retryable::kNo,
     "the target says that the request is too large", "shorten the row's metadata"},
    {Reason::kVerifyMissing, "verify_missing", Phase::kVerification, Severity::kError,
     Retryable::kNo, "the run made or found it, and the target has it no more",
     "if nobody deleted it on purpose, import the file again with --on-existing update, which "
     "makes what is missing"},
    {Reason::kVerifyDuplicate, "verify_duplicate", Phase::kVerification, Severity::kError,
     Retryable::kNo, "another object of the target stands for the same",
     "find out which of the two is in use, delete the other one on the target, then rehome verify"},
    {Reason::kVerifyMismatch, "verify_mismatch", Phase::kVerification, Severity::kError,
     Retryable::kNo, "a field has another value than the one that was written",
     "if the file is right, import it again with --on-existing update, or mend it on the target; "
     "then rehome verify"},
    {Reason::kVerifyUnanswered, "verify_unanswered", Phase::kVerification, Severity::kError,
     Retryable::kYes, "asked about it alone, the target gave no believable answer",
     "rehome verify asks again; if the answers were about something else, first remove caches "
     "between here and the target"},
    {Reason::kStopped, "stopped", Phase::kUsers, Severity::kError, Retryable::kYes,
     "the run stopped before this row was done", "continue with resume"},
    {Reason::kWarnExternalIdLong, "external_id_long", Phase::kUsers, Severity::kWarning,
     Retryable::kNo,
     "the external_id is longer than 64 characters, which the target's guides give as the limit",
     "shorten it if the target refuses it"},
    {Reason::kWarnMetadataConverted, "metadata_converted", Phase::kUsers, Severity::kWarning,
     Retryable::kNo,
     "a metadata value was turned into a string, since the target takes strings only",
     "write strings to choose the form yourself"},
    {Reason::kWarnMetadataNullDropped, "metadata_null_dropped", Phase::kUsers, Severity::kWarning,
     Retryable::kNo, "a metadata key with the value null was left out",
     "remove the key to silence this"},
    {Reason::kWarnMetadataManyKeys, "metadata_many_keys", Phase::kUsers, Severity::kWarning,
     Retryable::kNo, "metadata has more than 10 keys, which the target's guides give as the limit",
     "keep 10 keys if the target refuses it"},
    {Reason::kWarnMetadataNotAscii, "metadata_not_ascii", Phase::kUsers, Severity::kWarning,
     Retryable::kNo, "metadata holds characters outside ASCII, which the target's guides exclude",
     "use ASCII if the target refuses it"},
    {Reason::kWarnNameOverLines, "name_over_lines", Phase::kUsers, Severity::kWarning,
     Retryable::kNo, "a name goes over several lines, as it does when a quotation mark is missing",
     "look whether rows got lost in it: close the quotation mark on its line"},
    {Reason::kWarnRoleWithoutOrganization, "role_without_organization", Phase::kMemberships,
     Severity::kWarning, Retryable::kNo,
     "the row has roles but no organization, so they are not used",
     "name an organization or empty role_slugs"},
    {Reason::kWarnOrgNameDiffers, "org_name_differs", Phase::kOrganizations, Severity::kWarning,
     Retryable::kNo, "the organization has another name in an earlier row; the first one counts",
     "give it one name"},
    {Reason::kWarnUserDataDiffers, "user_data_differs", Phase::kUsers, Severity::kWarning,
     Retryable::kNo, "the user has other data in its first row; the first row counts",
     "give the user the same data in each row"},
    {Reason::kWarnHeaderUnknown, "header_column_unknown", Phase::kSurvey, Severity::kWarning,
     Retryable::kNo, "a column is not known and not imported",
     "leave it out with --ignore-column NAME to silence this, or name what it holds with --map"},
    {Reason::kWarnBlanksAround, "blanks_around_value", Phase::kUsers, Severity::kWarning,
     Retryable::kNo, "blanks around the value are not sent", "remove them, or let --fix do it"},
    {Reason::kWarnBooleanSpelling, "boolean_spelling", Phase::kUsers, Severity::kWarning,
     Retryable::kNo, "the value is taken for true or false but spelled otherwise",
     "write true or false, or let --fix do it"},
    {Reason::kWarnMembershipRepeated, "membership_repeated", Phase::kMemberships,
     Severity::kWarning, Retryable::kNo,
     "the same user and organization are in an earlier row: it is one membership",
     "remove the row if nothing in it is needed"},
    {Reason::kWarnUserRepeated, "user_repeated", Phase::kUsers, Severity::kWarning, Retryable::kNo,
     "the user has an earlier row, and this one names no organization: it makes nothing",
     "remove the row if nothing in it is needed, or name its organization"},
    {Reason::kWarnFirstRoleOnly, "first_role_only", Phase::kMemberships, Severity::kWarning,
     Retryable::kNo, "only the first role was given, as --first-role-only asks",
     "enable multiple roles on the target for the others"},
    {Reason::kWarnRoleDiffers, "role_differs", Phase::kMemberships, Severity::kWarning,
     Retryable::kNo, "the membership exists with another role and was left as it is",
     "use --on-existing update to change it"},
    {Reason::kWarnFieldsDiffer, "fields_differ", Phase::kUsers, Severity::kWarning, Retryable::kNo,
     "the account exists with other values than the file has and was left as it is",
     "use --on-existing update to change it; e-mails and passwords stay as they are"},
    {Reason::kWarnOrganizationDiffers, "organization_differs", Phase::kOrganizations,
     Severity::kWarning, Retryable::kNo,
     "the organization exists with another name than the file has and was left as it is",
     "correct org_name, or rename it on the target"},
    {Reason::kWarnRolesNotGiven, "roles_not_given", Phase::kMemberships, Severity::kWarning,
     Retryable::kNo, "the target made the membership with other roles than it was asked for",
     "compare the membership's roles on the target with the file"},
    {Reason::kWarnMembershipReactivated, "membership_reactivated", Phase::kMemberships,
     Severity::kWarning, Retryable::kNo,
     "the membership was there and inactive, though the target did not show it, and was made "
     "active",
     "deactivate it on the target if the user is to stay out of the organization"},
    {Reason::kWarnPasswordDropped, "password_dropped", Phase::kUsers, Severity::kWarning,
     Retryable::kNo, "the target refused the password, so the user was made without it",
     "tell the user to set one at the next login"},
}};

constexpr bool InOrder() {
  for (std::size_t i = 0; i < kFacts.size(); ++i) {
    if (kFacts[i].reason != static_cast<Reason>(i)) return false;
  }
  return true;
}
static_assert(InOrder());

}  // namespace

const ReasonFacts& FactsOf(Reason reason) {
  const auto index = static_cast<std::size_t>(reason);
  CHECK(index < kFacts.size());
  return kFacts[index];
}

std::string_view CodeOf(Reason reason) { return FactsOf(reason).code; }

std::optional<Reason> ReasonWithCode(std::string_view code) {
  for (const ReasonFacts& facts : kFacts) {
    if (facts.code == code) return facts.reason;
  }
  return std::nullopt;
}

std::span<const ReasonFacts> AllReasons() { return kFacts; }

std::string_view NameOf(Phase phase) {
  switch (phase) {
    case Phase::kSurvey:
      return "survey";
    case Phase::kOrganizations:
      return "organizations";
    case Phase::kUsers:
      return "users";
    case Phase::kMemberships:
      return "memberships";
    case Phase::kVerification:
      return "verification";
  }
  return {};
}

}  // namespace rehome::model
