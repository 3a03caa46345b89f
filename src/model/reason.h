#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace rehome::model {

/// The part of a run in which something happened.
enum class Phase { kSurvey, kOrganizations, kUsers, kMemberships, kVerification };

/// Why a row, or an organization, did not end well (or ended with a remark). The code text is
/// stable: scripts and our own journal keep it.
enum class Reason {
  kNone,
  // The header: the whole file is refused.
  kHeaderRowFile,
  kHeaderLookalike,
  kHeaderColumnTwice,
  kHeaderEmailMissing,
  // Survey: the record itself.
  kCsvFieldCount,
  kCsvStrayQuote,
  // Rejected by column rules, before anything is sent.
  kEmailMissing,
  kEmailInvalid,
  kEmailVerifiedInvalid,
  kExternalIdInvalid,
  kExternalIdTooLong,
  kExternalIdShared,
  kPasswordConflict,
  kPasswordHashIncomplete,
  kPasswordHashTypeUnknown,
  kPasswordHashInvalid,
  kMetadataInvalid,
  kMetadataTooManyKeys,
  kMetadataKeyInvalid,
  kMetadataValueTooLong,
  kUserTooLarge,
  kOrgIdConflict,
  kOrgIdInvalid,
  kOrgExternalIdInvalid,
  kOrgNameAlone,
  kOrgNameTooLong,
  kRoleSlugsInvalid,
  kLeadRowRejected,
  // Organizations.
  kOrganizationNotFound,
  kOrganizationAmbiguous,
  kOrganizationNotVisible,
  kOrganizationRefused,
  kOrganizationFailed,
  // Users.
  kUserExists,
  kUserUnverified,
  kUserEmailTaken,
  kUserExternalIdTaken,
  kUserSplit,
  kUserDuplicateOnTarget,
  kUserNotVisible,
  kPasswordRefused,
  kPasswordHashRefused,
  kMetadataRefused,
  kUserRefused,
  kUserFailed,
  // Memberships.
  kMembershipPending,
  kMembershipInactive,
  kMembershipRefused,
  kMembershipNotVisible,
  kRoleUnknown,
  kMultipleRolesDisabled,
  // Any request.
  kRequestRefused,
  kTargetUnavailable,
  kRateLimited,
  kOutcomeUnknown,
  kAnswerMismatch,
  kPayloadTooLarge,
  // What a verification finds, afterwards.
  kVerifyMissing,
  kVerifyDuplicate,
  kVerifyMismatch,
  kVerifyUnanswered,
  // The run as a whole.
  kStopped,
  // Remarks: the row goes on.
  kWarnExternalIdLong,
  kWarnMetadataConverted,
  kWarnMetadataNullDropped,
  kWarnMetadataManyKeys,
  kWarnMetadataNotAscii,
  kWarnNameOverLines,
  kWarnRoleWithoutOrganization,
  kWarnOrgNameDiffers,
  kWarnUserDataDiffers,
  kWarnHeaderUnknown,
  kWarnBlanksAround,
  kWarnBooleanSpelling,
  kWarnMembershipRepeated,
  kWarnUserRepeated,
  kWarnFirstRoleOnly,
  kWarnRoleDiffers,
  kWarnFieldsDiffer,
  kWarnOrganizationDiffers,
  kWarnRolesNotGiven,
  kWarnMembershipReactivated,
  kWarnPasswordDropped,
};

inline constexpr int kReasonCount = static_cast<int>(Reason::kWarnPasswordDropped) + 1;

/// True for what is wrong with the file itself: another import of it ends the same way.
constexpr bool IsOfTheFile(Reason reason) {
  return reason > Reason::kNone && reason <= Reason::kLeadRowRejected;
}

/// True for what a check of a file can tell, without a target but perhaps with its list of roles:
/// what is wrong with the file, and remarks on it.
constexpr bool IsOfACheck(Reason reason) {
  return IsOfTheFile(reason) || reason == Reason::kRoleUnknown ||
         (reason >= Reason::kWarnExternalIdLong && reason <= Reason::kWarnFirstRoleOnly);
}

/// True for what can go wrong with any request, or with the run: its phase is told by where it was
/// met.
constexpr bool IsOfAnyPhase(Reason reason) {
  return (reason >= Reason::kRequestRefused && reason <= Reason::kPayloadTooLarge) ||
         reason == Reason::kStopped;
}

enum class Severity { kError, kWarning };

/// Whether doing the same again can help, as the row files say in `_retryable`.
enum class Retryable { kNo, kYes };

/// What a Reason means to a person. All texts are static.
struct ReasonFacts {
  Reason reason = Reason::kNone;
  std::string_view code;  ///< stable, e.g. "email_missing"
  Phase phase = Phase::kUsers;
  Severity severity = Severity::kError;
  Retryable retryable = Retryable::kNo;
  std::string_view cause;  ///< one sentence without a full stop: what is wrong
  std::string_view fix;    ///< one sentence without a full stop: what to do
};

const ReasonFacts& FactsOf(Reason reason);
std::string_view CodeOf(Reason reason);
std::optional<Reason> ReasonWithCode(std::string_view code);
/// Every reason, in the order of the enumeration.
std::span<const ReasonFacts> AllReasons();
/// `survey`, `organizations`, `users`, `memberships`, `verification`.
std::string_view NameOf(Phase phase);

}  // namespace rehome::model
