#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace rehome::base {

using Duration = std::chrono::nanoseconds;
/// A point of steady time; only differences mean anything.
using Instant = std::chrono::time_point<std::chrono::steady_clock, Duration>;
/// Milliseconds since 1970-01-01 UTC.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// The one source of time. Every wait in the product and in the sandbox is a Duration of this
/// clock; code that hands a wait to the system converts it with `ToReal`. Any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() const = 0;
  virtual WallTime WallNow() const = 0;
  /// How many times faster than real time this clock runs (1 = real time).
  virtual double rate() const = 0;
  /// The real time that passes while `duration` of this clock passes.
  Duration ToReal(Duration duration) const;
};

/// The machine's clock, optionally `rate` times faster. Two processes with one rate agree on both
/// times: steady time is scaled from boot, wall time from a fixed day (2026-01-01).
class SystemClock final : public Clock {
 public:
  explicit SystemClock(double rate = 1.0) : rate_(rate) {}
  Instant Now() const override;
  WallTime WallNow() const override;
  double rate() const override { return rate_; }

 private:
  double rate_;
};

/// `2026-11-23T09:30:00.123Z`.
std::string FormatIso8601(WallTime time);
/// Reads `2026-11-23T09:30:00.123Z` (fraction optional); a negative count where it is not one.
WallTime ParseIso8601(const std::string& text);
/// `1:05:09` or `3:19` or `0:04.2` (under a minute: tenths).
std::string FormatDuration(Duration duration);

inline std::int64_t ToMilliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

}  // namespace rehome::base
