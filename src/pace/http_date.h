#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"

namespace rehome::pace {

/// Reads an HTTP date in any of the three forms of RFC 9110 §5.6.7: `Sun, 06 Nov 1994 08:49:37
/// GMT`, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`. The name of the day is
/// not checked against the date. A year of two digits is the one nearest to `now` that is at most
/// 50 years after it.
std::optional<base::WallTime> ParseHttpDate(std::string_view text, base::WallTime now);

}  // namespace rehome::pace
