#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "model/effect.h"

namespace rehome::model {

/// How far the reading back of a run got, and what it saw.
enum class VerificationState {
  kNotRun,
  kIncomplete,  ///< stopped before everything was compared; says why
  kClean,
  kFindings,
};

/// `not run`, `incomplete`, `clean`, `findings`.
std::string_view NameOf(VerificationState state);
std::optional<VerificationState> VerificationStateNamed(std::string_view name);

enum class FindingKind {
  kMissing,    ///< the run wrote or adopted it and the target has it no more
  kDuplicate,  ///< another object has the e-mail (any case), external_id, or user and organization
  kMismatch,   ///< a field has another value than the one that was written
  /// No accusation: the target gave no believable answer about it, so nothing is known.
  kUnanswered,
};
inline constexpr std::size_t kFindingKindCount = 4;

/// `missing`, `duplicate`, `mismatch`, `unanswered`.
std::string_view NameOf(FindingKind kind);

/// One difference between what the run wrote and what the target has. Never about passwords: no
/// API shows them.
struct VerificationFinding {
  FindingKind kind = FindingKind::kMissing;
  EffectKind object = EffectKind::kUser;
  std::int64_t row = 0;         ///< of the object's effect
  std::string target_id;        ///< the object that the run knows
  std::string other_id;         ///< of a duplicate: the other object
  std::string user_id;          ///< of a membership
  std::string organization_id;  ///< of a membership
  std::string field;            ///< e.g. "email", "metadata.plan"; of a mismatch or a duplicate
  std::string expected;         ///< what the run wrote
  std::string found;  ///< what the target has; empty = nothing. Unanswered: what came instead
};

/// What a verification came to.
struct Verification {
  VerificationState state = VerificationState::kNotRun;
  std::string why_incomplete;      ///< one sentence; of kIncomplete only
  std::int64_t organizations = 0;  ///< objects of the run that were compared
  std::int64_t users = 0;
  std::int64_t memberships = 0;
  std::array<std::int64_t, kFindingKindCount> findings{};  ///< by FindingKind
  /// Users and organizations of the run that may share their external_id with an object that no
  /// answer showed, since the target's list of their kind was not read to its end.
  std::int64_t external_ids_unchecked = 0;
  std::int64_t requests = 0;
  std::int64_t rate_limited = 0;        ///< answers with 429
  std::int64_t mismatched_answers = 0;  ///< that were not about what was asked
  base::Duration time{0};
  bool operator==(const Verification&) const = default;
};

/// Findings of all kinds that accuse.
std::int64_t AccusationsOf(const Verification& verification);

}  // namespace rehome::model
