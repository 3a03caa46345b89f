#pragma once

#include <string>
#include <vector>

#include "report/summary.h"

namespace rehome::report {

/// The errors of each phase, then the warnings, as text for a terminal: count, code, cause, rows,
/// one fix, what was seen, what the target said, and what else failed because of them; at the end
/// which command says more. Empty when there are none.
std::string RenderErrors(const Summary& summary, int columns);

/// `Errors in users: 12 rows, 2 reasons`, of the groups of one phase.
std::string ErrorsTitle(model::Phase phase, const std::vector<const ErrorGroup*>& groups);
/// `rows 3, 17, 20 …`: the first ones; empty without any.
std::string SampleRowsText(const ErrorGroup& group);

/// How many rows failed because these did, and what becomes of them; empty without any.
std::string FollowersText(const ErrorGroup& group);

}  // namespace rehome::report
