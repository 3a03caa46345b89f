#include "cli/options.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "base/text.h"
#include "cli/command_line.h"
#include "cli/command_tree.h"
#include "cli/control_request.h"
#include "cli/flag_values.h"
#include "cli/help_footers.h"
#include "cli/option_groups.h"
#include "cli/sandbox_options.h"
#include "cli/version.h"
#include "cli/wrong_words.h"
#include "model/reason.h"

namespace rehome::cli {

struct OpenCommand {
  CLI::App* app = nullptr;
};

namespace {

constexpr const char* kRunText = "id of the run, or the start of one [the latest]";
constexpr const char* kCtlRunText = "id of the run, or the start of one [the latest that goes on]";
constexpr const char* kResumeText = "id of the run, or the start of one [the latest left open]";

/// The parser and the structs it fills.
struct Grammar {
  CLI::App app{
      "Moves the users of one identity provider to another: users, organizations and\n"
      "memberships from a CSV to WorkOS User Management."};
  CommonOptions common;
  ImportCommand import;
  ResumeCommand resume;
  RetryCommand retry;
  ValidateCommand validate;
  ReportCommand report;
  ExplainCommand explain;
  RunsCommand runs;
  StatusCommand status;
  CtlCommand ctl;
  LockCommand lock;
  SandboxCommand sandbox;
  RehearseCommand rehearse;
  VerifyCommand verify;
  CompletionCommand completion;
  std::vector<std::string> resume_pace;
  std::vector<std::string> retry_pace;
  std::vector<std::string> verify_pace;
};

// `-o,--output` is told as `--output`.
std::string LongName(const std::string& name) { return name.substr(name.find(',') + 1); }

CLI::Validator Number(const std::string& name, Bounds bounds) {
  return {[name = LongName(name), bounds](const std::string& value) {
            return NumberFault(name, value, bounds);
          },
          ""};
}

// The parser reads `010` as eight; nobody who types it means that.
CLI::Validator WholeNumber(const std::string& name, Bounds bounds) {
  return {[name = LongName(name), bounds](std::string& value) {
            std::string fault = WholeNumberFault(name, value, bounds);
            if (const auto number = base::ParseInt(value)) value = std::to_string(*number);
            return fault;
          },
          ""};
}

template <class T>
Bounds WithinType(Bounds bounds) {
  if (std::is_same_v<T, int> && !bounds.highest) bounds.highest = std::numeric_limits<int>::max();
  return bounds;
}

// What the completions read the words from.
std::string ChoicesText(const std::vector<std::string>& choices) {
  return "{" + base::Join(choices, ",") + "}";
}

CLI::Validator OneOf(const std::string& name, const std::vector<std::string>& choices) {
  return {[name = LongName(name), choices](const std::string& value) {
            return ChoiceFault(name, value, choices);
          },
          ChoicesText(choices)};
}

CLI::Validator WithoutSign() {
  return {[](std::string& value) { return value = PercentOf(value), std::string(); }, ""};
}

template <class T>
CLI::Option* AddOne(CLI::App* app, const OptionSpec& spec, T* into) {
  CLI::Option* option = app->add_option(spec.name, *into, spec.text)->option_text(spec.shown);
  if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    option->take_all()->allow_extra_args(false);
  } else if constexpr (std::is_same_v<T, double>) {
    option->check(Number(spec.name, spec.bounds));
  } else if constexpr (std::is_integral_v<T>) {
    option->transform(WholeNumber(spec.name, WithinType<T>(spec.bounds)));
    if (spec.percent) option->transform(WithoutSign());
  }
  return option;
}

OpenCommand AddCommand(CLI::App& parent, const std::string& name, const std::string& text) {
  CLI::App* app = parent.add_subcommand(name, text)->group("Commands");
  const bool nested = parent.get_parent() != nullptr;
  app->footer(HelpFooterOf(nested ? parent.get_name() + " " + name : name));
  return {app};
}

void AddFile(OpenCommand& command, std::string& file) {
  command.app->add_option("FILE", file, "the CSV of users (docs/csv-format.md)")
      ->required()
      ->option_text("(required)");
}

void AddRun(OpenCommand& command, std::string& run, const char* text = kRunText) {
  command.app->add_option("RUN", run, text)->option_text(" ");
}

void AddImport(Grammar& grammar) {
  OpenCommand command =
      AddCommand(grammar.app, "import", "Import a file: organizations, users and memberships.");
  AddFile(command, grammar.import.input.file);
  AddImportOptions(command, grammar.import);
}

void AddReopening(Grammar& grammar) {
  OpenCommand resume =
      AddCommand(grammar.app, "resume", "Continue a stopped, refused or killed run.");
  AddRun(resume, grammar.resume.run, kResumeText);
  grammar.resume_pace = AddResumeOptions(resume, grammar.resume);

  OpenCommand retry =
      AddCommand(grammar.app, "retry", "Try again the rows of a run that are not right.");
  AddRun(retry, grammar.retry.run);
  grammar.retry_pace = AddRetryOptions(retry, grammar.retry);

  OpenCommand verify =
      AddCommand(grammar.app, "verify", "Read back what a run wrote, and compare it.");
  AddRun(verify, grammar.verify.run);
  grammar.verify_pace = AddVerifyOptions(verify, grammar.verify);
}

void AddReading(Grammar& grammar) {
  OpenCommand validate =
      AddCommand(grammar.app, "validate", "Check a file: no key, no network, nothing written.");
  AddFile(validate, grammar.validate.input.file);
  AddValidateOptions(validate, grammar.validate);
  AddInput(validate, grammar.validate.input);
  AddOutput(validate, grammar.validate.common, "the same as --format json");

  OpenCommand report = AddCommand(grammar.app, "report", "Show the summary of a run again.");
  AddRun(report, grammar.report.run);
  AddReportOptions(report, grammar.report);

  OpenCommand explain =
      AddCommand(grammar.app, "explain", "Say what a code of a report means, and what to do.");
  std::vector<std::string> codes;
  for (const model::ReasonFacts& facts : model::AllReasons()) codes.emplace_back(facts.code);
  // Offered by shells; what is typed the command looks at itself.
  const CLI::Validator any([](const std::string&) { return std::string(); }, ChoicesText(codes));
  explain.app->add_option("CODE", grammar.explain.codes, "one or more [list all]")
      ->option_text(" ")
      ->check(any);
  AddOutput(explain, grammar.explain.common, "each code as a line of JSON");

  OpenCommand runs = AddCommand(grammar.app, "runs", "List the runs, oldest first.");
  AddRunsDir(runs, grammar.runs.common);
  AddOutput(runs, grammar.runs.common, "each run as a line of JSON");

  OpenCommand status =
      AddCommand(grammar.app, "status", "Show how far a run is: going on, dead or finished.");
  AddRun(status, grammar.status.run);
  AddStatusOptions(status, grammar.status);
}

void AddCtl(Grammar& grammar) {
  OpenCommand ctl = AddCommand(grammar.app, "ctl", "Pause, speed up, slow down or stop a run.");
  AddRun(ctl, grammar.ctl.run, kCtlRunText);
  // Offered by shells; what is typed the command looks at itself.
  const CLI::Validator any([](const std::string&) { return std::string(); },
                           ChoicesText(ControlWords()));
  ctl.app->add_option("REQUEST", grammar.ctl.request, "what the run is to do, see below")
      ->option_text("(required)")
      ->check(any);
  AddRunsDir(ctl, grammar.ctl.common);
  AddOutput(ctl, grammar.ctl.common, "the run's answer as a line of JSON");
}

void AddLock(Grammar& grammar) {
  const OpenCommand lock =
      AddCommand(grammar.app, "lock", "Show whether an import has a target, whose, and why still.");
  lock.app->require_subcommand(1);
  OpenCommand status = AddCommand(*lock.app, "status", "Show the holder.");
  OpenCommand check =
      AddCommand(*lock.app, "check", "For scripts: exit 0 when it is free, 75 when held.");
  AddLockLookOptions(status, grammar.lock);
  AddLockLookOptions(check, grammar.lock);
  OpenCommand release = AddCommand(*lock.app, "release",
                                   "Say what keeps the lock of a run, and how to be rid of it.");
  release.app->add_option("RUN", grammar.lock.run, "the whole id of the run")
      ->required()
      ->option_text("(required)");
  AddLockReleaseOptions(release, grammar.lock);
  release.app->callback([&grammar] { grammar.lock.action = LockCommand::Action::kRelease; });
  status.app->callback([&grammar] { grammar.lock.action = LockCommand::Action::kStatus; });
  check.app->callback([&grammar] { grammar.lock.action = LockCommand::Action::kCheck; });
}

void AddForShells(Grammar& grammar) {
  const OpenCommand completion =
      AddCommand(grammar.app, "completion", "Write the completions of a shell to stdout.");
  completion.app->add_option("SHELL", grammar.completion.shell, "bash, zsh or fish")
      ->required()
      ->option_text("(required)")
      ->check(OneOf("SHELL", {"bash", "zsh", "fish"}));
  AddCommand(grammar.app, "man", "Write the manual page to stdout.");
}

void AddSandboxes(Grammar& grammar) {
  OpenCommand rehearse = AddCommand(
      grammar.app, "rehearse", "Import a file into a private sandbox, to see how long it takes.");
  AddFile(rehearse, grammar.rehearse.input.file);
  AddRehearseOptions(rehearse, grammar.rehearse);
  OpenCommand sandbox =
      AddCommand(grammar.app, "sandbox", "Serve the target's API on loopback, to try things out.");
  for (const OptionSpec& spec : SandboxOptionSpecs(grammar.sandbox)) AddSpec(sandbox, spec);
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
  AddReopening(*grammar);
  AddReading(*grammar);
  AddCtl(*grammar);
  AddLock(*grammar);
  AddSandboxes(*grammar);
  AddForShells(*grammar);
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

OptionFacts FactsOf(const CLI::Option& option) {
  OptionFacts facts;
  facts.is_argument = option.get_positional();
  facts.takes_value = option.get_items_expected_max() > 0;
  facts.long_name = facts.is_argument ? option.get_name(true) : "--" + option.get_lnames().front();
  if (!option.get_snames().empty()) facts.short_name = "-" + option.get_snames().front();
  facts.shown = option.get_option_text();
  facts.text = option.get_description();
  facts.section = option.get_group();
  facts.required = option.get_required();
  facts.repeats = facts.is_argument && option.get_expected_max() > 1;
  facts.choices = ChoicesIn(option.get_type_name());
  return facts;
}

enum class Hidden { kLeftOut, kKept };

CommandFacts FactsOf(const CLI::App& app, const std::string& above, Hidden hidden) {
  CommandFacts facts;
  facts.name = app.get_name();
  // Of the program itself there is none.
  if (app.get_parent() != nullptr) facts.path = above + (above.empty() ? "" : " ") + facts.name;
  facts.text = app.get_description();
  facts.footer = HelpFooterOf(facts.path);
  for (const CLI::Option* option : app.get_options()) {
    const bool shown = !option->get_group().empty() || hidden == Hidden::kKept;
    if (shown) facts.options.push_back(FactsOf(*option));
  }
  for (const CLI::App* below : app.get_subcommands({})) {
    facts.commands.push_back(FactsOf(*below, facts.path, hidden));
  }
  return facts;
}

Complaint ComplaintOf(const CLI::App& app, const CLI::ParseError& error) {
  Complaint complaint{.text = error.what(), .stray = app.remaining(true)};
  const auto kind = static_cast<CLI::ExitCodes>(error.get_exit_code());
  if (kind == CLI::ExitCodes::ExtrasError) complaint.kind = Complaint::Kind::kStrayWord;
  if (kind == CLI::ExitCodes::RequiredError) complaint.kind = Complaint::Kind::kMissing;
  if (kind == CLI::ExitCodes::ArgumentMismatch) complaint.kind = Complaint::Kind::kValues;
  if (kind == CLI::ExitCodes::ValidationError) complaint.kind = Complaint::Kind::kValue;
  return complaint;
}

// Those of `names` that were typed.
std::vector<std::string> GivenOf(const CLI::App& app, std::vector<std::string> names) {
  std::erase_if(names, [&app](const std::string& name) { return app.count(name) == 0; });
  return names;
}

Command Chosen(Grammar& grammar) {
  const CLI::App& chosen = *grammar.app.get_subcommands().front();
  const std::string name = chosen.get_name();
  if (name == "import") return grammar.import;
  if (name == "resume") {
    grammar.resume.pace_given = GivenOf(chosen, grammar.resume_pace);
    return grammar.resume;
  }
  if (name == "retry") {
    grammar.retry.pace_given = GivenOf(chosen, grammar.retry_pace);
    return grammar.retry;
  }
  if (name == "verify") {
    grammar.verify.pace_given = GivenOf(chosen, grammar.verify_pace);
    return grammar.verify;
  }
  if (name == "validate") return grammar.validate;
  if (name == "report") return grammar.report;
  if (name == "explain") return grammar.explain;
  if (name == "runs") return grammar.runs;
  if (name == "status") return grammar.status;
  if (name == "ctl") {
    // RUN is what may be left out, and stands first.
    if (grammar.ctl.request.empty()) std::swap(grammar.ctl.run, grammar.ctl.request);
    return grammar.ctl;
  }
  if (name == "lock") return grammar.lock;
  if (name == "rehearse") return grammar.rehearse;
  if (name == "completion") return grammar.completion;
  if (name == "man") return ManCommand{};
  return grammar.sandbox;
}

}  // namespace

void AddSpec(OpenCommand& command, const OptionSpec& spec) {
  const auto add = [&](auto* into) -> CLI::Option* {
    if constexpr (std::is_same_v<decltype(into), bool*>) {
      return command.app->add_flag(spec.name, *into, spec.text)->disable_flag_override();
    } else {
      return AddOne(command.app, spec, into);
    }
  };
  CLI::Option* option = std::visit(add, spec.into)->group(spec.section);
  if (!spec.choices.empty()) option->check(OneOf(spec.name, spec.choices));
}

CommandFacts DescribeProgram() {
  const std::unique_ptr<Grammar> grammar = MakeGrammar();
  return FactsOf(grammar->app, "", Hidden::kLeftOut);
}

base::Result<Parsed> ParseCommandLine(int argc, const char* const* argv) {
  const std::unique_ptr<Grammar> grammar = MakeGrammar();
  CLI::App& app = grammar->app;
  const std::span<const char* const> words(argv, static_cast<std::size_t>(argc));
  if (const std::string fault = EmptyValueFault(words); !fault.empty()) {
    return base::Error{base::ErrorCode::kUsage, fault};
  }
  const CommandFacts program = FactsOf(app, "", Hidden::kKept);
  if (const std::string fault = WordFault(program, words); !fault.empty()) {
    return base::Error{base::ErrorCode::kUsage, fault};
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Parsed{.result = Help(app)};
  } catch (const CLI::CallForVersion&) {
    return Parsed{.result = VersionText() + "\n"};
  } catch (const CLI::ParseError& error) {
    return base::Error{base::ErrorCode::kUsage,
                       ParseFault(program, ComplaintOf(app, error), words)};
  }
  Command command = Chosen(*grammar);
  KeepCommandLine(command, words);
  return Parsed{.result = std::move(command)};
}

}  // namespace rehome::cli
