#pragma once

#include <chrono>

#include "base/clock.h"

namespace rehome::cli {

/// What takes time in an import beside the target and its limits. Measured; each counts where
/// answers set the pace: for each organization, or for each row when few are in flight. At a quota
/// they are nothing.
inline constexpr base::Duration kCommitTime =
    std::chrono::microseconds(1800);  ///< till it is synced
inline constexpr base::Duration kRequestTime = std::chrono::microseconds(500);  ///< of this machine

/// How much longer than the target's the windows are that requests are counted in, so that jitter
/// makes none of them too many.
inline constexpr double kWindowGuard = 1.0025;

}  // namespace rehome::cli
