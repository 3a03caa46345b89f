#include <array>
#include <limits>

#include "directory/answer_rule.h"

namespace rehome::directory {
namespace {

using model::Reason;

constexpr int kLowest = std::numeric_limits<int>::min();
constexpr int kHighest = std::numeric_limits<int>::max();

constexpr Statuses k2xx = {"2xx", {{{200, 299}}}};
constexpr Statuses k3xx = {"3xx", {{{300, 399}}}};
constexpr Statuses k4xx = {"4xx", {{{400, 499}}}};
constexpr Statuses kErrors = {"4xx, 5xx", {{{400, 599}}}};
constexpr Statuses kTrouble = {"408, 5xx", {{{408, 408}, {500, 599}}}};
constexpr Statuses kNoStatus = {"any other", {{{kLowest, 199}, {600, kHighest}}}};
constexpr Statuses kTooLarge = {"413, 414, 431", {{{413, 414}, {431, 431}}}};
// Answers whose words may stand for a missing code: bad requests and conflicts.
constexpr Statuses kSpeaking = {"400, 409, 422", {{{400, 400}, {409, 409}, {422, 422}}}};
constexpr Statuses k401 = {"401", {{{401, 401}}}};
constexpr Statuses k403 = {"403", {{{403, 403}}}};
constexpr Statuses k404 = {"404", {{{404, 404}}}};
constexpr Statuses k409 = {"409", {{{409, 409}}}};
constexpr Statuses k429 = {"429", {{{429, 429}}}};

constexpr std::optional<Subject> kAny = std::nullopt;
constexpr std::optional<Subject> kOrganization = Subject::kOrganization;
constexpr std::optional<Subject> kUser = Subject::kUser;
constexpr std::optional<Subject> kMembership = Subject::kMembership;

constexpr AnswerRule Status(Statuses statuses, Meaning meaning) {
  return {statuses, Sign::kStatus, {}, {}, kAny, meaning, Reason::kNone};
}

constexpr AnswerRule Refuses(std::optional<Subject> about, Sign sign, std::string_view text,
                             Reason reason) {
  return {k4xx, sign, text, {}, about, Meaning::kRefused, reason};
}

constexpr AnswerRule RefusesInWords(std::string_view text, std::string_view also, Reason reason) {
  return {kSpeaking, Sign::kWords, text, also, kMembership, Meaning::kRefused, reason};
}

constexpr AnswerRule Duplicate(std::string_view code) {
  return {k4xx, Sign::kCode, code, {}, kAny, Meaning::kExists, Reason::kNone};
}

constexpr AnswerRule ExistsInWords(std::optional<Subject> about, std::string_view text,
                                   std::string_view also = {}) {
  return {kSpeaking, Sign::kWords, text, also, about, Meaning::kExists, Reason::kNone};
}

// In order of authority: what ends or stalls the run, then refusals (what is refused is not there,
// whatever else the answer says), then duplicates, then the status alone.
constexpr std::array kTable = std::to_array<AnswerRule>({
    {k2xx, Sign::kObject, {}, {}, kAny, Meaning::kOk, Reason::kNone},
    Status(k2xx, Meaning::kUnreadable),
    Status(k3xx, Meaning::kRedirect),
    Status(kNoStatus, Meaning::kServerTrouble),

    Status(k401, Meaning::kUnauthorized),
    {kErrors, Sign::kMessage, "unauthorized", {}, kAny, Meaning::kUnauthorized, Reason::kNone},
    Status(k429, Meaning::kRateLimited),
    {kErrors,
     Sign::kTopCode,
     "rate_limit_exceeded",
     {},
     kAny,
     Meaning::kRateLimited,
     Reason::kNone},
    Status(kTrouble, Meaning::kServerTrouble),
    Status(k403, Meaning::kForbidden),
    {k4xx,
     Sign::kWords,
     "another idempotency key",
     {},
     kAny,
     Meaning::kIdempotencyReused,
     Reason::kNone},
    {k409,
     Sign::kTopCode,
     "idempotency_error",
     {},
     kAny,
     Meaning::kIdempotencyPending,
     Reason::kNone},
    {k4xx,
     Sign::kTopCode,
     "idempotency_error",
     {},
     kAny,
     Meaning::kIdempotencyReused,
     Reason::kNone},
    {kTooLarge, Sign::kStatus, {}, {}, kAny, Meaning::kRefused, Reason::kPayloadTooLarge},
    {k4xx, Sign::kNoAnswer, {}, {}, kAny, Meaning::kServerTrouble, Reason::kNone},

    // Codes that name the column at fault count more than those that do not.
    Refuses(kUser, Sign::kCode, "password_strength_error", Reason::kPasswordRefused),
    Refuses(kUser, Sign::kCode, "invalid_password_hash", Reason::kPasswordHashRefused),
    Refuses(kUser, Sign::kCodeStem, "password_and_", Reason::kPasswordHashRefused),
    Refuses(kUser, Sign::kCodeStem, "password_hash_", Reason::kPasswordHashRefused),
    Refuses(kUser, Sign::kCodeStem, "password_salt_", Reason::kPasswordHashRefused),
    Refuses(kUser, Sign::kCodeStem, "password_", Reason::kPasswordRefused),
    Refuses(kUser, Sign::kCode, "invalid_metadata", Reason::kMetadataRefused),
    Refuses(kUser, Sign::kCodeStem, "metadata_", Reason::kMetadataRefused),
    Refuses(kUser, Sign::kField, "password_hash", Reason::kPasswordHashRefused),
    Refuses(kUser, Sign::kField, "password", Reason::kPasswordRefused),
    Refuses(kUser, Sign::kField, "metadata", Reason::kMetadataRefused),
    Refuses(kUser, Sign::kCode, "email_string_required", Reason::kUserRefused),
    Refuses(kUser, Sign::kCode, "email_required", Reason::kUserRefused),
    Refuses(kUser, Sign::kCode, "invalid_email", Reason::kUserRefused),
    Refuses(kUser, Sign::kCode, "invalid_external_id", Reason::kUserRefused),
    Refuses(kUser, Sign::kCode, "invalid_locale", Reason::kUserRefused),
    Refuses(kUser, Sign::kCode, "email_already_verified", Reason::kUserRefused),
    Refuses(kUser, Sign::kCode, "email_change_not_allowed", Reason::kUserRefused),
    Refuses(kUser, Sign::kCode, "user_deletion_not_allowed", Reason::kUserRefused),
    Refuses(kOrganization, Sign::kCode, "invalid_metadata", Reason::kOrganizationRefused),
    Refuses(kMembership, Sign::kCode, "cannot_reactivate_pending_organization_membership",
            Reason::kMembershipPending),
    Refuses(kMembership, Sign::kCode, "invalid_role", Reason::kRoleUnknown),
    Refuses(kMembership, Sign::kCode, "multiple_roles_not_enabled", Reason::kMultipleRolesDisabled),
    Refuses(kMembership, Sign::kCode, "sub_resource_scoped_role_not_allowed",
            Reason::kMembershipRefused),

    {k4xx, Sign::kTopCode, "entity_not_found", {}, kAny, Meaning::kNotFound, Reason::kNone},
    {k4xx, Sign::kTopCode, "not_found", {}, kAny, Meaning::kNotFound, Reason::kNone},

    {kSpeaking, Sign::kUnknownEntry, {}, {}, kUser, Meaning::kRefused, Reason::kUserRefused},
    Duplicate("email_not_available"),
    Duplicate("external_id_already_used"),
    Duplicate("user_already_exists"),
    Duplicate("organization_membership_already_exists"),
    Duplicate("entity_already_exists"),
    Duplicate("user_already_organization_member"),
    Duplicate("membership_already_exists"),
    Duplicate("conflict"),
    // The target may answer a duplicate like that; when nothing is found it was a refusal.
    {k4xx, Sign::kLoneCode, "user_creation_error", {}, kUser, Meaning::kExists, Reason::kNone},

    ExistsInWords(kUser, "already exists"),
    ExistsInWords(kUser, "already been assigned"),
    ExistsInWords(kUser, "email is not available"),
    ExistsInWords(kOrganization, "external_id", "already been assigned"),
    RefusesInWords("pending", "cannot be reactivated", Reason::kMembershipPending),
    RefusesInWords("is not a valid role", "", Reason::kRoleUnknown),
    RefusesInWords("multiple roles", "not enabled", Reason::kMultipleRolesDisabled),
    ExistsInWords(kMembership, "already"),

    {k409, Sign::kNoCode, {}, {}, kUser, Meaning::kExists, Reason::kNone},
    {k409, Sign::kStatus, {}, {}, kOrganization, Meaning::kExists, Reason::kNone},
    {k409, Sign::kStatus, {}, {}, kMembership, Meaning::kExists, Reason::kNone},
    Status(k404, Meaning::kNotFound),
    Refuses(kOrganization, Sign::kStatus, {}, Reason::kOrganizationRefused),
    Refuses(kUser, Sign::kStatus, {}, Reason::kUserRefused),
    Refuses(kMembership, Sign::kStatus, {}, Reason::kMembershipRefused),
});

}  // namespace

std::span<const AnswerRule> AnswerTable() { return kTable; }

}  // namespace rehome::directory
