#pragma once

#include <string>

#include "report/summary.h"

namespace rehome::report {

/// The summary as a person reads it at the end of a run: target, phase table, errors of each phase
/// with cause, rows and fix, cache, verification, next command. `columns` = terminal width.
std::string RenderText(const Summary& summary, int columns = 100);
/// What a dry run says: the target, the table of what would come of each phase, and the errors. No
/// more, since nothing was done.
std::string RenderPlan(const Summary& summary, int columns = 100);
/// The same as one JSON document (docs/summary-json.md; versioned) on one line without its end, so
/// that it also fits into an event.
std::string RenderJson(const Summary& summary);
/// Reads what RenderJson wrote: for `report` while a run lives and for counters of finished runs.
base::Result<Summary> ParseSummaryJson(const std::string& json);

}  // namespace rehome::report
