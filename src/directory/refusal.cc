#include "directory/refusal.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace rehome::directory {
namespace {

using model::Reason;

constexpr std::string_view kEmailNotAvailable = "email_not_available";
constexpr std::string_view kExternalIdUsed = "external_id_already_used";
constexpr std::string_view kUserAlreadyExists = "user_already_exists";
constexpr std::string_view kUserCreationError = "user_creation_error";

constexpr std::array<std::string_view, 8> kDuplicateCodes = {
    kEmailNotAvailable,          kExternalIdUsed,
    kUserAlreadyExists,          "organization_membership_already_exists",
    "entity_already_exists",     "user_already_organization_member",
    "membership_already_exists", "conflict"};

struct CodeMeaning {
  std::string_view code;
  Reason reason;
};

// Codes that begin with a known stem but are not listed are read by FindUserReason.
constexpr std::array<CodeMeaning, 11> kUserCodes = {{
    {"password_strength_error", Reason::kPasswordRefused},
    {"invalid_password_hash", Reason::kPasswordHashRefused},
    {"invalid_metadata", Reason::kMetadataRefused},
    {"email_string_required", Reason::kUserRefused},
    {"email_required", Reason::kUserRefused},
    {"invalid_email", Reason::kUserRefused},
    {"invalid_external_id", Reason::kUserRefused},
    {"email_already_verified", Reason::kUserRefused},
    {"email_change_not_allowed", Reason::kUserRefused},
    {"invalid_locale", Reason::kUserRefused},
    {"user_deletion_not_allowed", Reason::kUserRefused},
}};

constexpr std::array<CodeMeaning, 4> kMembershipCodes = {{
    {"cannot_reactivate_pending_organization_membership", Reason::kMembershipPending},
    {"invalid_role", Reason::kRoleUnknown},
    {"multiple_roles_not_enabled", Reason::kMultipleRolesDisabled},
    {"sub_resource_scoped_role_not_allowed", Reason::kMembershipRefused},
}};

template <std::size_t kSize>
std::optional<Reason> Find(const std::array<CodeMeaning, kSize>& codes, std::string_view code) {
  for (const CodeMeaning& known : codes) {
    if (known.code == code) return known.reason;
  }
  return std::nullopt;
}

std::optional<Reason> FindUserReason(std::string_view code) {
  if (const auto reason = Find(kUserCodes, code)) return reason;
  if (code.starts_with("password_and_") || code.starts_with("password_hash_") ||
      code.starts_with("password_salt_")) {
    return Reason::kPasswordHashRefused;
  }
  if (code.starts_with("password_")) return Reason::kPasswordRefused;
  if (code.starts_with("metadata_")) return Reason::kMetadataRefused;
  return std::nullopt;
}

// For entries whose code is prose or unknown but which name the field.
std::optional<Reason> ReasonOfField(std::string_view field) {
  if (field == "password") return Reason::kPasswordRefused;
  if (field.starts_with("password_hash")) return Reason::kPasswordHashRefused;
  if (field.starts_with("metadata")) return Reason::kMetadataRefused;
  return std::nullopt;
}

Refusal Refused(Reason reason) { return {Meaning::kRefused, reason}; }
Refusal Exists() { return {Meaning::kExists}; }

bool Contains(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

// Answers whose words may stand for a missing code: bad requests and conflicts.
bool MaySpeakInWords(int status) { return status == 400 || status == 409 || status == 422; }

std::vector<std::string_view> CodesOf(const ErrorBody& body) {
  std::vector<std::string_view> codes = {body.code};
  for (const ErrorDetail& detail : body.details) codes.push_back(detail.code);
  return codes;
}

bool HasDuplicateCode(const std::vector<std::string_view>& codes) {
  return std::any_of(codes.begin(), codes.end(), IsDuplicateCode);
}

// What a duplicate's code says is taken; a code about users in general means the e-mail, the only
// key every user has.
void MarkTaken(std::string_view code, Refusal& refusal) {
  if (code == kEmailNotAvailable || code == kUserAlreadyExists) refusal.email_taken = true;
  if (code == kExternalIdUsed) refusal.external_id_taken = true;
}

// A duplicate of a user told without a code.
std::optional<Refusal> DuplicateUserByWords(std::string_view message) {
  const std::string words = base::FoldAscii(message);
  const bool exists = Contains(words, "already exists") ||
                      Contains(words, "already been assigned") ||
                      Contains(words, "email is not available");
  if (!exists) return std::nullopt;
  Refusal refusal = Exists();
  refusal.external_id_taken = Contains(words, "external_id");
  refusal.email_taken = !refusal.external_id_taken && Contains(words, "email");
  return refusal;
}

// All entries of errors[] say that the user is there: the union of what is taken.
std::optional<Refusal> DuplicateUserByDetails(const ErrorBody& body) {
  if (body.details.empty()) return std::nullopt;
  Refusal refusal = Exists();
  for (const ErrorDetail& detail : body.details) {
    if (IsDuplicateCode(detail.code)) {
      MarkTaken(detail.code, refusal);
      continue;
    }
    const auto by_words = detail.code.empty() ? DuplicateUserByWords(detail.message) : std::nullopt;
    if (!by_words) return std::nullopt;
    refusal.email_taken = refusal.email_taken || by_words->email_taken;
    refusal.external_id_taken = refusal.external_id_taken || by_words->external_id_taken;
  }
  return refusal;
}

// The most telling reason of code and errors[]: one that names the column before a plain refusal.
std::optional<Reason> UserReason(const ErrorBody& body) {
  std::optional<Reason> best = FindUserReason(body.code);
  for (const ErrorDetail& detail : body.details) {
    if (best && *best != Reason::kUserRefused) break;
    std::optional<Reason> reason = FindUserReason(detail.code);
    if (!reason) reason = ReasonOfField(detail.field);
    if (reason) best = reason;
  }
  return best;
}

std::optional<Refusal> RefusalOfUser(int status, const ErrorBody& body) {
  if (!FindUserReason(body.code)) {
    if (const auto duplicate = DuplicateUserByDetails(body)) return duplicate;
  }
  if (const auto reason = UserReason(body)) return Refused(*reason);
  if (IsDuplicateCode(body.code)) {
    Refusal refusal = Exists();
    MarkTaken(body.code, refusal);
    return refusal;
  }
  if (!body.details.empty()) return std::nullopt;
  if (body.code == kUserCreationError) return Exists();
  if (MaySpeakInWords(status)) {
    if (const auto duplicate = DuplicateUserByWords(body.message)) return duplicate;
  }
  if (status == 409 && body.code.empty()) return Exists();
  return std::nullopt;
}

std::optional<Refusal> RefusalOfOrganization(int status, const ErrorBody& body) {
  if (body.code == "invalid_metadata") return Refused(Reason::kOrganizationRefused);
  if (HasDuplicateCode(CodesOf(body)) || status == 409) return Exists();
  const std::string words = base::FoldAscii(body.message);
  if (MaySpeakInWords(status) && Contains(words, "external_id") &&
      Contains(words, "already been assigned")) {
    return Exists();
  }
  return std::nullopt;
}

std::optional<Refusal> MembershipByWords(const ErrorBody& body) {
  const std::string words = base::FoldAscii(WordsOf(body));
  if (Contains(words, "pending") && Contains(words, "cannot be reactivated")) {
    return Refused(Reason::kMembershipPending);
  }
  if (Contains(words, "is not a valid role")) return Refused(Reason::kRoleUnknown);
  if (Contains(words, "multiple roles is not enabled")) {
    return Refused(Reason::kMultipleRolesDisabled);
  }
  if (Contains(words, "already")) return Exists();
  return std::nullopt;
}

std::optional<Refusal> RefusalOfMembership(int status, const ErrorBody& body) {
  const std::vector<std::string_view> codes = CodesOf(body);
  for (const std::string_view code : codes) {
    if (const auto reason = Find(kMembershipCodes, code)) return Refused(*reason);
  }
  if (HasDuplicateCode(codes)) return Exists();
  if (MaySpeakInWords(status)) {
    if (const auto by_words = MembershipByWords(body)) return by_words;
  }
  return status == 409 ? std::optional(Exists()) : std::nullopt;
}

}  // namespace

bool IsDuplicateCode(std::string_view code) {
  return std::find(kDuplicateCodes.begin(), kDuplicateCodes.end(), code) != kDuplicateCodes.end();
}

std::optional<Refusal> FindRefusal(Subject subject, int status, const ErrorBody& body) {
  switch (subject) {
    case Subject::kOrganization:
      return RefusalOfOrganization(status, body);
    case Subject::kUser:
      return RefusalOfUser(status, body);
    case Subject::kMembership:
      return RefusalOfMembership(status, body);
  }
  return std::nullopt;
}

model::Reason PlainRefusal(Subject subject) {
  switch (subject) {
    case Subject::kOrganization:
      return Reason::kOrganizationRefused;
    case Subject::kUser:
      return Reason::kUserRefused;
    case Subject::kMembership:
      return Reason::kMembershipRefused;
  }
  return Reason::kRequestRefused;
}

}  // namespace rehome::directory
