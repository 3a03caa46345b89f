#include <cstdlib>
#include <thread>
#include <utility>

#include "base/file.h"
#include "cli/commands.h"
#include "cli/latency_span.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "sandbox/sandbox.h"

namespace rehome::cli {
namespace {

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

base::Duration Seconds(double seconds) {
  return base::Duration(static_cast<std::int64_t>(seconds * 1e9));
}

base::Result<sandbox::QuotaRules> QuotaOf(const SandboxCommand& command) {
  sandbox::QuotaRules rules;
  if (!(command.quota_scale > 0 && command.quota_scale <= 1000)) {
    return base::Error{base::ErrorCode::kUsage, "--quota-scale wants a number up to 1000"};
  }
  rules.shape = sandbox::ParseQuotaShape(command.quota).value_or(rules.shape);
  rules.retry_after = sandbox::ParseRetryAfterKind(command.retry_after).value_or(rules.retry_after);
  rules.scale = command.quota_scale;
  rules.phase = std::chrono::milliseconds(command.quota_phase_ms);
  rules.burst = command.quota_burst;
  return rules;
}

base::Result<sandbox::SandboxOptions> OptionsOf(const SandboxCommand& command) {
  sandbox::SandboxOptions options;
  auto latency = ParseLatency(command.latency);
  if (!latency) return latency.error();
  options.latency_min = latency->low;
  options.latency_max = latency->high;
  options.lag = Seconds(command.lag_seconds);
  options.port = static_cast<std::uint16_t>(command.port);
  options.unique = !command.non_unique;
  options.keep_alive_requests = command.keep_alive;
  options.threads = command.threads;
  options.seed = static_cast<std::uint64_t>(command.seed);
  options.record_path = command.record;
  options.keep_record = !command.no_memory_record;
  options.multiple_roles = !command.single_role;
  options.roles = command.roles;
  if (!(command.fault_rate <= 1)) {
    return base::Error{base::ErrorCode::kUsage, "--fault-rate wants a share from 0 to 1"};
  }
  options.reference_lag = Seconds(command.reference_lag_seconds);
  options.fault_rate = command.fault_rate;
  options.fault_seed = static_cast<std::uint64_t>(command.fault_seed);
  auto quota = QuotaOf(command);
  if (!quota) return quota.error();
  options.quota = *quota;
  if (!command.faults.empty()) {
    auto faults = base::ReadWholeFile(command.faults);
    if (!faults) return faults.error();
    options.faults = *std::move(faults);
  }
  const char* key = std::getenv("REHOME_SANDBOX_API_KEY");  // NOLINT(concurrency-mt-unsafe)
  if (key != nullptr && *key != '\0') options.api_key = key;
  return options;
}

}  // namespace

ExitCode RunSandbox(const SandboxCommand& command) {
  auto options = OptionsOf(command);
  if (!options) return Refuse(options.error());
  if (command.common.clock_rate <= 0 || command.common.clock_rate > 1000) {
    return Refuse({base::ErrorCode::kUsage, "--clock-rate wants a number up to 1000"});
  }
  const base::SystemClock clock(command.common.clock_rate);
  HoldSignals();
  auto sandbox = sandbox::MakeSandbox(*options, clock);
  if (!sandbox) return Refuse(sandbox.error());
  const std::string port = std::to_string((*sandbox)->port());
  if (!command.port_file.empty()) {
    const base::Status written = base::ReplaceFile(command.port_file, port + "\n");
    if (!written) return Refuse(written.error());
  }
  PrintLine("sandbox at http://127.0.0.1:" + port + " (Ctrl-C ends it)");
  std::thread server([&] { (*sandbox)->Run(); });
  while (!WaitForSignal(std::chrono::milliseconds(500))) {
  }
  (*sandbox)->Stop();
  server.join();
  return ExitCode::kDone;
}

}  // namespace rehome::cli
