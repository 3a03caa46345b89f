#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "report/summary.h"

namespace rehome::report {

/// What there is to say of a run beside its counts, a sentence each: passwords that were not
/// applied, cache, lock, verification, forecast. For the terminal.
std::vector<std::string> FactLines(const Summary& summary);

/// How long the import took, survey and warm-up included, over all incarnations of the run.
base::Duration ActualTime(const RunCounters& counters);

}  // namespace rehome::report
