#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "report/summary.h"

namespace rehome::report {

/// What a file of metrics says besides the summary.
struct MetricsState {
  base::WallTime as_of{};
  std::optional<int> exit_code{};  ///< of the process; none while it goes on
  /// When a run last ended with exit code 0, as far as the file of before told; seconds since 1970.
  std::optional<double> last_success{};
};

/// The summary in the text format of Prometheus, version 0.0.4 (docs/automation.md). Labels are
/// names of ours and the target's name; no e-mail, no value of the file, no secret.
std::string RenderMetrics(const Summary& summary, const MetricsState& state);

/// Whether a text begins as what RenderMetrics gives.
bool IsMetrics(std::string_view text);
/// When a run last ended well, by what such a file says.
std::optional<double> LastSuccessIn(std::string_view metrics);

}  // namespace rehome::report
