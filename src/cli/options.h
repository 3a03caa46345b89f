#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "cli/exit_code.h"

namespace rehome::cli {

/// How a command talks.
struct OutputOptions {
  bool json = false;
  bool quiet = false;
  bool verbose = false;
  bool no_input = false;
  std::string color = "auto";     ///< auto, always, never
  std::string progress = "auto";  ///< auto, bar, plain, none
};

/// Where runs lie and what time is.
struct CommonOptions {
  std::string runs_dir;     ///< empty = $REHOME_RUNS_DIR or .rehome/runs
  double clock_rate = 1.0;  ///< hidden; only against loopback
  OutputOptions output;
  std::string typed_line;    ///< as typed, quoted for a shell
  std::string command_line;  ///< the same as it is kept: without the command of --on-finish
};

/// How the header and the organizations of a file are understood.
struct InputOptions {
  std::string file;
  std::vector<std::string> maps;  ///< 'E-mail=email'
  std::vector<std::string> ignored;
  bool as_plain_input = false;
  bool org_by_name = false;
  bool first_role_only = false;
  std::string org_id;
  std::string org_external_id;
  std::string org_name;
};

/// How fast and how hard. Empty text = not given.
struct PaceOptions {
  std::string concurrency = "auto";
  int workers = 0;  ///< 0 = the cores
  std::string rate;
  int reserve = 10;  ///< percent
  std::int64_t min_delay_ms = 0;
  int warm_concurrency = 1;
  std::string max_failures = "10%";
  std::string deadline;  ///< "2h" or "06:00"; empty = none; of this start only
};

/// Which target and how it is entered.
struct TargetOptions {
  std::string endpoint;
  std::string target;
  std::string api_key_file;
  std::string ca_file;
};

/// What others are told of a run.
struct AutomationOptions {
  std::string on_finish;  ///< a command for /bin/sh; empty = none
  std::string metrics;    ///< a file; empty = none
};

struct ImportCommand {
  CommonOptions common;
  InputOptions input;
  TargetOptions target;
  PaceOptions pace;
  AutomationOptions automation;
  bool dry_run = false;
  bool offline = false;
  std::string rows;  ///< "A-B"
  std::int64_t limit = 0;
  std::string on_existing = "adopt";
  bool adopt_unverified = false;
  bool full_success = false;
  bool no_verify = false;  ///< do not read back what was written, at the end
  std::string wait;
  bool only_runner = false;
  std::string coordinator = "machine";  ///< or "target"
  bool yes = false;
  bool new_run = false;  ///< although one of this file with other options is open
};

/// How a run that is there already is opened again: its file, its target, and the pace of now.
struct ReopenOptions {
  std::string run;
  std::string file;
  TargetOptions target;
  PaceOptions pace;
  std::vector<std::string> pace_given;  ///< the pace flags that were typed, e.g. "--rate"
  AutomationOptions automation;
  std::string wait;
  bool only_runner = false;
  std::string coordinator;  ///< empty = as the run began
};

struct ResumeCommand : ReopenOptions {
  CommonOptions common;
  bool rebuild = false;  ///< make a lost or damaged journal anew
  bool no_verify = false;
};

struct RetryCommand : ReopenOptions {
  CommonOptions common;
  std::string edited;  ///< a corrected row file
  bool adopt_unverified = false;
  bool drop_passwords = false;  ///< of rows whose password or hash was refused
  bool dry_run = false;
  bool yes = false;
  bool no_verify = false;
};

struct VerifyCommand : ReopenOptions {
  CommonOptions common;
};

struct ValidateCommand {
  CommonOptions common;
  InputOptions input;
  std::string format = "text";  ///< text, json or sarif
  std::string roles;            ///< a file with the target's roles; empty = not compared
  std::string fix;              ///< where the repaired copy goes; empty = none is made
  bool overwrite = false;       ///< although it is there already
};

struct ReportCommand {
  CommonOptions common;
  std::string run;
  std::string format = "text";
  std::string output;
  bool share = false;            ///< personal values as salted hashes
  std::string spreadsheet_safe;  ///< a directory for copies of the row files; empty = none
};

struct ExplainCommand {
  CommonOptions common;
  std::vector<std::string> codes;  ///< of reasons; none = all are listed
};

struct RunsCommand {
  CommonOptions common;
};

struct StatusCommand {
  CommonOptions common;
  std::string run;
  bool watch = false;
};

struct CtlCommand {
  CommonOptions common;
  std::string run;
  std::string request;  ///< `pause`, `rate=25` …
};

struct LockCommand {
  CommonOptions common;
  TargetOptions target;
  enum class Action { kStatus, kCheck, kRelease };
  Action action = Action::kStatus;
  std::string run;                      ///< kRelease: the whole id
  std::string coordinator = "machine";  ///< or "target": the lock that it keeps
};

struct SandboxCommand {
  CommonOptions common;
  int port = 4010;
  std::string port_file;
  std::string record;
  std::string latency = "0";  ///< milliseconds, "A" or "A-B"
  double lag_seconds = 0;
  bool non_unique = false;
  bool no_memory_record = false;
  int keep_alive = 0;
  int threads = 1;
  std::int64_t seed = 1;
  std::vector<std::string> roles;
  bool single_role = false;
  std::string quota = "none";  ///< none, fixed, sliding or bucket
  double quota_scale = 1;
  int quota_phase_ms = 0;
  int quota_burst = 0;               ///< 0 = the limit
  std::string retry_after = "zero";  ///< none, zero, seconds, date or absurd
  std::string faults;                ///< a file
  double fault_rate = 0;
  std::int64_t fault_seed = 1;
  double reference_lag_seconds = 0;
};

/// An import against a sandbox in the same process, on a fast clock.
struct RehearseCommand {
  CommonOptions common;
  InputOptions input;
  PaceOptions pace;
  std::string latency = "20-60";  ///< milliseconds, "A" or "A-B"
  std::string faults;             ///< a file, or kBadDay; empty = none
  int speed = 100;                ///< times as fast as real time
  std::string rows;               ///< "A-B"
  std::int64_t limit = 0;
  std::string on_existing = "adopt";
  bool adopt_unverified = false;
  bool full_success = false;
  bool no_verify = false;
  std::string import_line{};  ///< the import that is rehearsed, as it would be typed
};

/// `--faults bad-day`.
inline constexpr const char* kBadDay = "bad-day";

struct CompletionCommand {
  CommonOptions common;
  std::string shell;
};

struct ManCommand {
  CommonOptions common;
};

using Command =
    std::variant<ImportCommand, ResumeCommand, RetryCommand, VerifyCommand, ValidateCommand,
                 ReportCommand, ExplainCommand, RunsCommand, StatusCommand, CtlCommand, LockCommand,
                 SandboxCommand, RehearseCommand, CompletionCommand, ManCommand>;

/// What the command line came to: a command, or text to print and leave.
struct Parsed {
  std::variant<Command, std::string> result;  ///< text = help or version
};

/// Reads the command line. The error (kUsage) names the word at fault and the nearest right one.
base::Result<Parsed> ParseCommandLine(int argc, const char* const* argv);

}  // namespace rehome::cli
