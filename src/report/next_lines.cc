#include "report/next_lines.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/text.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Phase;

std::int64_t At(const OutcomeCounts& counts, OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

// More than 10 % of the organizations failed before the first row: while they do, a resume only
// asks for them again.
bool StoppedAtOrganizations(const Summary& summary) {
  if (summary.run.state != "stopped") return false;
  bool too_many = false;
  for (const PhaseLine& line : summary.phases) {
    const bool rows = line.phase == Phase::kUsers || line.phase == Phase::kMemberships;
    if (rows && line.read > 0) return false;
    if (line.phase != Phase::kOrganizations) continue;
    const std::int64_t bad =
        At(line.counts, OutcomeKind::kFailed) + At(line.counts, OutcomeKind::kParked);
    too_many = bad * 100 > (line.read - line.in_doubt) * 10;
  }
  return too_many;
}

// Of a run that did not come to its end.
std::vector<std::string> ToGoOn(const Summary& summary, const std::string& id) {
  if (summary.run.state == "running") return {"Next: rehome status " + id + " --watch"};
  if (summary.run.state == "failed" && NothingWasAccepted(summary)) {
    return {"Next: mend that, then run the import again."};
  }
  if (StoppedAtOrganizations(summary)) {
    return {
        "Next: correct the organizations in a copy of unprocessed.csv (in the run directory), "
        "then: rehome retry " +
            id + " --edited COPY.csv",
        "Next: if you mended the target instead: rehome resume " + id};
  }
  return {"Next: rehome resume " + id};
}

// What verification left to do; nothing when it found nothing or was not run.
std::string ToVerify(const Summary& summary, const std::string& id) {
  switch (summary.counters.verification.state) {
    case model::VerificationState::kNotRun:
    case model::VerificationState::kClean:
      return {};
    case model::VerificationState::kIncomplete:
      return "Next: rehome verify " + id;
    case model::VerificationState::kFindings:
      return "Next: look at verification.csv in the run directory and mend what it names, then: "
             "rehome verify " +
             id;
  }
  return {};
}

bool HasRefusedPassword(const Summary& summary) {
  return std::any_of(summary.errors.begin(), summary.errors.end(), [](const ErrorGroup& group) {
    return group.reason == model::Reason::kPasswordRefused ||
           group.reason == model::Reason::kPasswordHashRefused;
  });
}

// What rows that need a person can have done to them; nothing when there are none. The command
// comes last in each line.
std::vector<std::string> ToMend(const Summary& summary, const std::string& id) {
  const std::int64_t rejected = At(summary.rows, OutcomeKind::kRejected);
  const std::int64_t on_target =
      At(summary.rows, OutcomeKind::kFailed) + At(summary.rows, OutcomeKind::kParked);
  if (rejected + on_target == 0) return {};
  const std::string retry = "rehome retry " + id;
  const bool passwords = HasRefusedPassword(summary);
  std::vector<std::string> lines = {
      "Next: correct the cells in a copy of failed.csv (in the run directory), then: " + retry +
      " --edited COPY.csv"};
  if (passwords) {
    lines.push_back("Next: to import without them rows whose password was refused: " + retry +
                    " --drop-passwords");
  }
  if (on_target > 0) {
    lines.push_back("Next: to try again as it is what failed on the target: " + retry);
  }
  return lines;
}

}  // namespace

std::vector<std::string> NextLines(const Summary& summary) {
  const std::string id = base::EscapeForTerminal(summary.run.run_id);
  if (!journal::ImportEnded(summary.run)) return ToGoOn(summary, id);
  std::vector<std::string> lines;
  const bool more = summary.run.state == "partial" || !journal::CoversFile(summary.run);
  if (std::string verify = ToVerify(summary, id); !verify.empty()) {
    lines.push_back(std::move(verify));
  }
  if (more) {
    lines.push_back("Next: rehome resume " + id);
    return lines;
  }
  for (std::string& line : ToMend(summary, id)) lines.push_back(std::move(line));
  return lines;
}

}  // namespace rehome::report
