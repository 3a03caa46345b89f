#include <array>

#include "model/effect.h"
#include "model/organization.h"
#include "model/outcome.h"
#include "model/verification.h"

namespace rehome::model {
namespace {

constexpr std::array<std::string_view, kOutcomeKindCount> kOutcomeNames = {
    "created",  "adopted", "updated", "unchanged",  "skipped",
    "rejected", "failed",  "parked",  "unprocessed"};
constexpr std::array<std::string_view, 4> kEffectKindNames = {"", "organization", "user",
                                                              "membership"};
constexpr std::array<std::string_view, 6> kEffectStateNames = {"intended", "sent",   "unknown",
                                                               "done",     "failed", "parked"};
constexpr std::array<std::string_view, 6> kProvenanceNames = {
    "", "created", "created_in_doubt", "adopted", "updated", "reactivated"};
constexpr std::array<std::string_view, 4> kVerificationStateNames = {"not run", "incomplete",
                                                                     "clean", "findings"};
constexpr std::array<std::string_view, kFindingKindCount> kFindingKindNames = {
    "missing", "duplicate", "mismatch", "unanswered"};

// The enumerator whose name stands at its index.
template <class Enum, std::size_t N>
std::optional<Enum> EnumNamed(const std::array<std::string_view, N>& names, std::string_view name) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == name) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view NameOf(OutcomeKind kind) { return kOutcomeNames[static_cast<std::size_t>(kind)]; }
std::optional<OutcomeKind> OutcomeKindNamed(std::string_view name) {
  return EnumNamed<OutcomeKind>(kOutcomeNames, name);
}

std::string_view NameOf(EffectKind kind) {
  return kEffectKindNames[static_cast<std::size_t>(kind)];
}
std::string_view NameOf(EffectState state) {
  return kEffectStateNames[static_cast<std::size_t>(state)];
}
std::string_view NameOf(Provenance provenance) {
  return kProvenanceNames[static_cast<std::size_t>(provenance)];
}
std::optional<EffectKind> EffectKindNamed(std::string_view name) {
  return name.empty() ? std::nullopt : EnumNamed<EffectKind>(kEffectKindNames, name);
}
std::optional<EffectState> EffectStateNamed(std::string_view name) {
  return EnumNamed<EffectState>(kEffectStateNames, name);
}
std::optional<Provenance> ProvenanceNamed(std::string_view name) {
  return EnumNamed<Provenance>(kProvenanceNames, name);
}

std::string_view NameOf(VerificationState state) {
  return kVerificationStateNames[static_cast<std::size_t>(state)];
}
std::optional<VerificationState> VerificationStateNamed(std::string_view name) {
  return EnumNamed<VerificationState>(kVerificationStateNames, name);
}
std::string_view NameOf(FindingKind kind) {
  return kFindingKindNames[static_cast<std::size_t>(kind)];
}

std::string KeyOf(const OrganizationRef& organization) {
  switch (organization.kind) {
    case OrganizationRef::Kind::kId:
      return "id:" + organization.value;
    case OrganizationRef::Kind::kExternalId:
      return "external_id:" + organization.value;
    case OrganizationRef::Kind::kName:
      return "name:" + organization.value;
  }
  return {};
}

std::int64_t AccusationsOf(const Verification& verification) {
  std::int64_t accusations = 0;
  for (std::size_t i = 0; i < kFindingKindCount; ++i) {
    if (static_cast<FindingKind>(i) != FindingKind::kUnanswered) {
      accusations += verification.findings[i];
    }
  }
  return accusations;
}

std::string UserKeyOf(std::int64_t lead_row) { return "user:" + std::to_string(lead_row); }

std::string MembershipKeyOf(std::int64_t lead_row, std::string_view organization_id) {
  return "membership:" + std::to_string(lead_row) + ":" + std::string(organization_id);
}

}  // namespace rehome::model
