#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "http/event_loop.h"

namespace rehome::cli {

/// How many requests were answered, and how long that took together. The loop's thread counts, any
/// may read.
struct RoundTrips {
  std::atomic<std::int64_t> count{0};
  std::atomic<std::int64_t> total_ns{0};
  std::atomic<std::int64_t> organizations{0};  ///< of those, about organizations
  std::atomic<std::int64_t> organizations_ns{0};
};

/// An event loop that notes how long answers take. Threads as those of the loop it stands on, which
/// it owns; the others must outlive it.
std::unique_ptr<http::EventLoop> MakeTimedLoop(std::unique_ptr<http::EventLoop> loop,
                                               const base::Clock& clock, RoundTrips& into);

}  // namespace rehome::cli
