#pragma once

#include <string>

#include "report/summary.h"

namespace rehome::report {

/// The errors of each phase, then the warnings, as text for a terminal: count, code, cause, rows,
/// one fix, what was seen, what the target said, and what else failed because of them. Empty when
/// there are none.
std::string RenderErrors(const Summary& summary, int columns);

}  // namespace rehome::report
