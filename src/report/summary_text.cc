#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "report/error_text.h"
#include "report/phase_table.h"
#include "report/render.h"
#include "report/text_table.h"

namespace rehome::report {
namespace {

using base::Count;
using base::EscapeForTerminal;
using base::FormatDuration;
using base::WithThousands;
using model::OutcomeKind;
using model::Phase;

// Narrower terminals get lines of this width rather than one word a line.
constexpr int kLeastColumns = 40;
// Bytes of why a run stopped: at its end is what to do about it.
constexpr std::size_t kMostOfReason = 2000;
// Taking a free lock lasts about a millisecond, which is no wait.
constexpr base::Duration kLeastLockWait = std::chrono::milliseconds(100);

std::int64_t At(const OutcomeCounts& counts, OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

base::Duration TimeOf(const RunCounters& counters, Phase phase) {
  return counters.time[static_cast<std::size_t>(phase)];
}

std::string TargetLine(const journal::RunFacts& run) {
  std::string text = "Target  " + EscapeForTerminal(run.target_name) + " · " +
                     EscapeForTerminal(run.endpoint) + " · ";
  if (run.key_fingerprint.empty()) return text + "no key";
  text += "key " + EscapeForTerminal(run.key_fingerprint);
  if (!run.key_origin.empty()) text += " from " + EscapeForTerminal(run.key_origin);
  return text;
}

std::string RunLine(const journal::RunFacts& run) {
  std::string text = "Run     " + EscapeForTerminal(run.run_id) + " · " +
                     EscapeForTerminal(run.file) + " · " + EscapeForTerminal(run.state);
  if (run.exit_code) text += ", exit " + std::to_string(*run.exit_code);
  return text;
}

std::string AccountLine(const Summary& summary) {
  std::vector<std::string> parts;
  for (int i = 0; i < model::kOutcomeKindCount; ++i) {
    const auto kind = static_cast<OutcomeKind>(i);
    const std::int64_t count = At(summary.rows, kind);
    if (count != 0) parts.push_back(WithThousands(count) + " " + std::string(NameOf(kind)));
  }
  if (parts.empty()) return "There are no rows.";
  const std::string rows = summary.rows_read == 1
                               ? "The one row is"
                               : "All " + WithThousands(summary.rows_read) + " rows are";
  return rows + " accounted for: " + base::Join(parts, ", ") + ".";
}

// Rounded down, so that 100 % means every one.
std::string HitRate(const RunCounters& counters) {
  const std::int64_t lookups = counters.cache_hits + counters.cache_misses;
  if (counters.cache_misses == 0) return "100 %";
  const std::int64_t tenths = counters.cache_hits * 1000 / lookups;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

std::string CacheLine(const RunCounters& counters) {
  std::string text = "Organization cache: " + Count(counters.cache_entries, "entry", "entries") +
                     ", " + Count(counters.cache_hits, "hit", "hits") + ", " +
                     Count(counters.cache_misses, "miss", "misses");
  if (counters.cache_hits + counters.cache_misses == 0) return text + ".";
  return text + ", hit rate " + HitRate(counters) + ".";
}

std::string LockLine(const Summary& summary) {
  if (summary.run.options.contains("i-am-the-only-runner")) {
    return "Lock: none was taken (--i-am-the-only-runner).";
  }
  const base::Duration wait = summary.counters.lock_wait;
  if (wait < kLeastLockWait) return "Lock: no wait.";
  return "Lock: waited " + FormatDuration(wait) + ".";
}

// Users and memberships are imported at the same time, so the longer of the two counts.
base::Duration ActualTime(const RunCounters& counters) {
  return TimeOf(counters, Phase::kSurvey) + TimeOf(counters, Phase::kOrganizations) +
         std::max(TimeOf(counters, Phase::kUsers), TimeOf(counters, Phase::kMemberships));
}

std::vector<std::string> FactLines(const Summary& summary) {
  const RunCounters& counters = summary.counters;
  std::vector<std::string> lines;
  if (const std::int64_t adopted = summary.adopted_with_password; adopted > 0) {
    lines.push_back("Adopted " + WithThousands(adopted) + ": " +
                    (adopted == 1 ? "its CSV password was" : "their CSV passwords were") +
                    " not applied.");
  }
  lines.push_back(CacheLine(counters));
  lines.push_back(LockLine(summary));
  if (const std::int64_t mismatched = counters.mismatched_answers; mismatched > 0) {
    lines.push_back(Count(mismatched, "answer", "answers") +
                    " did not belong to the request and did not count: look for a cache between "
                    "here and the target.");
  }
  lines.push_back("Verification: " + EscapeForTerminal(summary.verification) + ".");
  if (counters.forecast_max > base::Duration::zero()) {
    lines.push_back("Forecast: " + FormatDuration(counters.forecast_min) + " to " +
                    FormatDuration(counters.forecast_max) + ", actual " +
                    FormatDuration(ActualTime(counters)) + ".");
  }
  return lines;
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

// The next command to type; nothing when a run ended clean.
std::string NextLine(const Summary& summary) {
  const std::string id = EscapeForTerminal(summary.run.run_id);
  if (summary.run.state == "running") return "Next: rehome status " + id + " --watch";
  if (summary.run.state == "failed" && NothingWasAccepted(summary)) {
    return "Next: mend that, then run the import again.";
  }
  if (StoppedAtOrganizations(summary)) {
    return "Next: mend the file and import it again; if you mended the target instead: rehome "
           "resume " +
           id;
  }
  if (summary.run.state != "finished") return "Next: rehome resume " + id;
  const std::int64_t bad = At(summary.rows, OutcomeKind::kRejected) +
                           At(summary.rows, OutcomeKind::kFailed) +
                           At(summary.rows, OutcomeKind::kParked);
  if (bad == 0) return {};
  const auto policy = summary.run.options.find("on-existing");
  const bool takes_over = policy == summary.run.options.end() || policy->second == "adopt" ||
                          policy->second == "update";
  std::string next =
      "Next: mend in the CSV file what failed.csv in the run directory names, then import it again";
  if (takes_over) {
    next += ": what is there already is adopted";
    const bool on_target = bad > At(summary.rows, OutcomeKind::kRejected);
    if (on_target) next += ", and what failed on the target is tried again, mended or not";
  }
  return next + ".";
}

}  // namespace

std::string RenderText(const Summary& summary, int columns) {
  columns = std::max(columns, kLeastColumns);
  std::string text = WrapText(TargetLine(summary.run), 8, columns);
  text += WrapText(RunLine(summary.run), 8, columns);
  text += "\n" + RenderPhaseTable(summary.phases);
  text += WrapText(AccountLine(summary), 2, columns);
  text += RenderErrors(summary, columns) + "\n";
  for (const std::string& line : FactLines(summary)) text += WrapText(line, 2, columns);
  if (!summary.stop_reason.empty()) {
    text +=
        WrapText("Stopped: " + EscapeForTerminal(summary.stop_reason, kMostOfReason), 2, columns);
  }
  if (const std::string next = NextLine(summary); !next.empty()) {
    text += WrapText(next, 2, columns);
  }
  return text;
}

}  // namespace rehome::report
