#include "base/clock.h"

#include <array>
#include <cstdio>
#include <ctime>

namespace rehome::base {
namespace {

// 2026-01-01T00:00:00Z. Any fixed day works; it only has to be the same in every process.
constexpr std::int64_t kScaleOriginMs = 1767225600000;

Duration Scaled(Duration duration, double factor) {
  return Duration(static_cast<std::int64_t>(static_cast<double>(duration.count()) * factor));
}

}  // namespace

Duration Clock::ToReal(Duration duration) const {
  return rate() == 1.0 ? duration : Scaled(duration, 1.0 / rate());
}

Instant SystemClock::Now() const {
  const auto real = std::chrono::steady_clock::now().time_since_epoch();
  return Instant(rate_ == 1.0 ? Duration(real) : Scaled(real, rate_));
}

WallTime SystemClock::WallNow() const {
  using std::chrono::milliseconds;
  const auto real =
      std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch());
  if (rate_ == 1.0) return WallTime(real);
  const double since = static_cast<double>(real.count() - kScaleOriginMs) * rate_;
  return WallTime(milliseconds(kScaleOriginMs + static_cast<std::int64_t>(since)));
}

std::string FormatIso8601(WallTime time) {
  const std::int64_t ms = time.time_since_epoch().count();
  const std::time_t seconds = static_cast<std::time_t>(ms / 1000);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ",
                parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                parts.tm_sec, static_cast<int>(ms % 1000));
  return text.data();
}

WallTime ParseIso8601(const std::string& text) {
  std::tm parts{};
  std::array<char, 4> fraction{};
  const int read =
      std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3[0-9]", &parts.tm_year, &parts.tm_mon,
                  &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, fraction.data());
  if (read < 6) return WallTime(std::chrono::milliseconds(-1));
  int ms = 0;
  int weight = 100;
  for (const char digit : fraction) {
    if (digit == 0) break;
    ms += weight * (digit - '0');
    weight /= 10;
  }
  parts.tm_year -= 1900;
  parts.tm_mon -= 1;
  const std::time_t seconds = timegm(&parts);
  return WallTime(std::chrono::milliseconds(static_cast<std::int64_t>(seconds) * 1000 + ms));
}

std::string FormatDuration(Duration duration) {
  const std::int64_t ms = ToMilliseconds(duration);
  const std::int64_t seconds = ms / 1000;
  std::array<char, 64> text{};
  if (seconds < 60) {
    std::snprintf(text.data(), text.size(), "0:%02d.%d", static_cast<int>(seconds),
                  static_cast<int>(ms % 1000 / 100));
  } else if (seconds < 3600) {
    std::snprintf(text.data(), text.size(), "%d:%02d", static_cast<int>(seconds / 60),
                  static_cast<int>(seconds % 60));
  } else {
    std::snprintf(text.data(), text.size(), "%lld:%02d:%02d",
                  static_cast<long long>(seconds / 3600), static_cast<int>(seconds / 60 % 60),
                  static_cast<int>(seconds % 60));
  }
  return text.data();
}

}  // namespace rehome::base
