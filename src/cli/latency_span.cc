#include "cli/latency_span.h"

#include <chrono>
#include <cstdint>

#include "base/text.h"

namespace rehome::cli {

base::Result<LatencySpan> ParseLatency(const std::string& text) {
  const std::size_t dash = text.find('-');
  const auto low = base::ParseInt(text.substr(0, dash));
  const auto high = dash == std::string::npos ? low : base::ParseInt(text.substr(dash + 1));
  constexpr std::int64_t kMost = 3'600'000;
  if (!low || !high || *low < 0 || *high < *low || *high > kMost) {
    return base::Error{base::ErrorCode::kUsage,
                       "--latency wants milliseconds such as 20 or 0-30, at most 3600000, not \"" +
                           base::EscapeForTerminal(text) + "\""};
  }
  return LatencySpan{.low = std::chrono::milliseconds(*low),
                     .high = std::chrono::milliseconds(*high)};
}

}  // namespace rehome::cli
