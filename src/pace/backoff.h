#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace rehome::pace {

/// The wait before attempt `attempt + 1` (attempt counts from 1): full jitter over an exponential,
/// base 500 ms, doubled each time, at most 30 s, never under 50 ms.
base::Duration BackoffAfter(int attempt, base::Random& random);

/// `Retry-After` in seconds or as an HTTP date, seen at `now`; nothing when it is absent, negative,
/// in the past or absurd (over a day). 0 is 0: the caller adds its own back-off.
std::optional<base::Duration> ParseRetryAfter(std::string_view value, base::WallTime now);

}  // namespace rehome::pace
