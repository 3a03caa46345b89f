#include "cli/option_groups.h"

namespace rehome::cli {
namespace {

// A day: far from what the clocks can hold, and longer than anybody waits for the next request.
constexpr int kLongestMinDelayMs = 24 * 60 * 60 * 1000;

void AddDeadline(Section& section, PaceOptions& pace, const std::string& text) {
  section.Value("--deadline", pace.deadline, "T", text + ": 2h from now, or 06:00 [none]");
}

std::vector<std::string> AddSpeed(Section& section, PaceOptions& pace, const std::string& rate) {
  section.Value("--rate", pace.rate, "N", rate);
  section.Percent("--reserve", pace.reserve, "P%",
                  "of the documented quota, left for live traffic [10%]");
  section.Number("--min-delay", pace.min_delay_ms, "MS", "between the starts of two requests [0]",
                 {.highest = kLongestMinDelayMs});
  return {"--rate", "--reserve", "--min-delay"};
}

}  // namespace

void AddRunsDir(OpenCommand& command, CommonOptions& common) {
  Section(command, "Options")
      .Value("--runs-dir", common.runs_dir, "DIR",
             "where runs are kept [$REHOME_RUNS_DIR or .rehome/runs]");
}

Section AddOutput(OpenCommand& command, CommonOptions& common, const std::string& json) {
  OutputOptions& output = common.output;
  Section section(command, "Output");
  section.Flag("--json", output.json, json);
  section.Flag("-q,--quiet", output.quiet, "say as little as possible");
  section.Flag("-v,--verbose", output.verbose, "taken, and changes nothing: all is said");
  section.Choice("--color", output.color, {"auto", "always", "never"},
                 "auto, always or never: taken, and changes nothing");
  return section;
}

void AddProgressOfOwnClock(OpenCommand& command, CommonOptions& common) {
  Section section =
      AddOutput(command, common, "events as JSON Lines on stdout (docs/summary-json.md)");
  section.Choice("--progress", common.output.progress, {"auto", "bar", "plain", "none"},
                 "auto, bar, plain or none [auto]");
  section.Flag("--no-input", common.output.no_input, "never ask, not even on a terminal");
}

void AddProgress(OpenCommand& command, CommonOptions& common) {
  AddProgressOfOwnClock(command, common);
  Section(command, "").Decimal("--clock-rate", common.clock_rate, "N", "");
}

void AddAutomation(OpenCommand& command, AutomationOptions& automation) {
  Section section(command, "Output");
  section.Value("--on-finish", automation.on_finish, "CMD",
                "for /bin/sh when the run has ended (docs/automation.md)");
  section.Value("--metrics", automation.metrics, "FILE",
                "counts and times for Prometheus, also while it goes on");
}

void AddInput(OpenCommand& command, InputOptions& input) {
  Section section(command, "Input");
  section.List("--map", input.maps, "'HEADER=COLUMN'",
               "read a column under another name; may be repeated");
  section.List("--ignore-column", input.ignored, "HEADER", "leave a column out; may be repeated");
  section.Flag("--as-plain-input", input.as_plain_input,
               "take a row file of an earlier run as it stands");
  section.Value("--org-id", input.org_id, "ID", "put all rows into the organization with this id");
  section.Value("--org-external-id", input.org_external_id, "ID", "the same, by external_id");
  section.Value("--org-name", input.org_name, "NAME", "its name, if it has to be created");
  section.Flag("--org-by-name", input.org_by_name,
               "org_name alone names an organization (exact match)");
  section.Flag("--first-role-only", input.first_role_only, "give only the first of several roles");
}

namespace {

void AddAccess(Section& section, TargetOptions& target) {
  section.Value("--api-key-file", target.api_key_file, "FILE",
                "has the API key, - for stdin [$WORKOS_SECRET_KEY or $WORKOS_API_KEY]");
  section.Value("--ca-file", target.ca_file, "FILE",
                "certificates to trust instead of the system's");
}

}  // namespace

void AddTarget(OpenCommand& command, TargetOptions& target) {
  Section section(command, "Target");
  section.Value("--endpoint", target.endpoint, "URL",
                "of the API [$REHOME_ENDPOINT, $WORKOS_API_URL, api.workos.com]");
  section.Value("--target", target.target, "NAME",
                "of the environment: its keys share one lock [the key's fingerprint]");
  AddAccess(section, target);
}

void AddTargetOfRun(OpenCommand& command, TargetOptions& target) {
  Section section(command, "Target");
  section.Value("--endpoint", target.endpoint, "URL", "of the API [as the run began]");
  section.Value("--target", target.target, "NAME",
                "[as the run began]; type it to go on with another key of it");
  AddAccess(section, target);
}

std::vector<std::string> AddPace(OpenCommand& command, PaceOptions& pace) {
  Section section(command, "Pace");
  AddDeadline(section, pace, "stop then, to be resumed");
  section.Value("--concurrency", pace.concurrency, "N", "rows in flight, or auto [auto: 64]");
  section.Number("--workers", pace.workers, "N", "worker threads [0: the cores]",
                 {.lowest = 0, .highest = 256});
  std::vector<std::string> names =
      AddSpeed(section, pace, "writes per second, or none [the documented 50, less --reserve]");
  section.Number("--warm-concurrency", pace.warm_concurrency, "N",
                 "organizations at once, before the first user [1]",
                 {.lowest = 1, .highest = 1000});
  section.Value("--max-failures", pace.max_failures, "N|P%",
                "stop after so many failed rows [10%, from 50 rows on]");
  for (const char* name : {"--concurrency", "--workers", "--warm-concurrency", "--max-failures"}) {
    names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> AddReadingPace(OpenCommand& command, PaceOptions& pace) {
  Section section(command, "Pace");
  AddDeadline(section, pace, "end it then, incomplete");
  return AddSpeed(section, pace,
                  "as of an import, in writes per second: twice as many reads, or none");
}

void AddCoordinator(Section section, std::string& coordinator, const std::string& text) {
  section.Choice("--coordinator", coordinator, {"machine", "target"}, text);
}

void AddLocking(Section section, std::string& wait, bool& only_runner) {
  section.Value("--wait", wait, "T", "for the target's lock: 30s, 10m [0: refuse at once]");
  section.Flag("--i-am-the-only-runner", only_runner, "take no lock (said in the report)");
}

}  // namespace rehome::cli
