#pragma once

#include <cstdint>

namespace rehome::bench {

/// User and system time of this process so far, in seconds.
double CpuSeconds();
/// The most memory that was resident at once (VmHWM), in MB.
double PeakMegabytes();

}  // namespace rehome::bench
