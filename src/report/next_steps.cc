#include "report/next_steps.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/text.h"
#include "report/text_table.h"

namespace rehome::report {
namespace {

// Of a command line as it was typed.
constexpr std::size_t kMostOfCommand = 4096;

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

// Rows that the stop left for a person: a resume does not try them again.
bool StoppedWithFailures(const Summary& summary) {
  return summary.run.state == "stopped" &&
         At(summary.rows, OutcomeKind::kFailed) + At(summary.rows, OutcomeKind::kParked) > 0;
}

bool HasRefusedPassword(const Summary& summary) {
  return std::any_of(summary.errors.begin(), summary.errors.end(), [](const ErrorGroup& group) {
    return group.reason == model::Reason::kPasswordRefused ||
           group.reason == model::Reason::kPasswordHashRefused;
  });
}

NextStep DropPasswords(const std::string& retry) {
  return {"to import without them rows whose password was refused", retry + " --drop-passwords"};
}

// Of a run that did not come to its end.
std::vector<NextStep> ToGoOn(const Summary& summary, const std::string& run) {
  if (summary.run.state == "running") return {{"", "rehome status " + run + " --watch"}};
  if (summary.run.state == "failed" && NothingWasAccepted(summary)) {
    return {{"mend that, then run the import again", ""}};
  }
  const std::string resume = "rehome resume " + run;
  const std::string retry = "rehome retry " + run;
  if (StoppedAtOrganizations(summary)) {
    return {{"correct the organizations in a copy of unprocessed.csv (in the run directory), then",
             retry + " --edited COPY.csv"},
            {"if you mended the target instead", resume}};
  }
  if (StoppedWithFailures(summary)) {
    std::vector<NextStep> steps;
    if (HasRefusedPassword(summary)) steps.push_back(DropPasswords(retry));
    steps.push_back(
        {"mend why rows failed (in a copy of failed.csv: with --edited COPY.csv), then "
         "try them again and go on",
         retry});
    steps.push_back({"to go on with the others only", resume});
    return steps;
  }
  return {{"", resume}};
}

// Its objects are gone, so what is made again is of another run.
NextStep ToMakeAgain(const journal::RunFacts& run) {
  if (run.corrected_rows > 0) {
    return {
        "what is missing is made by an import of its own, of the file with the corrections of "
        "this run (--on-existing update)",
        ""};
  }
  const std::string folder =
      journal::ArgumentOf(run).substr(std::min(run.run_id.size(), journal::ArgumentOf(run).size()));
  return {"what is missing is made by a run of its own, with the flags of this one",
          "rehome import " + base::EscapeForTerminal(base::ShellWord(run.file) + folder) +
              " --on-existing update"};
}

// What was rehearsed can only be rehearsed again, or done.
std::vector<NextStep> AfterRehearsal(const Summary& summary) {
  const std::string again = base::EscapeForTerminal(summary.run.command, kMostOfCommand);
  const std::string import = base::EscapeForTerminal(summary.run.rehearsal_of, kMostOfCommand);
  if (summary.run.state == "running") {
    const std::string run = base::EscapeForTerminal(journal::ArgumentOf(summary.run));
    return {{"", "rehome status " + run + " --watch"}};
  }
  if (!journal::ImportEnded(summary.run)) return {{"", again}};
  std::vector<NextStep> steps;
  if (At(summary.rows, OutcomeKind::kRejected) > 0) {
    steps.push_back(
        {"correct in the file what failed.csv of the run directory names, then", again});
  }
  steps.push_back({"to import it for real", import});
  return steps;
}

// What verification left to do; nothing when it found nothing or was not run.
std::vector<NextStep> ToVerify(const Summary& summary, const std::string& run) {
  const model::Verification& verification = summary.counters.verification;
  std::vector<NextStep> steps;
  switch (verification.state) {
    case model::VerificationState::kNotRun:
    case model::VerificationState::kClean:
      return steps;
    case model::VerificationState::kIncomplete:
      return {{"", "rehome verify " + run}};
    case model::VerificationState::kFindings:
      break;
  }
  steps.push_back({"look at verification.csv in the run directory and mend what it names, then",
                   "rehome verify " + run});
  if (verification.findings[static_cast<std::size_t>(model::FindingKind::kMissing)] > 0) {
    steps.push_back(ToMakeAgain(summary.run));
  }
  return steps;
}

// What rows that need a person can have done to them; nothing when there are none.
std::vector<NextStep> ToMend(const Summary& summary, const std::string& run) {
  const std::int64_t rejected = At(summary.rows, OutcomeKind::kRejected);
  const std::int64_t on_target =
      At(summary.rows, OutcomeKind::kFailed) + At(summary.rows, OutcomeKind::kParked);
  if (rejected + on_target == 0) return {};
  const std::string retry = "rehome retry " + run;
  std::vector<NextStep> steps = {
      {"correct the cells in a copy of failed.csv (in the run directory), then",
       retry + " --edited COPY.csv"}};
  if (HasRefusedPassword(summary)) steps.push_back(DropPasswords(retry));
  if (on_target > 0) steps.push_back({"to try again as it is what failed on the target", retry});
  return steps;
}

}  // namespace

std::vector<NextStep> NextSteps(const Summary& summary) {
  if (journal::IsRehearsal(summary.run)) return AfterRehearsal(summary);
  const std::string run = base::EscapeForTerminal(journal::ArgumentOf(summary.run));
  if (!journal::ImportEnded(summary.run)) return ToGoOn(summary, run);
  std::vector<NextStep> steps = ToVerify(summary, run);
  if (summary.run.state == "partial" || !journal::CoversFile(summary.run)) {
    steps.push_back({"", "rehome resume " + run});
    return steps;
  }
  for (NextStep& step : ToMend(summary, run)) steps.push_back(std::move(step));
  return steps;
}

std::string RenderStep(const NextStep& step, int columns) {
  constexpr int kIndent = 2;
  const std::string prefix = "Next: ";
  if (step.what.empty()) return prefix + step.command + "\n";
  if (step.command.empty()) return WrapText(prefix + step.what + ".", kIndent, columns);
  const std::string words = WrapText(prefix + step.what + ":", kIndent, columns);
  const auto begin = words.rfind('\n', words.size() - 2);
  const std::string last = words.substr(begin == std::string::npos ? 0 : begin + 1);
  // The newline that `last` ends with stands for the blank.
  const bool fits = DisplayWidth(last) + DisplayWidth(step.command) <= columns;
  return words.substr(0, words.size() - 1) + (fits ? " " : "\n" + std::string(kIndent, ' ')) +
         step.command + "\n";
}

}  // namespace rehome::report
