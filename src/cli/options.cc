#include "cli/options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "cli/command_line.h"
#include "cli/flag_values.h"
#include "cli/help_footers.h"
#include "cli/sandbox_options.h"
#include "cli/unknown_word.h"
#include "cli/version.h"

namespace rehome::cli {
namespace {

constexpr const char* kRunText = "id of the run, or the start of one [the latest]";
constexpr const char* kResumeText = "id of the run, or the start of one [the latest left open]";

/// The parser and the structs it fills.
struct Grammar {
  CLI::App app{
      "Moves the users of one identity provider to another: users, organizations and\n"
      "memberships from a CSV to WorkOS User Management."};
  CommonOptions common;
  ImportCommand import;
  ResumeCommand resume;
  ValidateCommand validate;
  ReportCommand report;
  RunsCommand runs;
  StatusCommand status;
  LockCommand lock;
  SandboxCommand sandbox;
  std::vector<CLI::Option*> resume_pace;
};

CLI::Validator WithoutPercent() {
  return {[](std::string& value) { return value = PercentOf(value), std::string(); }, ""};
}

// CLI11's own checks answer with the largest number there is, in 309 digits.
CLI::Validator From(int lowest) {
  return {[lowest](const std::string& value) { return NumberFault(value, lowest); }, ""};
}

/// Options that stand under one heading of a command's help. The app must outlive it.
class Section {
 public:
  Section(CLI::App* app, std::string title) : app_(app), title_(std::move(title)) {}

  /// `shown` stands for the value in the help: "N", "FILE".
  template <class T>
  CLI::Option* Value(const std::string& name, T& into, const std::string& shown,
                     const std::string& text) {
    return app_->add_option(name, into, text)->option_text(shown)->group(title_);
  }
  /// One value each time that it is given: what follows may be the file.
  CLI::Option* List(const std::string& name, std::vector<std::string>& into,
                    const std::string& shown, const std::string& text) {
    return Value(name, into, shown, text)->take_all()->allow_extra_args(false);
  }
  CLI::Option* Choice(const std::string& name, std::string& into,
                      const std::vector<std::string>& choices, const std::string& text) {
    return Value(name, into, "WORD", text)->check(CLI::IsMember(choices));
  }
  CLI::Option* Flag(const std::string& name, bool& into, const std::string& text) {
    return app_->add_flag(name, into, text)->group(title_);
  }

