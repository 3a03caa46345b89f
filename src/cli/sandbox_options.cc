#include "cli/sandbox_options.h"

namespace rehome::cli {
namespace {

void AddServing(SandboxCommand& sandbox, std::vector<OptionSpec>& specs) {
  const auto add = [&specs](OptionSpec spec) {
    spec.section = "Options";
    specs.push_back(std::move(spec));
  };
  add({.name = "--port",
       .into = &sandbox.port,
       .shown = "N",
       .text = "0 = any free one [4010]",
       .bounds = {.lowest = 0, .highest = 65535}});
  add({.name = "--port-file",
       .into = &sandbox.port_file,
       .shown = "FILE",
       .text = "write the port there when ready"});
  add({.name = "--record",
       .into = &sandbox.record,
       .shown = "FILE",
       .text = "append every request and effect (JSON Lines)"});
  add({.name = "--latency",
       .into = &sandbox.latency,
       .shown = "A|A-B",
       .text = "milliseconds of each answer [0]"});
  add({.name = "--lag",
       .into = &sandbox.lag_seconds,
       .shown = "S",
       .text = "seconds until look-ups see a write [0]",
       .bounds = {.lowest = 0}});
  add({.name = "--non-unique", .into = &sandbox.non_unique, .text = "accept duplicates"});
  add({.name = "--single-role",
       .into = &sandbox.single_role,
       .text = "refuse several roles for one membership"});
  add({.name = "--role",
       .into = &sandbox.roles,
       .shown = "SLUG",
       .text = "a role that exists beside member and admin; may be repeated"});
  add({.name = "--keep-alive",
       .into = &sandbox.keep_alive,
       .shown = "N",
       .text = "close a connection after N answers [never]",
       .bounds = {.lowest = 0}});
  add({.name = "--threads",
       .into = &sandbox.threads,
       .shown = "N",
       .text = "that serve [1]",
       .bounds = {.lowest = 1, .highest = 64}});
  add({.name = "--seed", .into = &sandbox.seed, .shown = "N", .text = "of ids and latencies [1]"});
}

void AddQuotas(SandboxCommand& sandbox, std::vector<OptionSpec>& specs) {
  const auto add = [&specs](OptionSpec spec) {
    spec.section = "Quotas";
    specs.push_back(std::move(spec));
  };
  add({.name = "--quota",
       .into = &sandbox.quota,
       .shown = "WORD",
       .text = "the documented limits as fixed, sliding or bucket; or none [none]",
       .choices = {"none", "fixed", "sliding", "bucket"}});
  add({.name = "--quota-scale",
       .into = &sandbox.quota_scale,
       .shown = "X",
       .text = "times the documented limits [1]"});
  add({.name = "--quota-phase",
       .into = &sandbox.quota_phase_ms,
       .shown = "MS",
       .text = "where fixed windows begin [0]",
       .bounds = {.lowest = 0, .highest = 60'000}});
  add({.name = "--quota-burst",
       .into = &sandbox.quota_burst,
       .shown = "N",
       .text = "in a full bucket [the limit]",
       .bounds = {.lowest = 1, .highest = 1'000'000}});
  add({.name = "--retry-after",
       .into = &sandbox.retry_after,
       .shown = "WORD",
       .text = "of refusals: none, zero, seconds, date or absurd [zero]",
       .choices = {"none", "zero", "seconds", "date", "absurd"}});
}

void AddFaults(SandboxCommand& sandbox, std::vector<OptionSpec>& specs) {
  const auto add = [&specs](OptionSpec spec) {
    spec.section = "Faults";
    specs.push_back(std::move(spec));
  };
  add({.name = "--faults",
       .into = &sandbox.faults,
       .shown = "FILE",
       .text = "JSON of what to do to requests (docs/testing.md)"});
  add({.name = "--fault-rate",
       .into = &sandbox.fault_rate,
       .shown = "P",
       .text = "share of requests that chance hits [0]",
       .bounds = {.lowest = 0}});
  add({.name = "--fault-seed",
       .into = &sandbox.fault_seed,
       .shown = "N",
       .text = "of chance [1]",
       .bounds = {.lowest = 0}});
  add({.name = "--reference-lag",
       .into = &sandbox.reference_lag_seconds,
       .shown = "S",
       .text = "seconds until memberships may name an object [0]",
       .bounds = {.lowest = 0}});
}

}  // namespace

std::vector<OptionSpec> SandboxOptionSpecs(SandboxCommand& sandbox) {
  std::vector<OptionSpec> specs;
  AddServing(sandbox, specs);
  AddQuotas(sandbox, specs);
  AddFaults(sandbox, specs);
  specs.push_back({.name = "--no-memory-record", .into = &sandbox.no_memory_record});
  specs.push_back({.name = "--clock-rate", .into = &sandbox.common.clock_rate, .shown = "N"});
  return specs;
}

}  // namespace rehome::cli
