#include "dispatch/found_object.h"

#include <algorithm>
#include <chrono>
#include <numeric>

namespace rehome::dispatch {
namespace {

// The longest time from the first intent of an object to its last create: each of the creates waits
// through at most a quarter of an hour of the target's pauses and a minute of look-ups, and a pause
// of the run holds back none that has an intent. Shorter could send again what the target applied
// just now and does not show yet; longer only costs a minute of look-ups for the few creates of an
// old run that were never applied.
constexpr base::Duration kLongestSending = kMaxCycles * std::chrono::minutes(20);
// A request whose process died may still reach the target for as long as its timeout.
constexpr base::Duration kLongestOnTheWay = std::chrono::seconds(35);
// How far the clocks of two servers and the whole seconds of a Date header may lead astray.
constexpr base::Duration kClockTolerance = std::chrono::seconds(5);

// The journal has the time of the first intent only; the last send may have come at any time while
// an earlier process lived.
std::int64_t LastSendMs(const SendTimes& times) {
  return std::max(times.first_intent_ms, times.earlier_alive_until_ms);
}

// From a time by the server's clock to one by ours.
base::Duration Since(const std::string& server_time, std::int64_t wall_ms,
                     base::Duration server_clock_offset) {
  const base::WallTime at{std::chrono::milliseconds(wall_ms)};
  return at - base::ParseIso8601(server_time) + server_clock_offset;
}

}  // namespace

bool IsBeforeIntent(const SendTimes& times, const std::string& at,
                    base::Duration server_clock_offset) {
  return Since(at, times.first_intent_ms, server_clock_offset) > kClockTolerance;
}

model::Provenance ProvenanceOf(const SendTimes& times, const std::string& created_at,
                               base::Duration server_clock_offset) {
  if (IsBeforeIntent(times, created_at, server_clock_offset)) return model::Provenance::kAdopted;
  // What came after the last request, here or of the process that sent it, is somebody else's.
  const bool known = times.heard_here_ms != 0 || times.earlier_alive_until_ms != 0;
  const std::int64_t last = times.heard_here_ms != 0 ? times.heard_here_ms : LastSendMs(times);
  const base::Duration later = -Since(created_at, last, server_clock_offset);
  if (known && later > kLongestOnTheWay + kClockTolerance) return model::Provenance::kAdopted;
  return model::Provenance::kCreatedInDoubt;
}

base::Duration LongestLag(const DispatchSettings& settings) {
  return std::accumulate(settings.settle.begin(), settings.settle.end(), kLongestOnTheWay);
}

bool LagIsOver(const SendTimes& times, std::int64_t now_ms) {
  return times.first_intent_ms > 0 &&
         now_ms - LastSendMs(times) > base::ToMilliseconds(kLongestSending);
}

}  // namespace rehome::dispatch
