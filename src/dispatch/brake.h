#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "base/clock.h"

namespace rehome::dispatch {

/// What sets the pace of requests at a moment.
enum class Brake {
  kMachine,     ///< nothing was out and nothing waited: rows did not come any faster
  kJournal,     ///< most of what is out waits for its intent to be committed
  kAnswers,     ///< all that may be out is out: the target's latency
  kWriteQuota,  ///< the client's own limit of users and memberships to write
  kReadQuota,   ///< the same of reads
  kTotalQuota,  ///< the same of all requests
  kMinDelay,    ///< --min-delay
  kLimited,     ///< the target asked for a pause with a 429
  kExcused,     ///< it asked for one with another answer
  kUnreached,   ///< it has never answered; the next try waits
  kIll,         ///< the circuit breaker is open; the next probe waits
  kLock,        ///< it is unsure who holds the target's lock
  kBackoff,     ///< all that is left waits to be tried, or looked up, again
  kPaused,      ///< somebody has paused the run
};
inline constexpr std::size_t kBrakeCount = 14;

/// What set the pace of a run so far, and what does now.
struct BrakeTimes {
  std::array<base::Duration, kBrakeCount> ended{};  ///< by Brake, without what goes on
  Brake now = Brake::kMachine;
  base::Instant since{};
  std::optional<base::Instant> until{};  ///< when `now` is over, where that is known

  /// By Brake, with what goes on counted until `at`.
  std::array<base::Duration, kBrakeCount> Until(base::Instant at) const {
    auto times = ended;
    if (since != base::Instant{} && at > since) times[static_cast<std::size_t>(now)] += at - since;
    return times;
  }
  bool operator==(const BrakeTimes&) const = default;
};

}  // namespace rehome::dispatch
