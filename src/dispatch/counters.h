#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "dispatch/live_brakes.h"
#include "dispatch/live_timeline.h"
#include "model/reason.h"

namespace rehome::dispatch {

/// Counts of a live run. Written by the event loop (cache counts by the workers), read by any
/// thread.
struct Counters {
  using Count = std::atomic<std::int64_t>;
  std::array<Count, 5> requests{};      ///< that left, by Phase
  std::array<Count, 5> rate_limited{};  ///< answers with 429, by Phase
  Count mismatched_answers{0};
  Count retries{0};
  Count rows_in_flight{0};  ///< started and not done
  Count rows_allowed{0};    ///< at once, lately; 0 = as many as come
  Count cache_hits{0};
  Count cache_misses{0};
  LiveTimeline timeline;
  LiveBrakes brakes;  ///< for the progress line

  static std::size_t At(model::Phase phase) { return static_cast<std::size_t>(phase); }
};

}  // namespace rehome::dispatch
