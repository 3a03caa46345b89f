#pragma once

#include <limits>
#include <string>

#include "cli/phase_progress.h"

namespace rehome::cli {

/// Room for everything: a line that is not rewritten.
inline constexpr int kAnyWidth = std::numeric_limits<int>::max();

/// `rows 1,200/14,997 (8 %) · 45/s · 5:06 left · limit: write quota · 3 failed`, in at most
/// `columns`: where there is no room for everything the least important goes first, as a whole. Of
/// a phase that has ended `rows 14,997/14,997 (100 %) · 45/s · in 5:33 · 3 failed`.
std::string ProgressLine(const PhaseProgress& progress, int columns);

/// `0:04`, `5:06`, `1:05:09`: to the second.
std::string TimeLeftText(base::Duration left);
/// `812/s`, `7.5/s`.
std::string RateText(double per_second);

}  // namespace rehome::cli
