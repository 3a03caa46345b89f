#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/reason.h"

namespace rehome::report {

/// The long form of a reason, put together from its facts and what is written of it by hand. Texts
/// are plain sentences; commands and names in them stand between backquotes.
struct Explanation {
  model::Reason reason = model::Reason::kNone;
  std::string meaning;             ///< what it means and why it happens
  std::string fate;                ///< what rehome did with the row, organization or file
  std::vector<std::string> steps;  ///< what to do, one after another; the first is the fix
  std::string again;               ///< whether doing the same again can help; empty of remarks
  std::string follows;             ///< what else fails because of it; empty = nothing
};

/// `reason` is not kNone.
Explanation ExplanationOf(model::Reason reason);

/// The part of a run that a reason belongs to, as its explanation says it: the name of a phase, or
/// `any` for those that any request can meet.
std::string_view PhaseTextOf(model::Reason reason);

}  // namespace rehome::report
