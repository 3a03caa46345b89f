#include <array>
#include <optional>
#include <utility>

#include "base/text.h"
#include "journal/run_facts_json.h"
#include "json/value.h"
#include "json/writer.h"
#include "report/render.h"
#include "report/timeline_json.h"

namespace rehome::report {
namespace {

using model::OutcomeKind;
using model::Phase;

// Raised when an older rehome would misread the document; new members alone need no new version.
constexpr std::int64_t kVersion = 1;

// Durations are whole nanoseconds, so that a summary read back equals the one that was written.
struct NumberMember {
  const char* name;
  std::int64_t RunCounters::*member;
};
constexpr std::array<NumberMember, 5> kNumbers = {{
    {"cache_entries", &RunCounters::cache_entries},
    {"cache_hits", &RunCounters::cache_hits},
    {"cache_misses", &RunCounters::cache_misses},
    {"mismatched_answers", &RunCounters::mismatched_answers},
    {"connections", &RunCounters::connections},
}};
struct DurationMember {
  const char* name;
  base::Duration RunCounters::*member;
};
constexpr std::array<DurationMember, 5> kDurations = {{
    {"lock_wait_ns", &RunCounters::lock_wait},
    {"machine_ns", &RunCounters::machine},
    {"paused_ns", &RunCounters::paused},
    {"forecast_min_ns", &RunCounters::forecast_min},
    {"forecast_likely_ns", &RunCounters::forecast_likely},
}};

struct VerificationMember {
  const char* name;
  std::int64_t model::Verification::*member;
};
constexpr std::array<VerificationMember, 7> kVerificationNumbers = {{
    {"organizations", &model::Verification::organizations},
    {"users", &model::Verification::users},
    {"memberships", &model::Verification::memberships},
    {"external_ids_unchecked", &model::Verification::external_ids_unchecked},
    {"requests", &model::Verification::requests},
    {"rate_limited", &model::Verification::rate_limited},
    {"mismatched_answers", &model::Verification::mismatched_answers},
}};

base::Error FormatError(const std::string& what) {
  return {base::ErrorCode::kFormat, "the summary cannot be read: " + what};
}

std::int64_t IntAt(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? 0 : value->AsInt().value_or(0);
}

const json::Value& MemberAt(const json::Value& object, std::string_view key) {
  static const json::Value absent;
  const json::Value* value = object.Find(key);
  return value == nullptr ? absent : *value;
}

std::optional<Phase> PhaseNamed(std::string_view name) {
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    if (model::NameOf(static_cast<Phase>(i)) == name) return static_cast<Phase>(i);
  }
  return std::nullopt;
}

void WriteCounts(json::Writer& writer, const OutcomeCounts& counts) {
  for (std::size_t i = 0; i < counts.size(); ++i) {
    writer.Field(model::NameOf(static_cast<OutcomeKind>(i)), counts[i]);
  }
}

OutcomeCounts ReadCounts(const json::Value& object) {
  OutcomeCounts counts{};
  for (std::size_t i = 0; i < counts.size(); ++i) {
    counts[i] = IntAt(object, model::NameOf(static_cast<OutcomeKind>(i)));
  }
  return counts;
}

// `cause`, `fix` and `retryable` are for readers; they are not read back.
void WriteGroup(json::Writer& writer, const ErrorGroup& group) {
  const model::ReasonFacts& facts = model::FactsOf(group.reason);
  writer.BeginObject().Field("phase", model::NameOf(group.phase)).Field("code", facts.code);
  writer.Field("count", group.count).Field("derived", group.derived);
  writer.Key("rows").BeginArray();
  for (const std::int64_t row : group.sample_rows) writer.Int(row);
  writer.EndArray().Field("detail", group.sample_detail).Field("words", group.words);
  writer.Key("columns").BeginObject();
  for (const auto& [column, count] : group.columns) writer.Field(column, count);
  writer.EndObject().Field("cause", facts.cause).Field("fix", facts.fix);
  writer.Field("retryable", facts.retryable == model::Retryable::kYes).EndObject();
}

base::Result<ErrorGroup> ReadGroup(const json::Value& object) {
  const auto phase = PhaseNamed(object.StringAt("phase"));
  const auto reason = model::ReasonWithCode(object.StringAt("code"));
  if (!phase || !reason)
    return FormatError("it has a code or phase that this rehome does not know");
  ErrorGroup group;
  group.phase = *phase;
  group.reason = *reason;
  group.count = IntAt(object, "count");
  group.derived = IntAt(object, "derived");
  for (const json::Value& row : MemberAt(object, "rows").elements()) {
    group.sample_rows.push_back(row.AsInt().value_or(0));
  }
  group.sample_detail = object.StringAt("detail");
  for (const json::Member& column : MemberAt(object, "columns").members()) {
    group.columns.emplace_back(column.key, column.value.AsInt().value_or(0));
  }
  group.words = object.StringAt("words");
  return group;
}

template <class T>
void WriteAll(json::Writer& writer, std::string_view key, const std::vector<T>& values,
              void (*write)(json::Writer&, const T&)) {
  writer.Key(key).BeginArray();
  for (const T& value : values) write(writer, value);
  writer.EndArray();
}

template <class T>
base::Result<std::vector<T>> ReadAll(const json::Value& array,
                                     base::Result<T> (*read)(const json::Value&)) {
  std::vector<T> values;
  for (const json::Value& element : array.elements()) {
    auto value = read(element);
    if (!value) return value.error();
    values.push_back(*std::move(value));
  }
  return values;
}

void WriteVerification(json::Writer& writer, const RunCounters& counters) {
  const model::Verification& verification = counters.verification;
  writer.Key("verification").BeginObject();
  writer.Field("state", model::NameOf(verification.state));
  writer.Field("why_incomplete", verification.why_incomplete);
  for (const auto& [name, member] : kVerificationNumbers) writer.Field(name, verification.*member);
  for (std::size_t i = 0; i < verification.findings.size(); ++i) {
    writer.Field(model::NameOf(static_cast<model::FindingKind>(i)), verification.findings[i]);
  }
  writer.Field("time_ns", verification.time.count());
  WriteAll(writer, "groups", counters.findings, &WriteGroup);
  writer.EndObject();
}

base::Status ReadVerification(const json::Value& object, RunCounters& counters) {
  model::Verification& verification = counters.verification;
  // Documents of before there was a verification have no such object.
  const std::string_view state = object.StringAt("state");
  const auto known = model::VerificationStateNamed(state.empty() ? "not run" : state);
  if (!known) return FormatError("its verification has a state that this rehome does not know");
  verification.state = *known;
  verification.why_incomplete = object.StringAt("why_incomplete");
  for (const auto& [name, member] : kVerificationNumbers) {
    verification.*member = IntAt(object, name);
  }
  for (std::size_t i = 0; i < verification.findings.size(); ++i) {
    verification.findings[i] = IntAt(object, model::NameOf(static_cast<model::FindingKind>(i)));
  }
  verification.time = base::Duration(IntAt(object, "time_ns"));
  auto groups = ReadAll<ErrorGroup>(MemberAt(object, "groups"), &ReadGroup);
  if (!groups) return groups.error();
  counters.findings = *std::move(groups);
  return {};
}

void WriteControl(json::Writer& writer, const ControlNote& note) {
  writer.BeginObject().Field("at", note.at).Field("command", note.command).EndObject();
}

void WriteCounters(json::Writer& writer, const RunCounters& counters) {
  writer.Key("counters").BeginObject();
  for (const auto& [name, member] : kNumbers) writer.Field(name, counters.*member);
  for (const auto& [name, member] : kDurations) writer.Field(name, (counters.*member).count());
  writer.Key("phases").BeginObject();
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    writer.Key(model::NameOf(static_cast<Phase>(i))).BeginObject();
    writer.Field("time_ns", counters.time[i].count());
    writer.Field("requests", counters.requests[i]);
    writer.Field("rate_limited", counters.rate_limited[i]).EndObject();
  }
  writer.EndObject();
  WriteAll(writer, "controls", counters.controls, &WriteControl);
  WriteVerification(writer, counters);
  writer.EndObject();
}

