#pragma once

#include <string>
#include <vector>

#include "report/summary.h"

namespace rehome::report {

/// The parts of the report page that stand in it as they are, without its script: markup, all that
/// came from outside escaped.

/// What came of it in one sentence, the proportions of the outcomes, what to do next, key figures.
std::string VerdictHtml(const Summary& summary);
/// The phase table.
std::string PhasesHtml(const Summary& summary);
/// The errors of each phase by group, then the warnings, each with what to do.
std::string ProblemsHtml(const Summary& summary);
/// What nobody has looked at, so that nobody takes the rest for more than it is.
std::string UncheckedHtml(const Summary& summary, const std::string& rows_note);
/// Target, file, times, options.
std::string AboutHtml(const Summary& summary, bool shared);

/// One sentence without a full stop: what came of the run.
std::string Headline(const Summary& summary);
/// What was not checked, a sentence each.
std::vector<std::string> UncheckedLines(const Summary& summary);

}  // namespace rehome::report
