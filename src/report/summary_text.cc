#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/text.h"
#include "report/error_text.h"
#include "report/next_lines.h"
#include "report/phase_table.h"
#include "report/render.h"
#include "report/text_table.h"
#include "report/verification_line.h"

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

std::string RebuiltLine(const journal::RunFacts& facts) {
  return "Journal: lost, and made anew at " + facts.rebuilt_at +
         " from the file and the target. What it knew of earlier failures is gone; what was made "
         "on the target since " +
         facts.created_at +
         " counts as created by this run, though another may have made it, and whether it changed "
         "an account that was there before cannot be known.";
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
  if (!summary.run.rebuilt_at.empty()) lines.push_back(RebuiltLine(summary.run));
  if (const std::int64_t mismatched = counters.mismatched_answers; mismatched > 0) {
    lines.push_back(Count(mismatched, "answer", "answers") +
                    " did not belong to the request and did not count: look for a cache between "
                    "here and the target.");
  }
  lines.push_back(VerificationLine(summary));
  if (counters.forecast_max > base::Duration::zero()) {
    lines.push_back("Forecast: " + FormatDuration(counters.forecast_min) + " to " +
                    FormatDuration(counters.forecast_max) + ", actual " +
                    FormatDuration(ActualTime(counters)) + ".");
  }
  return lines;
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
  for (const std::string& next : NextLines(summary)) text += WrapText(next, 2, columns);
  return text;
}

}  // namespace rehome::report