RunCounters ReadCounters(const json::Value& object) {
  RunCounters counters;
  for (const auto& [name, member] : kNumbers) counters.*member = IntAt(object, name);
  for (const auto& [name, member] : kDurations) {
    counters.*member = base::Duration(IntAt(object, name));
  }
  const json::Value& phases = MemberAt(object, "phases");
  for (std::size_t i = 0; i < kPhaseCount; ++i) {
    const json::Value& phase = MemberAt(phases, model::NameOf(static_cast<Phase>(i)));
    counters.time[i] = base::Duration(IntAt(phase, "time_ns"));
    counters.requests[i] = IntAt(phase, "requests");
    counters.rate_limited[i] = IntAt(phase, "rate_limited");
  }
  for (const json::Value& note : MemberAt(object, "controls").elements()) {
    counters.controls.push_back(
        {.at = std::string(note.StringAt("at")), .command = std::string(note.StringAt("command"))});
  }
  return counters;
}

void WriteLine(json::Writer& writer, const PhaseLine& line) {
  writer.BeginObject().Field("phase", model::NameOf(line.phase)).Field("read", line.read);
  WriteCounts(writer, line.counts);
  writer.Field("in_doubt", line.in_doubt).Field("time_ns", line.time.count());
  writer.Field("requests", line.requests).Field("rate_limited", line.rate_limited).EndObject();
}

