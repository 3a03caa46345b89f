#include "sandbox/settings.h"

#include <algorithm>
#include <optional>

#include "json/writer.h"
#include "sandbox/problem.h"

namespace rehome::sandbox {
namespace {

constexpr std::int64_t kMaxMilliseconds = 24 * 3600 * 1000;

std::optional<base::Duration> Milliseconds(const json::Value& value) {
  const std::optional<std::int64_t> ms = value.AsInt();
  if (!ms || *ms < 0 || *ms > kMaxMilliseconds) return std::nullopt;
  return std::chrono::milliseconds(*ms);
}

// Sets one member; false when its name or value is not legal.
bool SetMember(Settings& settings, const json::Member& member) {
  const std::optional<base::Duration> ms = Milliseconds(member.value);
  const std::optional<bool> flag = member.value.AsBool();
  if (member.key == "lag_ms" && ms) settings.lag = *ms;
  if (member.key == "reference_lag_ms" && ms) settings.rules.reference_lag = *ms;
  if (member.key == "latency_min_ms" && ms) settings.latency_min = *ms;
  if (member.key == "latency_max_ms" && ms) settings.latency_max = *ms;
  if (member.key == "unique" && flag) settings.rules.unique = *flag;
  if (member.key == "multiple_roles" && flag) settings.rules.multiple_roles = *flag;
  const bool is_flag = member.key == "unique" || member.key == "multiple_roles";
  const bool is_time = member.key == "lag_ms" || member.key == "reference_lag_ms" ||
                       member.key == "latency_min_ms" || member.key == "latency_max_ms";
  return (is_flag && flag) || (is_time && ms);
}

}  // namespace

Checked<Settings> ChangeSettings(Settings settings, const json::Value& body) {
  for (const json::Member& member : body.members()) {
    if (!SetMember(settings, member)) {
      return InvalidParameter("setting_invalid",
                              "'" + member.key + "' is no setting or its value is not legal.");
    }
  }
  if (settings.latency_min > settings.latency_max) {
    return InvalidParameter("latency_invalid", "latency_min_ms is above latency_max_ms.");
  }
  return settings;
}

std::string RenderSettings(const Settings& settings) {
  json::Writer writer;
  writer.BeginObject();
  writer.Field("lag_ms", base::ToMilliseconds(settings.lag));
  writer.Field("latency_min_ms", base::ToMilliseconds(settings.latency_min));
  writer.Field("latency_max_ms", base::ToMilliseconds(settings.latency_max));
  writer.Field("unique", settings.rules.unique);
  writer.Field("multiple_roles", settings.rules.multiple_roles);
  writer.Field("reference_lag_ms", base::ToMilliseconds(settings.rules.reference_lag));
  writer.EndObject();
  return writer.Take();
}

}  // namespace rehome::sandbox
