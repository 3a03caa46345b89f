#pragma once

#include <string>

#include "base/clock.h"
#include "json/value.h"
#include "sandbox/call.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// What can be changed while the sandbox runs.
struct Settings {
  Rules rules;
  base::Duration lag{0};
  base::Duration latency_min{0};
  base::Duration latency_max{0};
};

/// `settings` with the members of `body` (lag_ms, reference_lag_ms, latency_min_ms,
/// latency_max_ms, unique, multiple_roles); 422 for an unknown member or a value out of range.
Checked<Settings> ChangeSettings(Settings settings, const json::Value& body);
std::string RenderSettings(const Settings& settings);

}  // namespace rehome::sandbox