base::Result<PhaseLine> ReadLine(const json::Value& object) {
  const auto phase = PhaseNamed(object.StringAt("phase"));
  if (!phase) return FormatError("it has a phase that this rehome does not know");
  PhaseLine line;
  line.phase = *phase;
  line.read = IntAt(object, "read");
  line.counts = ReadCounts(object);
  line.in_doubt = IntAt(object, "in_doubt");
  line.time = base::Duration(IntAt(object, "time_ns"));
  line.requests = IntAt(object, "requests");
  line.rate_limited = IntAt(object, "rate_limited");
  return line;
}

}  // namespace

std::string RenderJson(const Summary& summary) {
  json::Writer writer;
  writer.BeginObject().Field("version", kVersion);
  writer.Key("run").Raw(base::Trim(journal::EncodeRunFacts(summary.run)));
  writer.Key("rows").BeginObject().Field("read", summary.rows_read);
  WriteCounts(writer, summary.rows);
  writer.EndObject();
  WriteAll(writer, "phases", summary.phases, &WriteLine);
  WriteAll(writer, "errors", summary.errors, &WriteGroup);
  WriteAll(writer, "warnings", summary.warnings, &WriteGroup);
  writer.Field("adopted_with_password", summary.adopted_with_password);
  writer.Field("verification", model::NameOf(summary.counters.verification.state));
  writer.Field("stop_reason", summary.stop_reason);
  WriteCounters(writer, summary.counters);
  writer.Key("timeline");
  WriteTimeline(writer, summary.counters.timeline);
  writer.EndObject();
  return writer.Take();
}

base::Result<Summary> ParseSummaryJson(const std::string& json) {
  const auto document = json::Parse(json);
  if (!document) return FormatError(document.error().message);
  const std::int64_t version = IntAt(*document, "version");
  if (version != kVersion) {
    return FormatError("it has version " + std::to_string(version) +
                       " and this rehome knows version " + std::to_string(kVersion));
  }
  const auto run = journal::DecodeRunFacts(json::Serialize(MemberAt(*document, "run")));
  if (!run) return FormatError("its run: " + run.error().message);
  auto phases = ReadAll<PhaseLine>(MemberAt(*document, "phases"), &ReadLine);
  if (!phases) return phases.error();
  auto errors = ReadAll<ErrorGroup>(MemberAt(*document, "errors"), &ReadGroup);
  if (!errors) return errors.error();
  auto warnings = ReadAll<ErrorGroup>(MemberAt(*document, "warnings"), &ReadGroup);
  if (!warnings) return warnings.error();

  Summary summary;
  summary.run = *run;
  const json::Value& counters = MemberAt(*document, "counters");
  summary.counters = ReadCounters(counters);
  summary.counters.timeline = ReadTimeline(MemberAt(*document, "timeline"));
  RETURN_IF_ERROR(ReadVerification(MemberAt(counters, "verification"), summary.counters));
  summary.rows = ReadCounts(MemberAt(*document, "rows"));
  summary.rows_read = IntAt(MemberAt(*document, "rows"), "read");
  summary.phases = *std::move(phases);
  summary.errors = *std::move(errors);
  summary.warnings = *std::move(warnings);
  summary.adopted_with_password = IntAt(*document, "adopted_with_password");
  summary.stop_reason = document->StringAt("stop_reason");
  return summary;
}

}  // namespace rehome::report
