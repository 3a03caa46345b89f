#include "report/metrics_text.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "report/fact_lines.h"
#include "report/metrics_writer.h"

namespace rehome::report {
namespace {

using model::NameOf;
using model::Phase;
using Kind = MetricsWriter::Kind;

constexpr std::string_view kLastSuccess = "rehome_last_success_timestamp_seconds";

double Seconds(base::WallTime time) {
  return static_cast<double>(time.time_since_epoch().count()) / 1000;
}

double Seconds(const std::string& iso8601) { return Seconds(base::ParseIso8601(iso8601)); }

std::int64_t Of(const OutcomeCounts& counts, model::OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

// A target may be named anything, also like a person or by a key.
std::string SafeLabel(const std::string& name) {
  if (name.find('@') != std::string::npos) return "[masked]";
  return base::EscapeForTerminal(base::MaskSecrets(name));
}

bool HasOutcomes(const PhaseLine& line) {
  return line.phase != Phase::kSurvey && line.phase != Phase::kVerification;
}

void WriteRun(MetricsWriter& writer, const Summary& summary, const MetricsState& state) {
  const journal::RunFacts& run = summary.run;
  writer.Family("rehome_run_info", Kind::kGauge, "The run that this file tells of; always 1.")
      .Sample({{"run", run.run_id}, {"version", run.rehome_version}}, std::int64_t{1});
  writer.Gauge("rehome_run_active", "1 while its process goes on with it, else 0.",
               std::int64_t{state.exit_code ? 0 : 1});
  writer.Gauge("rehome_run_start_timestamp_seconds", "When the run was begun.",
               Seconds(run.created_at));
  writer.Gauge("rehome_run_updated_timestamp_seconds", "When this file was written.",
               Seconds(state.as_of));
  if (state.exit_code) {
    writer.Gauge("rehome_run_exit_code", "Of the process that went on with the run last.",
                 std::int64_t{*state.exit_code});
  }
  // A verification that finds nothing does not make failed rows right.
  const bool succeeded = state.exit_code && *state.exit_code == 0 && run.exit_code == 0;
  const auto last = succeeded ? std::optional(Seconds(state.as_of)) : state.last_success;
  if (!last) return;
  writer.Gauge(kLastSuccess, "When a run that wrote this file was last all right: exit code 0.",
               *last);
}

void WriteOutcomes(MetricsWriter& writer, const Summary& summary) {
  writer.Gauge("rehome_rows_selected", "Rows of the file that the run is to import.",
               summary.rows_read);
  writer.Family("rehome_rows", Kind::kGauge, "Rows by what became of them.");
  for (int i = 0; i < model::kOutcomeKindCount; ++i) {
    const auto kind = static_cast<model::OutcomeKind>(i);
    writer.Sample({{"outcome", NameOf(kind)}}, Of(summary.rows, kind));
  }
  writer.Family("rehome_objects", Kind::kGauge,
                "Organizations, users and memberships by what became of them.");
  for (const PhaseLine& line : summary.phases) {
    if (!HasOutcomes(line)) continue;
    for (int i = 0; i < model::kOutcomeKindCount; ++i) {
      const auto kind = static_cast<model::OutcomeKind>(i);
      writer.Sample({{"phase", NameOf(line.phase)}, {"outcome", NameOf(kind)}},
                    Of(line.counts, kind));
    }
  }
  writer.Family("rehome_objects_in_doubt", Kind::kGauge,
                "Of which it is not known yet whether the target has them.");
  for (const PhaseLine& line : summary.phases) {
    if (HasOutcomes(line)) writer.Sample({{"phase", NameOf(line.phase)}}, line.in_doubt);
  }
  writer.Gauge("rehome_adopted_with_password",
               "Adopted users whose password in the file was not applied.",
               summary.adopted_with_password);
  std::map<std::pair<std::string_view, std::string_view>, std::int64_t> errors;
  for (const ErrorGroup& group : summary.errors) {
    errors[{NameOf(group.phase), model::FactsOf(group.reason).code}] += group.count;
  }
  writer.Family("rehome_errors", Kind::kGauge, "Failures and findings by phase and code.");
  for (const auto& [name, count] : errors) {
    writer.Sample({{"phase", name.first}, {"code", name.second}}, count);
  }
}

void WriteRequests(MetricsWriter& writer, const Summary& summary) {
  writer.Family("rehome_requests_total", Kind::kCounter, "Requests that were sent, by phase.");
  for (const PhaseLine& line : summary.phases) {
    if (line.phase != Phase::kSurvey) writer.Sample({{"phase", NameOf(line.phase)}}, line.requests);
  }
  writer.Family("rehome_rate_limited_responses_total", Kind::kCounter, "Answers with 429.");
  for (const PhaseLine& line : summary.phases) {
    if (line.phase == Phase::kSurvey) continue;
    writer.Sample({{"phase", NameOf(line.phase)}}, line.rate_limited);
  }
  writer.Family("rehome_phase_duration_seconds", Kind::kGauge,
                "Time of each phase; users and memberships are imported side by side.");
  for (const PhaseLine& line : summary.phases) {
    writer.Sample({{"phase", NameOf(line.phase)}}, line.time);
  }
  writer.Family("rehome_phase_requests_per_second", Kind::kGauge, "Over the time of the phase.");
  for (const PhaseLine& line : summary.phases) {
    const double seconds = std::chrono::duration<double>(line.time).count();
    if (line.phase == Phase::kSurvey || seconds <= 0) continue;
    writer.Sample({{"phase", NameOf(line.phase)}}, static_cast<double>(line.requests) / seconds);
  }
  writer.Counter("rehome_mismatched_answers_total", "Answers that did not belong to the request.",
                 summary.counters.mismatched_answers);
}

// What the timeline of the import adds up to.
void WriteTimeline(MetricsWriter& writer, const model::Timeline& timeline) {
  model::TimelineBucket sum;
  for (const model::TimelineBucket& bucket : timeline.buckets()) {
    sum.writes += bucket.writes;
    sum.reads += bucket.reads;
    sum.troubles += bucket.troubles;
    for (std::size_t i = 0; i < model::kWaitCount; ++i) sum.waits[i] += bucket.waits[i];
    for (std::size_t i = 0; i < model::kLatencyClasses; ++i) sum.latency[i] += bucket.latency[i];
  }
  writer
      .Family("rehome_answers_total", Kind::kCounter,
              "Answers of the import by kind of request, without 429 and failures.")
      .Sample({{"kind", "write"}}, sum.writes)
      .Sample({{"kind", "read"}}, sum.reads);
  writer.Counter("rehome_target_failures_total",
                 "Answers with 5xx, and requests that left and had no answer.", sum.troubles);
  writer.Family("rehome_wait_seconds_total", Kind::kCounter,
                "Time in which nothing could be sent, by why.");
  constexpr std::array<std::string_view, model::kWaitCount> kNames = {"quota", "pause", "backoff"};
  for (std::size_t i = 0; i < model::kWaitCount; ++i) {
    writer.Sample({{"reason", kNames[i]}}, sum.waits[i]);
  }
  writer.Family("rehome_answer_latency_seconds", Kind::kGauge,
                "Within which time this share of the answers came.");
  for (const auto& [name, share] :
       {std::pair{"0.5", 0.5}, std::pair{"0.95", 0.95}, std::pair{"0.99", 0.99}}) {
    const std::chrono::microseconds latency(model::LatencyQuantileUs(sum.latency, share));
    writer.Sample({{"quantile", name}}, base::Duration(latency));
  }
}

void WriteCacheAndLock(MetricsWriter& writer, const RunCounters& counters) {
  writer.Gauge("rehome_organization_cache_entries", "Organizations in the cache.",
               counters.cache_entries);
  writer.Counter("rehome_organization_cache_hits_total", "Rows that found their organization.",
                 counters.cache_hits);
  writer.Counter("rehome_organization_cache_misses_total",
                 "Rows that did not find it; more than 0 is a bug.", counters.cache_misses);
  writer.Gauge("rehome_lock_wait_seconds", "How long the target's lock was waited for.",
               counters.lock_wait);
}

void WriteVerification(MetricsWriter& writer, const model::Verification& verification) {
  using model::VerificationState;
  writer.Family("rehome_verification_state", Kind::kGauge,
                "1 at what the last verification came to, 0 at the others.");
  for (const auto state : {VerificationState::kNotRun, VerificationState::kIncomplete,
                           VerificationState::kClean, VerificationState::kFindings}) {
    writer.Sample({{"state", NameOf(state)}}, std::int64_t{verification.state == state ? 1 : 0});
  }
  writer.Family("rehome_verification_compared", Kind::kGauge, "Objects that were read back.")
      .Sample({{"phase", NameOf(Phase::kOrganizations)}}, verification.organizations)
      .Sample({{"phase", NameOf(Phase::kUsers)}}, verification.users)
      .Sample({{"phase", NameOf(Phase::kMemberships)}}, verification.memberships);
  writer.Family("rehome_verification_findings", Kind::kGauge,
                "What it found by kind; unanswered accuses nobody.");
  for (std::size_t i = 0; i < model::kFindingKindCount; ++i) {
    writer.Sample({{"kind", NameOf(static_cast<model::FindingKind>(i))}}, verification.findings[i]);
  }
}

void WriteForecast(MetricsWriter& writer, const Summary& summary, const MetricsState& state) {
  const RunCounters& counters = summary.counters;
  const base::Duration actual = ActualTime(counters);
  writer.Gauge("rehome_run_duration_seconds",
               "Survey, organizations, users and memberships, over all processes of the run.",
               actual);
  if (counters.forecast_likely <= base::Duration::zero()) return;
  writer.Family("rehome_forecast_seconds", Kind::kGauge, "What the run was foretold to take.")
      .Sample({{"bound", "shortest"}}, counters.forecast_min)
      .Sample({{"bound", "likely"}}, counters.forecast_likely);
  if (!state.exit_code || !journal::ImportEnded(summary.run)) return;
  writer.Gauge("rehome_forecast_error_seconds",
               "By how much the run took longer than was foretold, pauses left out; below 0: less.",
               actual - counters.paused - counters.forecast_likely);
}

}  // namespace

std::string RenderMetrics(const Summary& summary, const MetricsState& state) {
  // On each sample: several targets write files into one directory.
  MetricsWriter writer("target", SafeLabel(summary.run.target_name));
  WriteRun(writer, summary, state);
  WriteOutcomes(writer, summary);
  WriteRequests(writer, summary);
  WriteTimeline(writer, summary.counters.timeline);
  WriteCacheAndLock(writer, summary.counters);
  WriteVerification(writer, summary.counters.verification);
  WriteForecast(writer, summary, state);
  return writer.Take();
}

bool IsMetrics(std::string_view text) { return text.starts_with("# HELP rehome_"); }

std::optional<double> LastSuccessIn(std::string_view metrics) {
  const std::string begin = "\n" + std::string(kLastSuccess) + "{";
  const std::size_t at = metrics.find(begin);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view line = metrics.substr(at + begin.size());
  line = line.substr(0, line.find('\n'));
  return base::ParseDouble(std::string(line.substr(line.rfind(' ') + 1)));
}

}  // namespace rehome::report
