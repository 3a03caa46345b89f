#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/reason.h"

namespace rehome::model {

/// The one final verdict of a row (or of an organization, a user, a membership).
/// `kUnprocessed` is the verdict of a row that has none yet.
enum class OutcomeKind {
  kCreated,
  kAdopted,
  kUpdated,
  kUnchanged,
  kSkipped,
  kRejected,
  kFailed,
  kParked,
  kUnprocessed,
};

inline constexpr int kOutcomeKindCount = 9;

/// `created`, `adopted`, …
std::string_view NameOf(OutcomeKind kind);
std::optional<OutcomeKind> OutcomeKindNamed(std::string_view name);

/// What the target said when it refused or misbehaved; no secrets in it.
struct TargetWords {
  int http_status = 0;        ///< 0 = no answer
  std::string provider_code;  ///< e.g. "user_creation_error/email_not_available"
  std::string message;        ///< masked and cut
  std::string request_id;     ///< the id the target gave its answer, else ours
};

/// A remark on a row that went on.
struct Warning {
  Reason reason = Reason::kNone;
  std::string column;  ///< empty when it is not about a column
  std::string detail;
};

/// How a row ended; the journal keeps it.
struct Outcome {
  std::int64_t row = 0;
  std::int64_t line = 0;
  OutcomeKind kind = OutcomeKind::kUnprocessed;
  Reason reason = Reason::kNone;
  Phase phase = Phase::kUsers;  ///< where it ended badly; meaningless when it ended well
  std::string column;           ///< the column at fault, if one is
  std::string detail;           ///< what was seen, secrets masked
  TargetWords target;
  int attempts = 0;       ///< requests that left for this row, look-ups included
  std::string cause_key;  ///< for derived failures: what failed first (organization key, row)
  std::string user_id;
  std::string organization_id;
  std::string membership_id;
  std::vector<Warning> warnings;
};

}  // namespace rehome::model