 private:
  CLI::App* app_;
  std::string title_;
};

CLI::App* AddCommand(CLI::App& parent, const std::string& name, const std::string& text) {
  CLI::App* app = parent.add_subcommand(name, text)->group("Commands");
  const bool nested = parent.get_parent() != nullptr;
  app->footer(HelpFooterOf(nested ? parent.get_name() + " " + name : name));
  return app;
}

void AddFile(CLI::App* app, std::string& file) {
  app->add_option("FILE", file, "the CSV of users (docs/csv-format.md)")
      ->required()
      ->option_text("(required)");
}

void AddRun(CLI::App* app, std::string& run, const char* text = kRunText) {
  app->add_option("RUN", run, text)->option_text(" ");
}

void AddRunsDir(CLI::App* app, CommonOptions& common) {
  Section(app, "Options")
      .Value("--runs-dir", common.runs_dir, "DIR",
             "where runs are kept [$REHOME_RUNS_DIR or .rehome/runs]");
}

// Output of any command. The hidden flags are accepted everywhere and change nothing yet.
Section AddOutput(CLI::App* app, CommonOptions& common, const std::string& json) {
  OutputOptions& output = common.output;
  Section section(app, "Output");
  section.Flag("--json", output.json, json);
  section.Flag("-q,--quiet", output.quiet, "say as little as possible");
  Section hidden(app, "");
  hidden.Flag("-v,--verbose", output.verbose, "");
  hidden.Choice("--color", output.color, {"auto", "always", "never"}, "");
  return section;
}

// Output of a command that takes its time.
void AddProgress(CLI::App* app, CommonOptions& common) {
  Section section = AddOutput(app, common, "events as JSON Lines on stdout (docs/summary-json.md)");
  section.Choice("--progress", common.output.progress, {"auto", "bar", "plain", "none"},
                 "auto, bar, plain or none [auto]");
  section.Flag("--no-input", common.output.no_input, "never ask, not even on a terminal");
  Section(app, "").Value("--clock-rate", common.clock_rate, "N", "");
}

void AddInput(CLI::App* app, InputOptions& input) {
  Section section(app, "Input");
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

void AddTarget(CLI::App* app, TargetOptions& target) {
  Section section(app, "Target");
  section.Value("--endpoint", target.endpoint, "URL",
                "of the API [$REHOME_ENDPOINT, $WORKOS_API_URL or\nhttps://api.workos.com]");
  section.Value("--target", target.target, "NAME",
                "of the environment, so that all its keys share one lock\n[a fingerprint of the "
                "key]");
  section.Value("--api-key-file", target.api_key_file, "FILE",
                "with the API key, - for stdin\n[$WORKOS_SECRET_KEY or $WORKOS_API_KEY]");
  section.Value("--ca-file", target.ca_file, "FILE",
                "certificates to trust instead of the system's");
}

std::vector<CLI::Option*> AddPace(CLI::App* app, PaceOptions& pace) {
  Section section(app, "Pace");
  // Not in the list: it belongs to one start, the others to the run.
  section.Value("--deadline", pace.deadline, "T",
                "stop then, to be resumed: 2h from now, or 06:00 [none]");
  return {
      section.Value("--concurrency", pace.concurrency, "N", "rows in flight, or auto [auto: 64]"),
      section.Value("--workers", pace.workers, "N", "worker threads [0: the cores]")
          ->check(CLI::Range(0, 256)),
      section.Value("--rate", pace.rate, "N",
                    "writes per second, or none [the documented 50, less --reserve]"),
      section
          .Value("--reserve", pace.reserve, "P%",
                 "of the documented quota, left for live traffic [10%]")
          ->transform(WithoutPercent())
          ->check(CLI::Range(0, 99)),
      section
          .Value("--min-delay", pace.min_delay_ms, "MS", "between the starts of two requests [0]")
          ->check(From(0)),
      section
          .Value("--warm-concurrency", pace.warm_concurrency, "N",
                 "organizations at once, before the first user [1]")
          ->check(CLI::Range(1, 1000)),
      section.Value("--max-failures", pace.max_failures, "N|P%",
                    "stop after so many failed rows [10%, from 50 rows on]")};
}

void AddLocking(Section section, std::string& wait, bool& only_runner) {
  section.Value("--wait", wait, "T", "for the target's lock: 30s, 10m [0: refuse at once]");
  section.Flag("--i-am-the-only-runner", only_runner, "take no lock (said in the report)");
}

void AddImport(Grammar& grammar) {
  ImportCommand& import = grammar.import;
  auto* app =
      AddCommand(grammar.app, "import", "Import a file: organizations, users and memberships.");
  AddFile(app, import.input.file);
  Section section(app, "Options");
  section.Flag("--dry-run", import.dry_run, "stop before the first write (for now with --offline)");
  section.Flag("--offline", import.offline, "dry run without the target: no key, no request");
  section.Value("--rows", import.rows, "A-B", "only these rows; resume imports the rest");
  section.Value("--limit", import.limit, "N", "only the first N rows; resume imports the rest")
      ->check(From(1));
  section.Flag("-y,--yes", import.yes, "do not ask before writing");
  section.Choice("--on-existing", import.on_existing, {"adopt", "skip", "update", "fail"},
                 "users that are there: adopt, skip, update, fail [adopt]");
  section.Flag("--adopt-unverified", import.adopt_unverified,
               "also those that match by an unverified e-mail only");
  section.Flag("--full-success", import.full_success, "success.csv with all source columns");
  AddRunsDir(app, import.common);
  AddLocking(section, import.wait, import.only_runner);
  AddInput(app, import.input);
  AddTarget(app, import.target);
  AddPace(app, import.pace);
  AddProgress(app, import.common);
  Section(app, "").Flag("--no-verify", import.no_verify, "");
}

void AddResume(Grammar& grammar) {
  ResumeCommand& resume = grammar.resume;
  auto* app = AddCommand(grammar.app, "resume", "Continue a stopped or killed run.");
  AddRun(app, resume.run, kResumeText);
  Section section(app, "Options");
  section.Value("--file", resume.file, "FILE", "where the CSV is now, if it moved");
  AddRunsDir(app, resume.common);
  AddLocking(section, resume.wait, resume.only_runner);
  AddTarget(app, resume.target);
  grammar.resume_pace = AddPace(app, resume.pace);
  AddProgress(app, resume.common);
}

void AddReading(Grammar& grammar) {
  auto* validate =
      AddCommand(grammar.app, "validate", "Check a file: no key, no network, nothing written.");
  AddFile(validate, grammar.validate.input.file);
  Section(validate, "Options").Choice("--format", grammar.validate.format, {"text"}, "text [text]");
  AddInput(validate, grammar.validate.input);
  AddOutput(validate, grammar.validate.common, "each problem as a line of JSON");

  auto* report = AddCommand(grammar.app, "report", "Show the summary of a run again.");
  AddRun(report, grammar.report.run);
  Section section(report, "Options");
  section.Choice("--format", grammar.report.format, {"text", "json"}, "text or json [text]");
  section.Value("-o,--output", grammar.report.output, "FILE", "write it there instead of stdout");
  AddRunsDir(report, grammar.report.common);
  AddOutput(report, grammar.report.common, "the same as --format json");

  auto* runs = AddCommand(grammar.app, "runs", "List the runs, oldest first.");
  AddRunsDir(runs, grammar.runs.common);
  AddOutput(runs, grammar.runs.common, "each run as a line of JSON");

  auto* status =
      AddCommand(grammar.app, "status", "Show how far a run is: going on, dead or finished.");
  AddRun(status, grammar.status.run);
  Section(status, "Options")
      .Flag("--watch", grammar.status.watch, "show it every second until it ends");
  AddRunsDir(status, grammar.status.common);
  AddOutput(status, grammar.status.common, "as a line of JSON");
}

void AddLock(Grammar& grammar) {
  auto* lock = AddCommand(grammar.app, "lock", "Show whether an import has a target, and whose.");
  lock->require_subcommand(1);
  auto* status = AddCommand(*lock, "status", "Show the holder.");
  auto* check = AddCommand(*lock, "check", "For scripts: exit 0 when it is free, 75 when held.");
  for (CLI::App* app : {status, check}) {
    AddTarget(app, grammar.lock.target);
    AddOutput(app, grammar.lock.common, "as a line of JSON");
  }
  status->callback([&grammar] { grammar.lock.action = LockCommand::Action::kStatus; });
  check->callback([&grammar] { grammar.lock.action = LockCommand::Action::kCheck; });
}

void AddSpec(CLI::App* app, const OptionSpec& spec) {
  Section section(app, spec.section);
  const auto add = [&](auto* into) -> CLI::Option* {
    using T = std::remove_pointer_t<decltype(into)>;
    if constexpr (std::is_same_v<T, bool>) {
      return section.Flag(spec.name, *into, spec.text);
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      return section.List(spec.name, *into, spec.shown, spec.text);
    } else {
      return section.Value(spec.name, *into, spec.shown, spec.text);
    }
  };
  CLI::Option* option = std::visit(add, spec.into);
  if (!spec.choices.empty()) option->check(CLI::IsMember(spec.choices));
  if (spec.range) option->check(CLI::Range(spec.range->first, spec.range->second));
  if (spec.lowest) option->check(From(*spec.lowest));
}

void AddSandbox(Grammar& grammar) {
  auto* app =
      AddCommand(grammar.app, "sandbox", "Serve the target's API on loopback, to try things out.");
  for (const OptionSpec& spec : SandboxOptionSpecs(grammar.sandbox)) AddSpec(app, spec);
}

std::unique_ptr<Grammar> MakeGrammar() {
  auto grammar = std::make_unique<Grammar>();
  CLI::App& app = grammar->app;
  app.name("rehome");
  app.require_subcommand(1);
  app.set_help_flag("-h,--help", "show this help");
  app.set_version_flag("--version", VersionText(), "show the version");
  app.get_formatter()->column_width(32);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.get_formatter()->label("Positionals", "Arguments");
  AddImport(*grammar);
  AddResume(*grammar);
  AddReading(*grammar);
  AddLock(*grammar);
  AddSandbox(*grammar);
  app.footer(HelpFooterOf(""));
  return grammar;
}

// The help of the command that was parsed, without the empty lines that CLI11 doubles.
std::string Help(const CLI::App& app) {
  std::string text = app.help();
  for (std::size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n")) {
    text.erase(at, 1);
  }
  return text;
}

CLI::App* Selected(CLI::App& app) {
  CLI::App* selected = &app;
  while (!selected->get_subcommands().empty()) selected = selected->get_subcommands().front();
  return selected;
}

void AddOptionNames(const CLI::App* app, std::vector<std::string>& names) {
  for (const CLI::Option* option : app->get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
}

base::Error UnknownWordError(CLI::App& app, const std::string& word) {
  CLI::App* selected = Selected(app);
  std::vector<std::string> known;
  if (word.starts_with("-")) {
    AddOptionNames(selected, known);
  } else {
    for (const CLI::App* sub : app.get_subcommands({})) known.push_back(sub->get_name());
  }
  const std::string command = selected == &app ? "" : selected->get_name();
  return {base::ErrorCode::kUsage, UnknownWord(word, command, known)};
}

Command Chosen(Grammar& grammar) {
  const std::string name = grammar.app.get_subcommands().front()->get_name();
  if (name == "import") return grammar.import;
  if (name == "resume") {
    for (const CLI::Option* option : grammar.resume_pace) {
      if (option->count() > 0) grammar.resume.pace_given.push_back(option->get_name());
    }
    return grammar.resume;
  }
  if (name == "validate") return grammar.validate;
  if (name == "report") return grammar.report;
  if (name == "runs") return grammar.runs;
  if (name == "status") return grammar.status;
  if (name == "lock") return grammar.lock;
  return grammar.sandbox;
}

}  // namespace

base::Result<Parsed> ParseCommandLine(int argc, const char* const* argv) {
  const std::unique_ptr<Grammar> grammar = MakeGrammar();
  CLI::App& app = grammar->app;
  const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
  if (const std::string fault = EmptyValueFault(words); !fault.empty()) {
    return base::Error{base::ErrorCode::kUsage, fault};
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Parsed{.result = Help(app)};
  } catch (const CLI::CallForVersion&) {
    return Parsed{.result = VersionText() + "\n"};
  } catch (const CLI::ExtrasError&) {
    const auto extras = app.remaining(true);
    return UnknownWordError(app, extras.empty() ? "" : extras.front());
  } catch (const CLI::RequiredError&) {
    const auto extras = app.remaining(true);
    if (!extras.empty() && extras.front().starts_with("-")) {
      return UnknownWordError(app, extras.front());
    }
    if (argc > 1 && app.get_subcommands().empty() && argv[1][0] != '-') {
      return UnknownWordError(app, argv[1]);
    }
    const std::string name = Selected(app) == &app ? "" : " " + Selected(app)->get_name();
    return base::Error{base::ErrorCode::kUsage,
                       name.empty() ? "a command is missing; see rehome --help"
                                    : "an argument is missing; see rehome" + name + " --help"};
  } catch (const CLI::ParseError& error) {
    return base::Error{base::ErrorCode::kUsage, error.what()};
  }
  Command command = Chosen(*grammar);
  std::visit([&](auto& chosen) { chosen.common.command_line = CommandLineOf(words); }, command);
  return Parsed{.result = std::move(command)};
}

}  // namespace rehome::cli
