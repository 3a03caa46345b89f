#pragma once

#include <string>

#include "report/explanation.h"

namespace rehome::report {

/// An explanation for a terminal: what it means, what happened, what to do, one step a line, and
/// what follows from it. Below 40 columns it is as with 40.
std::string RenderExplanation(const Explanation& explanation, int columns);
/// Every code with its cause, by phase.
std::string RenderReasons(int columns);
/// One JSON object on a line of its own (docs/summary-json.md; versioned).
std::string RenderExplanationJson(const Explanation& explanation);

}  // namespace rehome::report
