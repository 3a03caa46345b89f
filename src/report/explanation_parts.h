#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "model/reason.h"

namespace rehome::report {

/// What became of the row, the organization or the file that a reason is about. Each has a sentence
/// that its explanation begins with (explanation.cc).
enum class Fate {
  kFileRefused,
  kMalformed,           ///< rejected; not even its organization is known
  kRejected,            ///< by a column rule
  kOrganizationFailed,  ///< refused, or it cannot be made
  kOrganizationParked,
  kFailed,      ///< the target refused it
  kDerived,     ///< failed because of another row or an organization
  kParked,      ///< left to a person
  kInDoubt,     ///< parked: nobody knows whether it is there
  kUserStays,   ///< the membership failed; its user is there
  kFound,       ///< by a verification
  kRemark,      ///< the row went on
  kOfACheck,    ///< likewise, and only `rehome validate` tells it
  kInOwnWords,  ///< none of these: `fate_more` says it all
};

/// What the last step of several reasons is.
enum class Way {
  kNone,
  kCell,          ///< correct a cell: in the file, or in a copy of failed.csv
  kSecret,        ///< correct a password or hash: in the file only
  kMalformedRow,  ///< correct the record
  kRetry,         ///< mend the target, then retry
  kTakeOver,      ///< correct a cell or mend the target, then retry
};

/// What is written by hand of one reason.
struct ExplanationParts {
  model::Reason reason = model::Reason::kNone;
  std::string_view meaning;
  Fate fate = Fate::kInOwnWords;
  std::string_view fate_more = {};  ///< follows the sentence of the fate
  std::string_view steps = {};      ///< between the fix and the way's; each ends with a line feed
  Way way = Way::kNone;
  std::string_view follows = {};
};

/// Whether the parts are those of `first` to `last`, each once and in order, and none is empty.
template <std::size_t N>
constexpr bool Cover(const std::array<ExplanationParts, N>& parts, model::Reason first,
                     model::Reason last) {
  if (static_cast<int>(N) != static_cast<int>(last) - static_cast<int>(first) + 1) return false;
  for (std::size_t i = 0; i < N; ++i) {
    const ExplanationParts& one = parts[i];
    if (static_cast<int>(one.reason) != static_cast<int>(first) + static_cast<int>(i)) return false;
    if (one.meaning.empty()) return false;
    if (one.fate == Fate::kInOwnWords && one.fate_more.empty()) return false;
    if (!one.steps.empty() && one.steps.back() != '\n') return false;
  }
  return true;
}

// Each part of the enumeration is written in a file of its own; explanation.cc puts them together.
inline constexpr auto kFirstOfTheFile = model::Reason::kHeaderRowFile;
inline constexpr auto kLastOfTheFile = model::Reason::kLeadRowRejected;
inline constexpr auto kFirstOfUsers = model::Reason::kOrganizationNotFound;
inline constexpr auto kLastOfUsers = model::Reason::kUserFailed;
inline constexpr auto kFirstOfMemberships = model::Reason::kMembershipPending;
inline constexpr auto kLastOfMemberships = model::Reason::kStopped;
inline constexpr auto kFirstOfRemarks = model::Reason::kWarnExternalIdLong;
inline constexpr auto kLastOfRemarks = model::Reason::kWarnPasswordDropped;

std::span<const ExplanationParts> ExplanationsOfTheFile();
std::span<const ExplanationParts> ExplanationsOfUsers();
std::span<const ExplanationParts> ExplanationsOfMemberships();
std::span<const ExplanationParts> ExplanationsOfRemarks();

}  // namespace rehome::report
