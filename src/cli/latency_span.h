#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"

namespace rehome::cli {

/// How long a sandbox takes to answer: each time a random time from one to the other.
struct LatencySpan {
  base::Duration low{0};
  base::Duration high{0};

  base::Duration Mean() const { return (low + high) / 2; }
};

/// "A" or "A-B" in milliseconds; kUsage otherwise.
base::Result<LatencySpan> ParseLatency(const std::string& text);

}  // namespace rehome::cli
