#pragma once

#include <string>
#include <vector>

#include "report/summary.h"

namespace rehome::report {

/// The table of a summary: one line per phase with read, outcomes, time, requests per second and
/// 429s. Columns that are zero everywhere are left out; `–` stands where a phase has no such
/// count. On a terminal of fewer columns than that takes, a paragraph for each phase.
std::string RenderPhaseTable(const std::vector<PhaseLine>& phases, int columns);

/// Its cells, the heads first; the first column names the phases.
std::vector<std::vector<std::string>> PhaseTableCells(const std::vector<PhaseLine>& phases);

}  // namespace rehome::report
