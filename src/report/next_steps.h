#pragma once

#include <string>
#include <vector>

#include "report/summary.h"

namespace rehome::report {

/// What a person does next and the command to type for it; one of the two may be empty. Both are
/// safe for the terminal.
struct NextStep {
  std::string what;
  std::string command;
};

/// In the order in which they are to be thought of; nothing when a run ended clean.
std::vector<NextStep> NextSteps(const Summary& summary);

/// `Next: what: command` in lines of `columns`, the command never broken: where it finds no room
/// behind the words it stands alone on a line. Ends with a newline.
std::string RenderStep(const NextStep& step, int columns);

}  // namespace rehome::report
