#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/options.h"
#include "csv/dialect.h"
#include "pipeline/coordinator.h"
#include "survey/survey.h"

namespace rehome::cli {

/// What a run was asked to do, as run.json keeps it: enough to continue it.
struct RunOptions {
  InputOptions input;
  PaceOptions pace;
  std::string on_existing = "adopt";
  bool adopt_unverified = false;
  bool drop_refused_passwords = false;  ///< of one retry, and so not kept
  bool full_success = false;
  std::string ca_file{};                ///< absolute; empty = the system's certificates
  std::string coordinator = "machine";  ///< who excludes other imports: this, or kOnTarget
};

/// Where RunFacts::options keeps RunOptions::coordinator, which a resume may replace.
inline constexpr std::string_view kCoordinatorOption = "pace.coordinator";
/// `--coordinator target`: the target itself keeps a lock, besides this machine.
inline constexpr std::string_view kOnTarget = "target";

/// Where RunFacts::options keeps RunOptions::ca_file, which a resume may replace.
inline constexpr std::string_view kCaFileOption = "pace.ca-file";

/// Set in RunFacts::options when a run took no lock; the report says so.
inline constexpr std::string_view kNoLockOption = "i-am-the-only-runner";

/// Set in RunFacts::options of a refused import that was to begin although another run of its file
/// is open.
inline constexpr std::string_view kNewRunOption = "pace.new-run";

std::map<std::string, std::string> EncodeRunOptions(const RunOptions& options);
RunOptions DecodeRunOptions(const std::map<std::string, std::string>& text);
/// Whether two option sets have the same effects on the target (pace does not count).
bool HaveSameEffects(const std::map<std::string, std::string>& a,
                     const std::map<std::string, std::string>& b);

/// What differs between two option sets in effect, a line each: `--on-existing adopt, now update`.
std::vector<std::string> DifferentEffects(const std::map<std::string, std::string>& before,
                                          const std::map<std::string, std::string>& now);

/// What --rate may be: one write in the target's window of 10 s; and since a window remembers each
/// of its requests, no more than what takes 10 MB. Nothing is imported faster.
inline constexpr double kLowestRate = 0.1;
inline constexpr double kHighestRate = 10000;

/// The parts that the floors below want. kUsage when a value does not make sense.
base::Result<dispatch::PaceSettings> PaceOf(const PaceOptions& options);
base::Result<csv::ColumnOptions> ColumnOptionsOf(const InputOptions& input);
base::Result<survey::OrganizationOptions> OrganizationOptionsOf(const InputOptions& input);
base::Result<pipeline::ImportOptions> ImportOptionsOf(const RunOptions& options);

/// "30s", "10m", "2h", "500ms" or "0"; kUsage names `flag`.
base::Result<base::Duration> ParseDuration(const std::string& text, const std::string& flag);

}  // namespace rehome::cli
