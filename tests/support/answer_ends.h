#pragma once

#include <optional>

#include "base/result.h"
#include "directory/reply.h"
#include "model/outcome.h"

namespace rehome::support {

/// What a create comes to when the target answers it always alike and shows nothing when asked.
/// docs/answers.md is made of this, and a test of the dispatcher holds it against what happens.
struct AnswerEnd {
  std::optional<base::ErrorCode> stop;  ///< the run stops; the object is left for `resume`
  model::OutcomeKind outcome = model::OutcomeKind::kFailed;
  model::Reason reason = model::Reason::kNone;
};

inline model::Reason NotVisible(directory::Subject subject) {
  switch (subject) {
    case directory::Subject::kOrganization:
      return model::Reason::kOrganizationNotVisible;
    case directory::Subject::kUser:
      return model::Reason::kUserNotVisible;
    case directory::Subject::kMembership:
      return model::Reason::kMembershipNotVisible;
  }
  return model::Reason::kNone;
}

/// `refusal` is the reason of the rule, for kRefused.
inline AnswerEnd EndOf(directory::Meaning meaning, directory::Subject subject,
                       model::Reason refusal) {
  using directory::Meaning;
  using model::OutcomeKind;
  using model::Reason;
  const bool membership = subject == directory::Subject::kMembership;
  switch (meaning) {
    case Meaning::kOk:  // of another object: the example that is told again and again
    case Meaning::kUnreadable:
      return {std::nullopt, OutcomeKind::kParked, Reason::kAnswerMismatch};
    case Meaning::kExists:
      return {std::nullopt, OutcomeKind::kParked, NotVisible(subject)};
    case Meaning::kNotFound:
      return {std::nullopt, OutcomeKind::kFailed,
              membership ? Reason::kMembershipRefused : Reason::kRequestRefused};
    case Meaning::kServerTrouble:
    case Meaning::kIdempotencyPending:
    case Meaning::kIdempotencyReused:
      return {std::nullopt, OutcomeKind::kParked, Reason::kOutcomeUnknown};
    case Meaning::kRateLimited:
      return {base::ErrorCode::kLimit, {}, {}};
    case Meaning::kUnauthorized:
    case Meaning::kForbidden:
      return {base::ErrorCode::kAuth, {}, {}};
    case Meaning::kRedirect:
      return {base::ErrorCode::kInternal, {}, {}};
    case Meaning::kRefused:
      return {std::nullopt, OutcomeKind::kFailed, refusal};
  }
  return {};
}

}  // namespace rehome::support
