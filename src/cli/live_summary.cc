#include "cli/live_summary.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "cli/rehearse_pace.h"
#include "json/value.h"
#include "json/writer.h"
#include "report/render.h"

namespace rehome::cli {
namespace {

using model::Phase;

std::size_t At(Phase phase) { return static_cast<std::size_t>(phase); }
std::size_t At(model::OutcomeKind kind) { return static_cast<std::size_t>(kind); }

std::int64_t Sum(const report::OutcomeCounts& counts) {
  std::int64_t sum = 0;
  for (const std::int64_t count : counts) sum += count;
  return sum;
}

report::PhaseLine LineOf(Phase phase, const report::OutcomeCounts& counts,
                         const report::RunCounters& counters) {
  report::PhaseLine line;
  line.phase = phase;
  line.read = Sum(counts);
  line.counts = counts;
  line.time = counters.time[At(phase)];
  line.requests = counters.requests[At(phase)];
  line.rate_limited = counters.rate_limited[At(phase)];
  return line;
}

// Others cannot tell it from the dates of a clock that runs faster.
std::optional<base::WallTime> WrittenAt(const base::Clock& clock) {
  if (clock.rate() == 1.0) return std::nullopt;
  return base::SystemClock().WallNow();
}

std::vector<report::ErrorGroup> GroupsOf(
    const std::map<std::pair<Phase, model::Reason>, pipeline::TroubleGroup>& troubles) {
  std::vector<report::ErrorGroup> groups;
  for (const auto& [key, trouble] : troubles) {
    report::ErrorGroup group;
    group.phase = key.first;
    group.reason = key.second;
    group.count = trouble.count;
    group.sample_rows = trouble.sample_rows;
    group.sample_detail = trouble.detail;
    group.words = trouble.words;
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace

report::RunCounters CountersAtStart(const Session& session) {
  report::RunCounters counters;
  counters.time[At(Phase::kSurvey)] = session.survey_time;
  counters.lock_wait = session.lock_wait;
  counters.forecast_min = session.forecast.with_settings.shortest;
  counters.forecast_likely = session.forecast.with_settings.likely;
  return counters;
}

report::RunCounters CountersOf(const Session& session, const pipeline::Coordinator& coordinator,
                               const pipeline::Progress& progress) {
  const dispatch::Counters& live = coordinator.counters();
  report::RunCounters counters = CountersAtStart(session);
  for (std::size_t i = 0; i < counters.requests.size(); ++i) {
    counters.requests[i] = live.requests[i].load();
    counters.rate_limited[i] = live.rate_limited[i].load();
  }
  counters.time[At(Phase::kOrganizations)] = progress.organizations_time;
  // Users and memberships are made side by side: both take the import's time.
  counters.time[At(Phase::kUsers)] = progress.rows_time;
  counters.time[At(Phase::kMemberships)] = progress.rows_time;
  counters.cache_entries = coordinator.cache().entries();
  counters.cache_hits = live.cache_hits.load();
  counters.cache_misses = live.cache_misses.load();
  counters.mismatched_answers = live.mismatched_answers.load();
  counters.timeline = live.timeline.Copy();
  if (session.rehearsal) counters.machine = session.rehearsal->pace->lost();
  return counters;
}

report::Summary LiveSummaryOf(const Session& session, const journal::RunFacts& facts,
                              const report::RunCounters& counters,
                              const pipeline::TallySnapshot& tally) {
  report::Summary summary;
  summary.run = facts;
  summary.counters = counters;
  summary.rows = tally.rows;
  summary.rows_read = session.part.last_row - session.part.first_row + 1;
  std::int64_t& unprocessed = summary.rows[At(model::OutcomeKind::kUnprocessed)];
  unprocessed = summary.rows_read - (Sum(summary.rows) - unprocessed);
  report::PhaseLine survey;
  survey.phase = Phase::kSurvey;
  survey.read = summary.rows_read;
  survey.time = session.survey_time;
  summary.phases = {survey, LineOf(Phase::kOrganizations, tally.organizations, counters),
                    LineOf(Phase::kUsers, tally.users, counters),
                    LineOf(Phase::kMemberships, tally.memberships, counters)};
  summary.errors = GroupsOf(tally.errors);
  summary.warnings = GroupsOf(tally.warnings);
  return summary;
}

std::string EncodeStatus(const StatusSnapshot& status) {
  json::Writer writer;
  writer.BeginObject()
      .Field("version", 1)
      .Field("as_of", base::FormatIso8601(status.as_of))
      .Field("pid", status.pid)
      .Field("phase", status.phase)
      .Field("clock_rate", status.clock_rate);
  if (status.written_at) writer.Field("written_at", base::FormatIso8601(*status.written_at));
  if (status.sent_until) writer.Field("sent_until", base::FormatIso8601(*status.sent_until));
  writer.Key("progress").BeginArray();
  for (const PhaseProgress& phase : status.progress) writer.Raw(EncodePhase(phase));
  writer.EndArray().Key("summary").Raw(report::RenderJson(status.summary)).EndObject();
  return writer.Take() + "\n";
}

std::string EncodeStatus(const report::Summary& summary, std::string_view phase,
                         const base::Clock& clock, std::optional<base::WallTime> sent_until,
                         std::vector<PhaseProgress> progress) {
  return EncodeStatus({.as_of = clock.WallNow(),
                       .phase = std::string(phase),
                       .pid = static_cast<std::int64_t>(getpid()),
                       .clock_rate = clock.rate(),
                       .written_at = WrittenAt(clock),
                       .sent_until = sent_until,
                       .summary = summary,
                       .progress = std::move(progress)});
}

void WriteSnapshot(const journal::RunDirectory& run, const report::Summary& summary,
                   std::string_view phase, const base::Clock& clock,
                   std::optional<base::WallTime> sent_until, std::vector<PhaseProgress> progress) {
  const base::Status ignored = base::ReplaceFileUnsynced(
      run.status_path(), EncodeStatus(summary, phase, clock, sent_until, std::move(progress)));
  static_cast<void>(ignored);
}

base::Result<StatusSnapshot> DecodeStatus(const std::string& text) {
  auto root = json::Parse(text);
  if (!root) return root.error();
  const json::Value* summary = root->Find("summary");
  if (summary == nullptr) {
    return base::Error{base::ErrorCode::kFormat, "status.json has no summary"};
  }
  auto parsed = report::ParseSummaryJson(json::Serialize(*summary));
  if (!parsed) return parsed.error();
  StatusSnapshot status;
  status.summary = std::move(*parsed);
  status.as_of = base::ParseIso8601(std::string(root->StringAt("as_of")));
  status.phase = root->StringAt("phase");
  if (const json::Value* pid = root->Find("pid")) status.pid = pid->AsInt().value_or(0);
  if (const json::Value* rate = root->Find("clock_rate")) {
    status.clock_rate = rate->AsDouble().value_or(1.0);
  }
  if (root->Find("written_at") != nullptr) {
    status.written_at = base::ParseIso8601(std::string(root->StringAt("written_at")));
  }
  if (root->Find("sent_until") != nullptr) {
    status.sent_until = base::ParseIso8601(std::string(root->StringAt("sent_until")));
  }
  if (const json::Value* phases = root->Find("progress")) {
    for (const json::Value& phase : phases->elements()) {
      status.progress.push_back(DecodePhase(phase));
    }
  }
  return status;
}

model::Timeline TimelineOf(const journal::RunDirectory& run) {
  if (const auto text = base::ReadWholeFile(run.status_path())) {
    if (auto status = DecodeStatus(*text)) return std::move(status->summary.counters.timeline);
  }
  if (const auto text = base::ReadWholeFile(run.summary_path())) {
    if (auto summary = report::ParseSummaryJson(*text))
      return std::move(summary->counters.timeline);
  }
  return {};
}

base::WallTime AliveUntil(const StatusSnapshot& status, const base::Clock& clock) {
  using std::chrono::milliseconds;
  // Steady time runs from the start of the machine; where it left out a suspension this is later,
  // which is on the safe side.
  const base::WallTime machine_started =
      clock.WallNow() - std::chrono::duration_cast<milliseconds>(clock.Now().time_since_epoch());
  const double until_next = 2.0 * static_cast<double>(kStatusEvery.count()) * status.clock_rate;
  const base::WallTime next = status.as_of + milliseconds(static_cast<std::int64_t>(until_next));
  const base::WallTime until = status.sent_until.value_or(next);
  return status.as_of < machine_started ? std::max(until, machine_started) : until;
}

}  // namespace rehome::cli
