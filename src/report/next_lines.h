#pragma once

#include <string>
#include <vector>

#include "report/summary.h"

namespace rehome::report {

/// What a person types or does next, each a whole line that begins with `Next:`; nothing when a run
/// ended clean. For the terminal.
std::vector<std::string> NextLines(const Summary& summary);

}  // namespace rehome::report
