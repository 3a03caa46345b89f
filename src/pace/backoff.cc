#include "pace/backoff.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/text.h"
#include "pace/http_date.h"

namespace rehome::pace {
namespace {

// Full jitter needs the fewest calls of all usual schemes. A smaller base hits an ill target
// before it can recover, a larger one makes a single hiccup cost a row a second.
constexpr base::Duration kBase = std::chrono::milliseconds(500);
constexpr base::Duration kLongest = std::chrono::seconds(30);
// Jitter may come out near 0; sending again at once would not be a back-off.
constexpr base::Duration kShortest = std::chrono::milliseconds(50);
// In seconds, so that it is compared in milliseconds: a date centuries away does not fit in
// nanoseconds.
constexpr std::chrono::seconds kAbsurdRetryAfter = std::chrono::hours(24);

bool IsAllDigits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

base::Duration BackoffAfter(int attempt, base::Random& random) {
  base::Duration ceiling = kBase;
  for (int i = 1; i < attempt && ceiling < kLongest; ++i) ceiling *= 2;
  ceiling = std::min(ceiling, kLongest);
  const auto jittered = static_cast<base::Duration::rep>(
      random.Below(static_cast<std::uint64_t>(ceiling.count()) + 1));
  return std::max(base::Duration(jittered), kShortest);
}

std::optional<base::Duration> ParseRetryAfter(std::string_view value, base::WallTime now) {
  const std::string_view text = base::Trim(value);
  if (text.empty()) return std::nullopt;
  if (IsAllDigits(text)) {
    const std::optional<std::int64_t> seconds = base::ParseInt(text);
    if (!seconds || *seconds > kAbsurdRetryAfter.count()) return std::nullopt;
    return std::chrono::seconds(*seconds);
  }
  const std::optional<base::WallTime> date = ParseHttpDate(text, now);
  if (!date || *date < now || *date - now > kAbsurdRetryAfter) return std::nullopt;
  return *date - now;
}

}  // namespace rehome::pace
