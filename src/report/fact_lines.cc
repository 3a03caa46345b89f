#include "report/fact_lines.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "report/verification_line.h"

namespace rehome::report {
namespace {

using base::Count;
using base::FormatDuration;
using base::WithThousands;
using model::Phase;

// Taking a free lock lasts about a millisecond, which is no wait.
constexpr base::Duration kLeastLockWait = std::chrono::milliseconds(100);

base::Duration TimeOf(const RunCounters& counters, Phase phase) {
  return counters.time[static_cast<std::size_t>(phase)];
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

// What an import asked of the target for a row, and what that was about.
std::string RequestsLine(const Summary& summary) {
  constexpr std::pair<Phase, std::string_view> kKinds[] = {{Phase::kOrganizations, "organizations"},
                                                           {Phase::kUsers, "users"},
                                                           {Phase::kMemberships, "memberships"}};
  std::int64_t all = 0;
  std::vector<std::string> parts;
  for (const auto& [phase, name] : kKinds) {
    const std::int64_t count = summary.counters.requests[static_cast<std::size_t>(phase)];
    all += count;
    if (count > 0) parts.push_back(std::string(name) + " " + WithThousands(count));
  }
  if (all == 0 || summary.rows_read <= 0) return {};
  const std::int64_t hundredths = (all * 100 + summary.rows_read / 2) / summary.rows_read;
  const std::string rest = std::to_string(100 + hundredths % 100).substr(1);
  return "Requests: " + WithThousands(all) + ", " + WithThousands(hundredths / 100) + "." + rest +
         " per row (" + base::Join(parts, ", ") + ").";
}

std::string LockLine(const Summary& summary) {
  if (journal::IsRehearsal(summary.run)) return "Lock: a rehearsal needs none.";
  if (summary.run.options.contains("i-am-the-only-runner")) {
    return "Lock: none was taken (--i-am-the-only-runner).";
  }
  const base::Duration wait = summary.counters.lock_wait;
  if (wait < kLeastLockWait) return "Lock: no wait.";
  return "Lock: waited " + FormatDuration(wait) + ".";
}

// `2026-11-27T14:03:20Z` as `14:03:20`.
std::string TimeIn(const std::string& iso) { return iso.size() < 19 ? iso : iso.substr(11, 8); }

std::string ControlLine(const std::vector<ControlNote>& notes) {
  std::vector<std::string> parts;
  parts.reserve(notes.size());
  for (const ControlNote& note : notes) {
    parts.push_back(base::EscapeForTerminal(note.command) + " at " + TimeIn(note.at));
  }
  return "Controlled while it went on (UTC): " + base::Join(parts, ", ") + ".";
}

std::string RebuiltLine(const journal::RunFacts& facts) {
  return "Journal: lost, and made anew at " + facts.rebuilt_at +
         " from the file and the target. What it knew of earlier failures is gone; what was made "
         "on the target since " +
         facts.created_at +
         " counts as created by this run, though another may have made it, and whether it changed "
         "an account that was there before cannot be known.";
}

std::string RetryLine(const Summary& summary) {
  const journal::RunFacts& run = summary.run;
  const std::string which = run.retries == 1 ? "Retry" : "Retry " + std::to_string(run.retries);
  const std::int64_t right = RightAfterRetry(summary);
  const bool one = run.retried_rows == 1;
  return which + ": of " + Count(run.retried_rows, "row", "rows") + " that " +
         (one ? "was" : "were") + " not right, " + WithThousands(right) +
         (right == 1 ? " is" : " are") + " right now.";
}

// Of a rehearsal on a machine that was too slow for its clock.
std::string BehindText(const RunCounters& counters) {
  if (counters.machine < ActualTime(counters) / 20) return {};
  return " (and " + FormatDuration(counters.machine) +
         " in which this machine was behind the fast clock)";
}

// Rounded to whole percents, with the sign that a person expects: more than was foretold is plus.
std::string DifferenceText(base::Duration foretold, base::Duration actual) {
  const auto percent = static_cast<std::int64_t>(
      std::llround(100 * static_cast<double>((actual - foretold).count()) /
                   static_cast<double>(foretold.count())));
  if (percent == 0) return "as foretold";
  return std::to_string(std::abs(percent)) + (percent > 0 ? " % more" : " % less");
}

// What nobody could foretell.
std::string PausesText(const RunCounters& counters) {
  if (counters.paused < std::chrono::seconds(1)) return {};
  return " (and " + FormatDuration(counters.paused) + " in which it was paused)";
}

std::string ForecastLine(const RunCounters& counters) {
  const base::Duration actual = ActualTime(counters) - counters.machine - counters.paused;
  std::string text = "Forecast: likely " + FormatDuration(counters.forecast_likely);
  if (counters.forecast_min.count() > 0) {
    text += ", at the shortest " + FormatDuration(counters.forecast_min);
  }
  return text + "; actual " + FormatDuration(actual) + ", " +
         DifferenceText(counters.forecast_likely, actual) + PausesText(counters) +
         BehindText(counters) + ".";
}

}  // namespace

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
  if (std::string requests = RequestsLine(summary); !requests.empty()) {
    lines.push_back(std::move(requests));
  }
  lines.push_back(LockLine(summary));
  if (summary.run.retried_rows > 0) lines.push_back(RetryLine(summary));
  if (!summary.run.rebuilt_at.empty()) lines.push_back(RebuiltLine(summary.run));
  if (const std::int64_t mismatched = counters.mismatched_answers; mismatched > 0) {
    lines.push_back(Count(mismatched, "answer", "answers") +
                    " did not belong to the request and did not count: look for a cache between "
                    "here and the target.");
  }
  if (!counters.controls.empty()) lines.push_back(ControlLine(counters.controls));
  lines.push_back(VerificationLine(summary));
  if (counters.forecast_likely > base::Duration::zero()) lines.push_back(ForecastLine(counters));
  return lines;
}

}  // namespace rehome::report
