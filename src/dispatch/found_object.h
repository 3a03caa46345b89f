#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "dispatch/settings.h"
#include "model/effect.h"

namespace rehome::dispatch {

// One object may be created only this often: each create of unknown fate was followed by a minute
// of look-ups, so more would only hold a slot; the row is parked and a retry looks again.
inline constexpr int kMaxCycles = 6;

/// When requests to create an object may have left, by our wall clock (ms).
struct SendTimes {
  std::int64_t first_intent_ms = 0;  ///< 0 = none
  /// Until when an earlier incarnation of the run may have sent; 0 = there was none.
  std::int64_t earlier_alive_until_ms = 0;
  /// When this incarnation heard, or gave up hearing, of its last one; 0 = it has sent none.
  std::int64_t heard_here_ms = 0;
};

/// Whose an object is that was found after we may have created it: ours if it is not older than our
/// first intent and not younger than our last request, by the server's clock, which is
/// `server_clock_offset` ahead of ours.
model::Provenance ProvenanceOf(const SendTimes& times, const std::string& created_at,
                               base::Duration server_clock_offset);

/// Whether a time by the server's clock lies before our first intent.
bool IsBeforeIntent(const SendTimes& times, const std::string& at,
                    base::Duration server_clock_offset);

/// How long after a process has ended all shows that it sent: a request may be on its way for its
/// timeout, and the look-ups of `settle` outlast the target's lag.
base::Duration LongestLag(const DispatchSettings& settings);

/// Whether anything the target applied for an earlier incarnation must show by now.
bool LagIsOver(const SendTimes& times, std::int64_t now_ms);

}  // namespace rehome::dispatch
