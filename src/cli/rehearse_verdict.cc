#include "cli/rehearse_verdict.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"
#include "report/fact_lines.h"

namespace rehome::cli {
namespace {

using model::Phase;

// What is left out is an estimate: of more than this share of the time a person is told.
constexpr double kMostOfMachine = 0.05;

std::size_t At(Phase phase) { return static_cast<std::size_t>(phase); }

double Share(base::Duration part, base::Duration whole) {
  return whole.count() > 0 ? static_cast<double>(part.count()) / static_cast<double>(whole.count())
                           : 0;
}

}  // namespace

RehearsalVerdict JudgeRehearsal(const report::Summary& summary) {
  const report::RunCounters& counters = summary.counters;
  RehearsalVerdict verdict;
  verdict.import = report::ActualTime(counters) - counters.machine - counters.paused;
  verdict.verification = counters.time[At(Phase::kVerification)];
  for (const Phase phase : {Phase::kOrganizations, Phase::kUsers, Phase::kMemberships}) {
    verdict.requests += counters.requests[At(phase)];
  }
  verdict.machine = counters.machine;
  return verdict;
}

std::string VerdictText(const Session& session, const RehearsalVerdict& verdict) {
  const PaceOptions& pace = session.options.pace;
  std::string at = "at " + std::to_string(pace.reserve) + " % reserve";
  if (!pace.rate.empty()) at = "at --rate " + pace.rate;
  std::string text = "predicted wall time of the import: " + base::FormatDuration(verdict.import) +
                     " (" + at + ", " + base::Count(verdict.requests, "request", "requests");
  if (!session.rehearsal->faults.empty()) text += ", with faults";
  if (verdict.verification.count() > 0) {
    text += "; the verification at most " + base::FormatDuration(verdict.verification) + " more";
  }
  return text + ")\n";
}

std::string MachineWarning(const Session& session, const RehearsalVerdict& verdict) {
  const double share = Share(verdict.machine, verdict.import);
  if (share <= kMostOfMachine) return {};
  const int slower = std::max(1, session.rehearsal->speed / 2);
  return "this machine was behind the fast clock for " + base::FormatDuration(verdict.machine) +
         " (" + std::to_string(static_cast<int>(share * 100)) +
         " %), which is left out of the prediction; for a better one rehearse again when it has "
         "less "
         "to do, or with --speed " +
         std::to_string(slower);
}

}  // namespace rehome::cli
