#include "pace/quota_header.h"

#include <chrono>
#include <string_view>

#include "base/text.h"

namespace rehome::pace {
namespace {

// A reset is given in whole seconds, cut off or rounded up.
constexpr base::Duration kSame = std::chrono::milliseconds(1500);
// Longer than the difference that rounding makes: one that moves with the time is found out.
constexpr base::Duration kNamedFor = std::chrono::seconds(4);
// Two of the longest windows that are documented.
constexpr base::Duration kFarthest = std::chrono::minutes(2);
// Resets from here on are times since 1970, in seconds and in milliseconds.
constexpr std::int64_t kLeastEpoch = 1'000'000'000;
constexpr std::int64_t kLeastEpochMs = 1'000'000'000'000;

// The number behind `name=` in a list whose parts are separated by `,` or `;`.
std::optional<std::int64_t> NumberOf(std::string_view name, std::string_view list) {
  while (!list.empty()) {
    const std::size_t end = list.find_first_of(",;");
    const std::string_view part = base::Trim(list.substr(0, end));
    list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
    const std::size_t equals = part.find('=');
    if (equals == std::string_view::npos || base::Trim(part.substr(0, equals)) != name) continue;
    return base::ParseInt(base::Trim(part.substr(equals + 1)));
  }
  return std::nullopt;
}

std::optional<base::Duration> ResetIn(std::int64_t value, base::WallTime now) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  if (value < 0) return std::nullopt;
  if (value < kLeastEpoch) return seconds(value);
  const std::int64_t ms = value < kLeastEpochMs ? value * 1000 : value;
  if (ms > 10 * kLeastEpochMs) return std::nullopt;
  return base::WallTime(milliseconds(ms)) - now;
}

}  // namespace

std::optional<QuotaState> ParseQuotaLines(const http::QuotaLines& lines, base::WallTime now) {
  std::optional<std::int64_t> remaining = base::ParseInt(lines.remaining);
  std::optional<std::int64_t> reset = base::ParseInt(lines.reset);
  if (!lines.combined.empty()) {
    remaining = NumberOf("r", lines.combined);
    if (!remaining) remaining = NumberOf("remaining", lines.combined);
    reset = NumberOf("t", lines.combined);
    if (!reset) reset = NumberOf("reset", lines.combined);
  }
  if (!remaining || !reset || *remaining < 0) return std::nullopt;
  const auto in = ResetIn(*reset, now);
  if (!in) return std::nullopt;
  return QuotaState{.remaining = *remaining, .reset = *in};
}

std::optional<base::Instant> QuotaHeaders::Note(const http::QuotaLines& lines, base::Instant now,
                                                base::WallTime wall) {
  const auto state = ParseQuotaLines(lines, wall);
  if (!state || state->reset <= base::Duration(0) || state->reset > kFarthest) return std::nullopt;
  const base::Instant reset_at = now + state->reset;
  const base::Duration moved = reset_at - reset_at_;
  if (moved > kSame || moved < -kSame) {
    reset_at_ = reset_at;
    named_since_ = now;
  }
  if (state->remaining > 0 || now - named_since_ < kNamedFor) return std::nullopt;
  return reset_at;
}

}  // namespace rehome::pace
