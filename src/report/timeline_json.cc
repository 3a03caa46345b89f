#include "report/timeline_json.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <string_view>

namespace rehome::report {
namespace {

using model::TimelineBucket;
using model::TimelineLimits;

// Raised when a member gets another meaning or goes; a timeline of another version is not shown.
constexpr std::int64_t kVersion = 1;

struct CountMember {
  const char* name;
  std::int64_t TimelineBucket::*member;
};
constexpr std::array<CountMember, 4> kCounts = {{
    {"writes", &TimelineBucket::writes},
    {"reads", &TimelineBucket::reads},
    {"rate_limited", &TimelineBucket::rate_limited},
    {"troubles", &TimelineBucket::troubles},
}};
struct LimitMember {
  const char* name;
  std::int64_t TimelineLimits::*member;
};
constexpr std::array<LimitMember, 3> kLimits = {{
    {"user_writes_per_10s", &TimelineLimits::user_writes_per_10s},
    {"user_reads_per_10s", &TimelineLimits::user_reads_per_10s},
    {"all_per_60s", &TimelineLimits::all_per_60s},
}};
constexpr std::array<const char*, model::kWaitCount> kWaits = {"quota_wait_ns", "pause_ns",
                                                               "backoff_ns"};

std::int64_t IntAt(const json::Value& object, std::string_view key) {
  const json::Value* value = object.Find(key);
  return value == nullptr ? 0 : value->AsInt().value_or(0);
}

void WriteBucket(json::Writer& writer, const TimelineBucket& bucket) {
  writer.BeginObject().Field("start_ms", bucket.start_ms);
  for (const auto& [name, member] : kCounts) {
    if (bucket.*member != 0) writer.Field(name, bucket.*member);
  }
  for (std::size_t i = 0; i < kWaits.size(); ++i) {
    if (bucket.waits[i].count() != 0) writer.Field(kWaits[i], bucket.waits[i].count());
  }
  writer.Key("latency").BeginArray();
  for (std::size_t i = 0; i < bucket.latency.size(); ++i) {
    if (bucket.latency[i] == 0) continue;
    writer.BeginArray().Int(model::LatencyBoundUs(i)).Int(bucket.latency[i]).EndArray();
  }
  writer.EndArray().EndObject();
}

void ReadBucket(const json::Value& object, model::Timeline& timeline) {
  TimelineBucket& bucket =
      timeline.At(base::WallTime(std::chrono::milliseconds(IntAt(object, "start_ms"))));
  for (const auto& [name, member] : kCounts) bucket.*member += IntAt(object, name);
  for (std::size_t i = 0; i < kWaits.size(); ++i) {
    bucket.waits[i] += base::Duration(IntAt(object, kWaits[i]));
  }
  const json::Value* latency = object.Find("latency");
  if (latency == nullptr) return;
  for (const json::Value& pair : latency->elements()) {
    if (pair.elements().size() != 2) continue;
    const std::chrono::microseconds bound(pair.elements()[0].AsInt().value_or(0));
    const std::int64_t count = pair.elements()[1].AsInt().value_or(0);
    bucket.latency[model::LatencyClassOf(bound)] += static_cast<std::uint32_t>(count);
  }
}

}  // namespace

void WriteTimeline(json::Writer& writer, const model::Timeline& timeline) {
  writer.BeginObject().Field("version", kVersion).Field("width_ms", timeline.width_ms());
  writer.Key("limits").BeginObject();
  for (const auto& [name, member] : kLimits) writer.Field(name, timeline.limits.*member);
  writer.EndObject().Key("buckets").BeginArray();
  for (const TimelineBucket& bucket : timeline.buckets()) WriteBucket(writer, bucket);
  writer.EndArray().EndObject();
}

model::Timeline ReadTimeline(const json::Value& value) {
  const json::Value* buckets = value.Find("buckets");
  if (buckets == nullptr || IntAt(value, "version") != kVersion) return {};
  // The width of the document cannot be narrower than what it holds; a foreign one is not believed.
  model::Timeline timeline = model::Timeline::OfWidth(IntAt(value, "width_ms"));
  if (const json::Value* limits = value.Find("limits")) {
    for (const auto& [name, member] : kLimits) timeline.limits.*member = IntAt(*limits, name);
  }
  for (const json::Value& bucket : buckets->elements()) ReadBucket(bucket, timeline);
  return timeline;
}

}  // namespace rehome::report
