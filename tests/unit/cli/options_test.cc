#include "cli/options.h"

#include <functional>
#include <string>
#include <vector>

#include "parsing.h"

namespace rehome::cli {
namespace {

struct ImportFlag {
  std::string words;
  std::function<bool(const ImportCommand&)> took;
};

const std::vector<ImportFlag> kImportFlags = {
    {"--dry-run", [](const auto& c) { return c.dry_run; }},
    {"--offline", [](const auto& c) { return c.offline; }},
    {"--rows 5-9", [](const auto& c) { return c.rows == "5-9"; }},
    {"--limit 7", [](const auto& c) { return c.limit == 7; }},
    {"--yes", [](const auto& c) { return c.yes; }},
    {"-y", [](const auto& c) { return c.yes; }},
    {"--runs-dir d", [](const auto& c) { return c.common.runs_dir == "d"; }},
    {"--on-existing update", [](const auto& c) { return c.on_existing == "update"; }},
    {"--adopt-unverified", [](const auto& c) { return c.adopt_unverified; }},
    {"--full-success", [](const auto& c) { return c.full_success; }},
    {"--no-verify", [](const auto& c) { return c.no_verify; }},
    {"--wait 30s", [](const auto& c) { return c.wait == "30s"; }},
    {"--i-am-the-only-runner", [](const auto& c) { return c.only_runner; }},
    {"--map E-mail=email --map N=first_name",
     [](const auto& c) {
       return c.input.maps == std::vector<std::string>{"E-mail=email", "N=first_name"};
     }},
    {"--ignore-column X", [](const auto& c) { return c.input.ignored.front() == "X"; }},
    {"--as-plain-input", [](const auto& c) { return c.input.as_plain_input; }},
    {"--org-id org_1", [](const auto& c) { return c.input.org_id == "org_1"; }},
    {"--org-external-id e", [](const auto& c) { return c.input.org_external_id == "e"; }},
    {"--org-name n", [](const auto& c) { return c.input.org_name == "n"; }},
    {"--org-by-name", [](const auto& c) { return c.input.org_by_name; }},
    {"--first-role-only", [](const auto& c) { return c.input.first_role_only; }},
    {"--endpoint http://localhost:1",
     [](const auto& c) { return c.target.endpoint == "http://localhost:1"; }},
    {"--target staging", [](const auto& c) { return c.target.target == "staging"; }},
    {"--api-key-file -", [](const auto& c) { return c.target.api_key_file == "-"; }},
    {"--ca-file ca.pem", [](const auto& c) { return c.target.ca_file == "ca.pem"; }},
    {"--concurrency 9", [](const auto& c) { return c.pace.concurrency == "9"; }},
    {"--workers 3", [](const auto& c) { return c.pace.workers == 3; }},
    {"--rate none", [](const auto& c) { return c.pace.rate == "none"; }},
    {"--reserve 25", [](const auto& c) { return c.pace.reserve == 25; }},
    {"--reserve 25%", [](const auto& c) { return c.pace.reserve == 25; }},
    {"--min-delay 40", [](const auto& c) { return c.pace.min_delay_ms == 40; }},
    {"--warm-concurrency 4", [](const auto& c) { return c.pace.warm_concurrency == 4; }},
    {"--max-failures 3%", [](const auto& c) { return c.pace.max_failures == "3%"; }},
    {"--json", [](const auto& c) { return c.common.output.json; }},
    {"-q", [](const auto& c) { return c.common.output.quiet; }},
    {"--quiet", [](const auto& c) { return c.common.output.quiet; }},
    {"-v", [](const auto& c) { return c.common.output.verbose; }},
    {"--progress plain", [](const auto& c) { return c.common.output.progress == "plain"; }},
    {"--color never", [](const auto& c) { return c.common.output.color == "never"; }},
    {"--no-input", [](const auto& c) { return c.common.output.no_input; }},
    {"--clock-rate 50", [](const auto& c) { return c.common.clock_rate == 50; }},
};

TEST(Options, EveryFlagOfImportIsTakenAndOffWithoutIt) {
  const auto plain = Parse<ImportCommand>("import users.csv");
  EXPECT_EQ(plain.input.file, "users.csv");
  for (const ImportFlag& flag : kImportFlags) {
    SCOPED_TRACE(flag.words);
    const bool off = plain.input.maps.empty() && plain.input.ignored.empty();
    ASSERT_TRUE(off);
    EXPECT_TRUE(flag.took(Parse<ImportCommand>("import users.csv " + flag.words)));
    const bool list = flag.words.starts_with("--ignore") || flag.words.starts_with("--map");
    EXPECT_FALSE(!list && flag.took(plain));
  }
}

TEST(Options, TheDefaultsAreTheDocumentedOnes) {
  const auto import = Parse<ImportCommand>("import users.csv");
  EXPECT_EQ(import.on_existing, "adopt");
  EXPECT_EQ(import.pace.concurrency, "auto");
  EXPECT_EQ(import.pace.reserve, 10);
  EXPECT_EQ(import.pace.warm_concurrency, 1);
  EXPECT_EQ(import.pace.max_failures, "10%");
  EXPECT_EQ(import.common.output.progress, "auto");
  EXPECT_EQ(import.common.clock_rate, 1.0);
  EXPECT_EQ(import.common.command_line, "rehome import users.csv");
}

TEST(Options, TheOtherCommandsTakeTheirWords) {
  const auto resume = Parse<ResumeCommand>("resume run_1 --file moved.csv --wait 1m");
  EXPECT_EQ(resume.run, "run_1");
  EXPECT_EQ(resume.file, "moved.csv");
  EXPECT_EQ(resume.wait, "1m");
  EXPECT_TRUE(resume.pace_given.empty());
  EXPECT_EQ(Parse<ResumeCommand>("resume --rate 5").pace_given, std::vector<std::string>{"--rate"});
  EXPECT_TRUE(Parse<ResumeCommand>("resume").run.empty());
  EXPECT_FALSE(Parse<ResumeCommand>("resume").no_verify);
  EXPECT_TRUE(Parse<ResumeCommand>("resume --no-verify").no_verify);
  const auto verify = Parse<VerifyCommand>("verify run_1 --file moved.csv --rate 9 --deadline 2h");
  EXPECT_EQ(verify.run, "run_1");
  EXPECT_EQ(verify.file, "moved.csv");
  EXPECT_EQ(verify.pace.deadline, "2h");
  EXPECT_EQ(verify.pace_given, std::vector<std::string>{"--rate"});
  EXPECT_FALSE(ParseWords("verify --workers 2").ok()) << "a verification has no workers";
  EXPECT_EQ(Parse<ValidateCommand>("validate users.csv --org-by-name").input.file, "users.csv");
  const auto report = Parse<ReportCommand>("report run_1 --format json -o out.json");
  EXPECT_EQ(report.format, "json");
  EXPECT_EQ(report.output, "out.json");
  EXPECT_TRUE(Parse<ExplainCommand>("explain").codes.empty());
  const auto explain = Parse<ExplainCommand>("explain email_invalid stopped --json");
  EXPECT_EQ(explain.codes, (std::vector<std::string>{"email_invalid", "stopped"}));
  EXPECT_TRUE(explain.common.output.json);
  EXPECT_FALSE(ParseWords("explain --all").ok());
  EXPECT_EQ(Parse<RunsCommand>("runs --runs-dir d").common.runs_dir, "d");
  EXPECT_TRUE(Parse<StatusCommand>("status --watch").watch);
  EXPECT_EQ(Parse<LockCommand>("lock status").action, LockCommand::Action::kStatus);
  EXPECT_EQ(Parse<LockCommand>("lock check --target t").action, LockCommand::Action::kCheck);
  const auto release = Parse<LockCommand>("lock release 20261123-093000-ab12 --runs-dir d");
  EXPECT_EQ(release.action, LockCommand::Action::kRelease);
  EXPECT_EQ(release.run, "20261123-093000-ab12");
  EXPECT_FALSE(ParseWords("lock release").ok());
  EXPECT_TRUE(Parse<ResumeCommand>("resume --rebuild").rebuild);
  const auto sandbox = Parse<SandboxCommand>(
      "sandbox --port 0 --latency 5-9 --lag 2.5 --non-unique --single-role --role a --role b "
      "--keep-alive 3 --threads 2 --seed 9 --port-file p --record r");
  EXPECT_EQ(sandbox.port, 0);
  EXPECT_EQ(sandbox.latency, "5-9");
  EXPECT_EQ(sandbox.lag_seconds, 2.5);
  EXPECT_TRUE(sandbox.non_unique && sandbox.single_role);
  EXPECT_EQ(sandbox.roles, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(sandbox.keep_alive, 3);
  EXPECT_EQ(sandbox.seed, 9);
}

struct Refused {
  std::string words;
  std::string message;
};

const std::vector<Refused> kRefused = {
    {"imprt users.csv", "unknown command \"imprt\"; did you mean import?"},
    {"frobnicate", "unknown command \"frobnicate\"; see rehome --help"},
    {"", "a command is missing; see rehome --help"},
    {"imprt --help", "unknown command \"imprt\"; did you mean import?"},
    {"undo --help",
     "this version of rehome has no command undo: what a run made stands in its id_map.csv and its "
     "success.csv"},
    {"help", "there is no command help: `rehome --help`, or `rehome COMMAND --help`"},
    {"lock",
     "`rehome lock` wants a word behind it: status, check or release; see rehome lock --help"},
    {"lock releas", "unknown word \"releas\" of `rehome lock`; did you mean release?"},
    {"lock foo --help",
     "unknown word \"foo\" of `rehome lock`; it is one of status, check or release"},
    {"lock release", "RUN, the whole id of the run, is missing; see rehome lock release --help"},
    {"lock check --watch",
     "unknown flag \"--watch\" of `rehome lock check`; see rehome lock check --help"},
    {"import", "FILE, the CSV of users (docs/csv-format.md), is missing; see rehome import --help"},
    {"completion", "SHELL, bash, zsh or fish, is missing; see rehome completion --help"},
    {"completion tcsh", "SHELL wants bash, zsh or fish, not \"tcsh\""},
    {"import a.csv b.csv",
     "\"b.csv\" is one argument too many: `rehome import` takes one FILE (a name with blanks wants "
     "quotes); see rehome import --help"},
    {"import a.csv -",
     "\"-\" is one argument too many: `rehome import` takes one FILE (a name with blanks wants "
     "quotes); see rehome import --help"},
    {"import -- a.csv --yes",
     "\"--yes\" is one argument too many: `rehome import` takes one FILE (a name with blanks wants "
     "quotes); see rehome import --help"},
    {"runs a", "\"a\" is one argument too many: `rehome runs` takes none; see rehome runs --help"},
    {"-q import a.csv", "-q stands before the command: write it behind `rehome import`"},
    {"import a.csv -q=3", "a short flag takes no value behind it with =; see rehome import --help"},
    {"import a.csv -yq=3",
     "a short flag takes no value behind it with =; see rehome import --help"},
    {"import a.csv --yes=maybe",
     "--yes takes no value: leave out what stands behind the =; see rehome import --help"},
    {"import a.csv --yes=false",
     "--yes takes no value: leave out what stands behind the =; see rehome import --help"},
    {"import a.csv --rows", "--rows wants a value behind it: --rows A-B; see rehome import --help"},
    {"import a.csv --runs-dir --yes",
     "--runs-dir wants a value behind it: --runs-dir DIR; see rehome import --help"},
    {"import a.csv --on-existing",
     "--on-existing wants a value behind it: adopt, skip, update or fail; see rehome import "
     "--help"},
    {"import a.csv --clock-rate",
     "--clock-rate wants a value behind it: --clock-rate N; see rehome import --help"},
    {"report -o", "--output wants a value behind it: --output FILE; see rehome report --help"},
    {"import a.csv --rate 5 --rate 6",
     "--rate is given 2 times: give it once; see rehome import --help"},
    {"import a.csv --workers x", "--workers wants a whole number from 0 to 256, not \"x\""},
    {"import a.csv --workers 1.5", "--workers wants a whole number from 0 to 256, not \"1.5\""},
    {"import a.csv --clock-rate x", "--clock-rate wants a number from 0, not \"x\""},
    {"import a.csv --on-existing maybe",
     "--on-existing wants adopt, skip, update or fail, not \"maybe\""},
    {"report --format yaml", "--format wants text, json or html, not \"yaml\""},
    {"sandbox --seed x", "--seed wants a whole number from 0, not \"x\""},
    {"sandbox --port 99999", "--port wants a whole number from 0 to 65535, not \"99999\""},
    {"sandbox --lag x", "--lag wants a number from 0, not \"x\""},
    {"import users.csv --dryrun",
     "unknown flag \"--dryrun\" of `rehome import`; did you mean --dry-run?"},
    {"import users.csv --adopt-unverifed=yes",
     "unknown flag \"--adopt-unverifed\" of `rehome import`; did you mean --adopt-unverified?"},
    {"import users.csv --zzzzzzzz",
     "unknown flag \"--zzzzzzzz\" of `rehome import`; see rehome import --help"},
    {"import --csv users.csv",
     "--csv is not a flag of `rehome import`: give the file as an argument: rehome import FILE"},
    {"import users.csv --errors-out e.csv",
     "--errors-out is not a flag of `rehome import`: failed rows are always in failed.csv of the "
     "run directory"},
    {"import users.csv --job-id 7",
     "--job-id is not a flag of `rehome import`: runs get an id of their own; `rehome runs` lists "
     "them"},
    {"import users.csv --resume", "--resume is not a flag of `rehome import`: use `rehome resume`"},
    {"import users.csv --chunk-size 100",
     "--chunk-size is not a flag of `rehome import`: chunks are chosen by rehome"},
    {"import users.csv --rate-limit 5",
     "--rate-limit is not a flag of `rehome import`: use --rate"},
};

TEST(Options, WhatIsNoWordOfOursIsRefusedWithTheNearestOne) {
  for (const Refused& one : kRefused) {
    SCOPED_TRACE(one.words);
    const auto parsed = ParseWords(one.words);
    ASSERT_FALSE(parsed.ok());
    EXPECT_EQ(parsed.error().code, base::ErrorCode::kUsage);
    EXPECT_EQ(parsed.error().message, one.message);
  }
}

TEST(Options, AKeyInTheCommandLineIsRefusedAndNotRepeated) {
  for (const std::string words :
       {"import users.csv --api-key sk_live_1", "import users.csv --api-key=sk_live_1",
        "resume --api-key sk_live_1"}) {
    const auto parsed = ParseWords(words);
    ASSERT_FALSE(parsed.ok()) << words;
    EXPECT_EQ(parsed.error().message.find("sk_live"), std::string::npos);
    EXPECT_NE(parsed.error().message.find(
                  "a key in the command line can be seen by others: use --api-key-file or "
                  "WORKOS_SECRET_KEY"),
              std::string::npos);
  }
}

TEST(Options, ValuesOutOfRangeAreRefused) {
  for (const std::string words :
       {"--reserve 100", "--reserve 100%", "--reserve %", "--reserve 1%%", "--reserve -1",
        "--workers 257", "--warm-concurrency 0", "--limit 0", "--min-delay -5",
        "--on-existing maybe", "--progress loud", "--workers x"}) {
    const auto parsed = ParseWords("import users.csv " + words);
    ASSERT_FALSE(parsed.ok()) << words;
    EXPECT_EQ(parsed.error().code, base::ErrorCode::kUsage);
    EXPECT_FALSE(parsed.error().message.empty());
  }
}

TEST(Options, AFlagThatMayBeRepeatedTakesOneValueAndLeavesTheFile) {
  const auto import =
      Parse<ImportCommand>("import --map A=email --ignore-column B --map C=org_id users.csv");
  EXPECT_EQ(import.input.maps, (std::vector<std::string>{"A=email", "C=org_id"}));
  EXPECT_EQ(import.input.ignored, std::vector<std::string>{"B"});
  EXPECT_EQ(import.input.file, "users.csv");
  for (const std::string flag : {"--map A=email", "--ignore-column [A,B]"}) {
    EXPECT_EQ(Parse<ValidateCommand>("validate " + flag + " users.csv").input.file, "users.csv");
  }
  EXPECT_EQ(Parse<ValidateCommand>("validate --ignore-column [A,B] u.csv").input.ignored,
            std::vector<std::string>{"[A,B]"});
  EXPECT_FALSE(ParseWords("sandbox --role a b").ok());
}

std::string RefusalOfWords(const std::vector<const char*>& words) {
  const auto parsed = ParseCommandLine(static_cast<int>(words.size()), words.data());
  return parsed ? "" : parsed.error().message;
}

// A script whose variable is not set: the whole file must not go where a part was meant.
TEST(Options, AnEmptyValueIsRefusedAndNotTakenForNone) {
  const std::string fault = ": the value behind it is empty: give one, or leave it out";
  for (const ImportFlag& flag : kImportFlags) {
    const auto parts = base::Split(flag.words, ' ');
    if (parts.size() < 2) continue;
    EXPECT_EQ(RefusalOfWords({"rehome", "import", "f.csv", parts[0].c_str(), ""}),
              parts[0] + fault);
    EXPECT_EQ(RefusalOfWords({"rehome", "import", "f.csv", (parts[0] + "=").c_str(), "--yes"}),
              parts[0] + fault);
  }
  EXPECT_EQ(RefusalOfWords({"rehome", "report", "-o", ""}), "-o" + fault);
  const std::string argument = "an argument is empty: give it a value, or leave it out";
  EXPECT_EQ(RefusalOfWords({"rehome", "resume", ""}), argument);
  EXPECT_EQ(RefusalOfWords({"rehome", "import", ""}), argument);
  EXPECT_EQ(RefusalOfWords({"rehome", "runs", "--api-key", "sk_live_1", ""}), argument);
  EXPECT_EQ(RefusalOfWords({"rehome", "runs", "--api-key=sk_live_1", ""}), "--api-key" + fault);
}

TEST(Options, ANumberWithLeadingZerosIsDecimal) {
  EXPECT_EQ(Parse<ImportCommand>("import f.csv --limit 010").limit, 10);
  EXPECT_EQ(Parse<ImportCommand>("import f.csv --reserve 08%").pace.reserve, 8);
}

TEST(Options, ANumberThatIsTooSmallIsToldWhereNumbersBegin) {
  EXPECT_EQ(RefusalOfWords({"rehome", "import", "f.csv", "--limit", "0"}),
            "--limit wants a whole number from 1, not \"0\"");
  EXPECT_EQ(RefusalOfWords({"rehome", "import", "f.csv", "--min-delay", "-5"}),
            "--min-delay wants a whole number from 0 to 86400000, not \"-5\"");
}

// In nanoseconds it would not fit, and be no delay at all.
TEST(Options, ADelayOfMoreThanADayIsRefused) {
  EXPECT_EQ(Parse<ImportCommand>("import f.csv --min-delay 86400000").pace.min_delay_ms, 86400000);
  for (const char* delay : {"86400001", "9223372036855", "9223372036854775808"}) {
    EXPECT_EQ(
        RefusalOfWords({"rehome", "import", "f.csv", "--min-delay", delay}),
        "--min-delay wants a whole number from 0 to 86400000, not \"" + std::string(delay) + "\"");
  }
}

TEST(Options, EveryCommandHasHelpThatNamesIt) {
  for (const std::string command :
       {"import", "resume", "verify", "validate", "report", "explain", "runs", "status", "lock",
        "lock status", "lock check", "lock release", "sandbox"}) {
    const auto parsed = ParseWords(command + " --help");
    ASSERT_TRUE(parsed.ok()) << command;
    const auto* text = std::get_if<std::string>(&parsed->result);
    ASSERT_NE(text, nullptr) << command;
    EXPECT_NE(text->find(command.substr(command.rfind(' ') + 1)), std::string::npos);
    // Flags for tests only stay hidden.
    EXPECT_EQ(text->find("clock-rate"), std::string::npos);
  }
}

}  // namespace
}  // namespace rehome::cli
