#include "cli/run_options.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <thread>
#include <utility>

#include "base/text.h"

namespace rehome::cli {
namespace {

constexpr int kMostInFlight = 10000;
// Of options that have no effect on what comes to be on the target.
constexpr const char* kPacePrefix = "pace.";

// Ten years: added to any time of day it is still far from what the clocks can hold.
constexpr base::Duration kLongestTime = std::chrono::hours(24 * 3650);

base::Error Usage(std::string message) { return {base::ErrorCode::kUsage, std::move(message)}; }

std::string YesNo(bool value) { return value ? "yes" : "no"; }

std::string At(const std::map<std::string, std::string>& text, const std::string& key) {
  const auto found = text.find(key);
  return found == text.end() ? "" : found->second;
}

int IntAt(const std::map<std::string, std::string>& text, const std::string& key, int otherwise) {
  return static_cast<int>(base::ParseInt(At(text, key)).value_or(otherwise));
}

std::vector<std::string> LinesAt(const std::map<std::string, std::string>& text,
                                 const std::string& key) {
  const std::string lines = At(text, key);
  return lines.empty() ? std::vector<std::string>() : base::Split(lines, '\n');
}

std::optional<base::Duration> SizeOf(const std::string& unit) {
  if (unit == "ms") return std::chrono::milliseconds(1);
  if (unit == "s") return std::chrono::seconds(1);
  if (unit == "m") return std::chrono::minutes(1);
  if (unit == "h") return std::chrono::hours(1);
  return std::nullopt;
}

// Those that change what comes to be on the target.
std::map<std::string, std::string> EffectsOf(const std::map<std::string, std::string>& all) {
  std::map<std::string, std::string> kept;
  for (const auto& [key, value] : all) {
    if (!key.starts_with(kPacePrefix) && key != kNoLockOption) kept[key] = value;
  }
  return kept;
}

// A value of an option for people; of a list, one by one.
std::string Shown(const std::string& value) {
  if (value.empty()) return "not given";
  return base::EscapeForTerminal(base::Join(base::Split(value, '\n'), " and "), 200);
}

}  // namespace

std::map<std::string, std::string> EncodeRunOptions(const RunOptions& options) {
  const InputOptions& input = options.input;
  const PaceOptions& pace = options.pace;
  std::map<std::string, std::string> text = {
      {"map", base::Join(input.maps, "\n")},
      {"ignore-column", base::Join(input.ignored, "\n")},
      {"as-plain-input", YesNo(input.as_plain_input)},
      {"org-by-name", YesNo(input.org_by_name)},
      {"first-role-only", YesNo(input.first_role_only)},
      {"org-id", input.org_id},
      {"org-external-id", input.org_external_id},
      {"org-name", input.org_name},
      {"on-existing", options.on_existing},
      {"adopt-unverified", YesNo(options.adopt_unverified)},
      {"pace.full-success", YesNo(options.full_success)},
      {std::string(kCaFileOption), options.ca_file},
      {std::string(kCoordinatorOption), options.coordinator},
      {"pace.concurrency", pace.concurrency},
      {"pace.workers", std::to_string(pace.workers)},
      {"pace.rate", pace.rate},
      {"pace.reserve", std::to_string(pace.reserve)},
      {"pace.min-delay", std::to_string(pace.min_delay_ms)},
      {"pace.warm-concurrency", std::to_string(pace.warm_concurrency)},
      {"pace.max-failures", pace.max_failures}};
  return text;
}

RunOptions DecodeRunOptions(const std::map<std::string, std::string>& text) {
  RunOptions options;
  options.input.maps = LinesAt(text, "map");
  options.input.ignored = LinesAt(text, "ignore-column");
  options.input.as_plain_input = At(text, "as-plain-input") == "yes";
  options.input.org_by_name = At(text, "org-by-name") == "yes";
  options.input.first_role_only = At(text, "first-role-only") == "yes";
  options.input.org_id = At(text, "org-id");
  options.input.org_external_id = At(text, "org-external-id");
  options.input.org_name = At(text, "org-name");
  options.on_existing = At(text, "on-existing");
  options.adopt_unverified = At(text, "adopt-unverified") == "yes";
  options.full_success = At(text, "pace.full-success") == "yes";
  options.ca_file = At(text, std::string(kCaFileOption));
  options.coordinator = At(text, std::string(kCoordinatorOption));
  options.pace.concurrency = At(text, "pace.concurrency");
  options.pace.workers = IntAt(text, "pace.workers", 0);
  options.pace.rate = At(text, "pace.rate");
  options.pace.reserve = IntAt(text, "pace.reserve", 10);
  options.pace.min_delay_ms = IntAt(text, "pace.min-delay", 0);
  options.pace.warm_concurrency = IntAt(text, "pace.warm-concurrency", 1);
  options.pace.max_failures = At(text, "pace.max-failures");
  return options;
}

bool HaveSameEffects(const std::map<std::string, std::string>& a,
                     const std::map<std::string, std::string>& b) {
  return EffectsOf(a) == EffectsOf(b);
}

std::vector<std::string> DifferentEffects(const std::map<std::string, std::string>& before,
                                          const std::map<std::string, std::string>& now) {
  std::vector<std::string> lines;
  std::map<std::string, std::string> all = EffectsOf(before);
  all.merge(EffectsOf(now));
  for (const auto& [key, value] : all) {
    const std::string was = At(before, key);
    const std::string is = At(now, key);
    if (was != is) lines.push_back("--" + key + " " + Shown(was) + ", now " + Shown(is));
  }
  return lines;
}

base::Result<csv::ColumnOptions> ColumnOptionsOf(const InputOptions& input) {
  csv::ColumnOptions columns;
  for (const std::string& map : input.maps) {
    const std::size_t at = map.rfind('=');
    if (at == std::string::npos || at == 0 || at + 1 == map.size()) {
      return Usage("--map wants 'header name=column', not \"" + base::EscapeForTerminal(map) +
                   "\"");
    }
    columns.renames[map.substr(0, at)] = map.substr(at + 1);
  }
  columns.ignored = input.ignored;
  columns.plain_input = input.as_plain_input;
  return columns;
}

base::Result<dispatch::PaceSettings> PaceOf(const PaceOptions& options) {
  dispatch::PaceSettings pace = dispatch::DocumentedPace(options.reserve);
  if (options.rate == "none") {
    pace = dispatch::NoPace();
  } else if (!options.rate.empty()) {
    const auto rate = base::ParseDouble(options.rate);
    const std::string shown = "\"" + base::EscapeForTerminal(options.rate) + "\"";
    if (!rate || std::isnan(*rate) || *rate <= 0) {
      return Usage("--rate wants writes per second or none, not " + shown);
    }
    if (*rate < kLowestRate) {
      return Usage("--rate wants at least 0.1 writes per second, not " + shown +
                   "; for less, use --min-delay with the milliseconds between two requests");
    }
    if (*rate > kHighestRate) {
      return Usage("--rate wants at most 10,000 writes per second or none, not " + shown);
    }
    pace = dispatch::PaceForRate(*rate);
  }
  pace.min_delay = std::chrono::milliseconds(options.min_delay_ms);
  return pace;
}

base::Result<survey::OrganizationOptions> OrganizationOptionsOf(const InputOptions& input) {
  survey::OrganizationOptions options;
  options.by_name = input.org_by_name;
  if (!input.org_id.empty() && !input.org_external_id.empty()) {
    return Usage("--org-id and --org-external-id exclude each other");
  }
  using Kind = model::OrganizationRef::Kind;
  // Without surrounding blanks, as the cells of a file are taken.
  const std::string name(base::Trim(input.org_name));
  if (!input.org_name.empty() && name.empty()) return Usage("--org-name is blank");
  if (!input.org_id.empty()) {
    if (!name.empty()) return Usage("--org-name goes with --org-external-id");
    const std::string id(base::Trim(input.org_id));
    if (!model::IsOrganizationId(id)) {
      return Usage("--org-id wants org_ with letters and digits behind it, not \"" +
                   base::EscapeForTerminal(id) + "\"");
    }
    options.all_rows = model::OrganizationRef{.kind = Kind::kId, .value = id};
  } else if (!input.org_external_id.empty()) {
    const std::string id(base::Trim(input.org_external_id));
    if (!model::IsOrganizationExternalId(id)) {
      return Usage("--org-external-id wants 1 to 128 characters of printable ASCII, not \"" +
                   base::EscapeForTerminal(id) + "\"");
    }
    options.all_rows = model::OrganizationRef{.kind = Kind::kExternalId, .value = id};
    options.all_rows_name = name;
  } else if (!name.empty()) {
    if (!input.org_by_name) {
      return Usage("--org-name alone is not unique: add --org-external-id, or --org-by-name");
    }
    options.all_rows = model::OrganizationRef{.kind = Kind::kName, .value = name};
    options.all_rows_name = name;
  }
  return options;
}

base::Result<pipeline::ImportOptions> ImportOptionsOf(const RunOptions& options) {
  pipeline::ImportOptions import;
  auto pace = PaceOf(options.pace);
  if (!pace) return pace.error();
  import.dispatch.pace = *pace;
  import.dispatch.adopt_unverified = options.adopt_unverified;
  import.dispatch.drop_refused_passwords = options.drop_refused_passwords;
  if (options.on_existing == "skip") import.dispatch.on_existing = dispatch::OnExisting::kSkip;
  if (options.on_existing == "update") import.dispatch.on_existing = dispatch::OnExisting::kUpdate;
  if (options.on_existing == "fail") import.dispatch.on_existing = dispatch::OnExisting::kFail;
  auto limit = dispatch::FailureLimit::Parse(options.pace.max_failures);
  if (!limit) return limit.error();
  import.failure_limit = *limit;
  auto organization = OrganizationOptionsOf(options.input);
  if (!organization) return organization.error();
  import.plan = {.org_by_name = options.input.org_by_name,
                 .first_role_only = options.input.first_role_only,
                 .all_rows = organization->all_rows};
  if (options.pace.concurrency != "auto") {
    const auto rows = base::ParseInt(options.pace.concurrency);
    if (!rows || *rows < 1 || *rows > kMostInFlight) {
      return Usage("--concurrency wants auto or a number from 1 to 10000, not \"" +
                   base::EscapeForTerminal(options.pace.concurrency) + "\"");
    }
    import.in_flight = static_cast<int>(*rows);
  }
  const int cores = static_cast<int>(std::max(std::thread::hardware_concurrency(), 1U));
  import.workers = options.pace.workers > 0 ? options.pace.workers : cores;
  import.warm_concurrency = options.pace.warm_concurrency;
  return import;
}

base::Result<base::Duration> ParseDuration(const std::string& text, const std::string& flag) {
  const std::size_t digits = text.find_first_not_of("0123456789");
  const auto number = base::ParseInt(text.substr(0, digits));
  const std::string unit = digits == std::string::npos ? "s" : text.substr(digits);
  const auto size = SizeOf(unit);
  const std::string shown = "\"" + base::EscapeForTerminal(text) + "\"";
  if (number && size) {
    if (*number <= kLongestTime / *size) return base::Duration(*number * *size);
    return Usage(flag + " wants at most ten years (87600h), not " + shown);
  }
  return Usage(flag + " wants a time such as 30s, 10m or 2h, not " + shown);
}

}  // namespace rehome::cli
