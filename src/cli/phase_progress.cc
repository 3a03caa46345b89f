#include "cli/phase_progress.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <numeric>

#include "json/writer.h"
#include "report/verification_line.h"

namespace rehome::cli {
namespace {

using dispatch::Brake;
using model::OutcomeKind;

// `14:03:20` by the clock on the wall of whoever looks.
std::string TimeOfDay(base::WallTime time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 16> text{};
  std::strftime(text.data(), text.size(), "%H:%M:%S", &local);
  return text.data();
}

// `paused until 14:03:20`, or `paused` when nobody knows: `words` end in the word before the time.
std::string WithTime(std::string words, std::optional<base::WallTime> time) {
  if (time) return words + TimeOfDay(*time);
  words.resize(words.rfind(' ', words.size() - 2));
  return words;
}

}  // namespace

PhaseCounts CountsOf(const pipeline::Progress& progress, pipeline::ImportPhase phase,
                     std::int64_t all) {
  const bool warming = phase == pipeline::ImportPhase::kOrganizations;
  const pipeline::TallySnapshot& tally = progress.tally;
  const auto& outcomes = warming ? tally.organizations : tally.rows;
  PhaseCounts counts;
  counts.name = warming ? "organizations" : "rows";
  counts.done = warming ? std::accumulate(outcomes.begin(), outcomes.end(), std::int64_t{0})
                        : tally.rows_seen;
  counts.all = all;
  counts.worked =
      counts.done - (warming ? tally.organizations_passed_over : tally.rows_passed_over);
  counts.time = warming ? progress.organizations_time : progress.rows_time;
  for (const auto kind : {OutcomeKind::kFailed, OutcomeKind::kRejected, OutcomeKind::kParked}) {
    const std::int64_t count = outcomes[static_cast<std::size_t>(kind)];
    if (count > 0) counts.errors.emplace_back(NameOf(kind), count);
  }
  return counts;
}

PhaseCounts CountsOf(const model::Verification& verification, std::int64_t objects) {
  PhaseCounts counts;
  counts.name = "verification";
  counts.done = report::ComparedBy(verification);
  counts.all = objects;
  counts.worked = counts.done;
  counts.time = verification.time;
  const std::int64_t found = model::AccusationsOf(verification);
  if (found > 0) counts.errors.emplace_back(found == 1 ? "finding" : "findings", found);
  return counts;
}

LimitText LimitTextOf(Brake brake, std::optional<base::WallTime> until, const std::string& rate) {
  const bool by_rate = !rate.empty() && rate != "none";
  switch (brake) {
    case Brake::kMachine:
      return {.words = "this machine", .brief = "machine"};
    case Brake::kJournal:
      return {.words = "commits to the journal", .brief = "journal"};
    case Brake::kAnswers:
      return {.words = "latency of the target", .brief = "latency"};
    case Brake::kWriteQuota:
      if (by_rate) return {.words = "--rate " + rate, .brief = "--rate"};
      return {.words = "write quota", .brief = "write quota"};
    case Brake::kReadQuota:
      return {.words = by_rate ? "reads of --rate " + rate : "read quota", .brief = "read quota"};
    case Brake::kTotalQuota:
      return {.words = by_rate ? "all requests of --rate " + rate : "quota of all requests",
              .brief = "total quota"};
    case Brake::kMinDelay:
      return {.words = "--min-delay", .brief = "--min-delay"};
    case Brake::kLimited:
      return {.words = WithTime("paused by 429 until ", until),
              .brief = WithTime("429 until ", until),
              .waiting = true};
    case Brake::kExcused:
      return {.words = WithTime("paused by the target until ", until),
              .brief = WithTime("paused until ", until),
              .waiting = true};
    case Brake::kUnreached:
      return {.words = WithTime("the target does not answer, tried again at ", until),
              .brief = "no answer",
              .waiting = true};
    case Brake::kIll:
      return {.words = WithTime("circuit breaker: the target fails, asked again at ", until),
              .brief = "target fails",
              .waiting = true};
    case Brake::kLock:
      return {.words = "writes wait for the target's lock", .brief = "lock", .waiting = true};
    case Brake::kBackoff:
      return {.words = WithTime("all that is left waits for its next try or look-up, at ", until),
              .brief = "waiting",
              .waiting = true};
    case Brake::kPaused:
      return {.words = "paused", .brief = kPausedBriefly, .waiting = true};
  }
  return {};
}

std::string EncodePhase(const PhaseProgress& progress) {
  const PhaseCounts& counts = progress.counts;
  json::Writer writer;
  writer.BeginObject()
      .Field("phase", counts.name)
      .Field("done", counts.done)
      .Field("total", counts.all)
      .Field("time_ns", counts.time.count())
      .Field("ended", progress.ended);
  if (progress.per_second) writer.Field("per_second", *progress.per_second);
  if (counts.in_flight > 0) writer.Field("rows_in_flight", counts.in_flight);
  if (progress.left) writer.Field("left_ns", progress.left->count());
  if (!progress.limit.words.empty()) {
    writer.Field("limit", progress.limit.words)
        .Field("limit_brief", progress.limit.brief)
        .Field("waiting", progress.limit.waiting);
  }
  writer.Key("errors").BeginObject();
  for (const auto& [kind, count] : counts.errors) writer.Field(kind, count);
  writer.EndObject().EndObject();
  return writer.Take();
}

PhaseProgress DecodePhase(const json::Value& object) {
  const auto number = [&](std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr ? value->AsInt() : std::nullopt;
  };
  const auto is = [&](std::string_view key) {
    const json::Value* value = object.Find(key);
    return value != nullptr && value->AsBool().value_or(false);
  };
  PhaseProgress progress;
  progress.counts.name = object.StringAt("phase");
  progress.counts.done = number("done").value_or(0);
  progress.counts.all = number("total").value_or(0);
  progress.counts.worked = progress.counts.done;
  progress.counts.time = base::Duration(number("time_ns").value_or(0));
  progress.counts.in_flight = number("rows_in_flight").value_or(0);
  progress.ended = is("ended");
  if (const json::Value* rate = object.Find("per_second")) progress.per_second = rate->AsDouble();
  if (const auto left = number("left_ns")) progress.left = base::Duration(*left);
  progress.limit = {.words = std::string(object.StringAt("limit")),
                    .brief = std::string(object.StringAt("limit_brief")),
                    .waiting = is("waiting")};
  const json::Value* errors = object.Find("errors");
  if (errors == nullptr) return progress;
  for (const json::Member& error : errors->members()) {
    progress.counts.errors.emplace_back(error.key, error.value.AsInt().value_or(0));
  }
  return progress;
}

}  // namespace rehome::cli
