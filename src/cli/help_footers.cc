#include "cli/help_footers.h"

namespace rehome::cli {
namespace {

struct HelpFooter {
  std::string_view command;
  std::string_view text;
};

constexpr std::string_view kImportExitCodes =
    "Exit codes: 0 all done; 1 some rows not; 2 refused; 3 stopped by a limit; 4 fatal; 5 "
    "verification;\n"
    "75 locked; 130/143 interrupted. After 3, 4, 130, 143: rehome resume. See docs/exit-codes.md.";
constexpr std::string_view kReadExitCodes =
    "Exit codes: 0 shown; 2 there is no such run; 4 it cannot be read.";

constexpr HelpFooter kFooters[] = {
    {"",
     "Start with: rehome validate users.csv\n"
     "`rehome COMMAND --help` says more; so do README.md and docs/."},
    {"import", "Example: rehome import users.csv --target staging\n"},
    {"resume",
     "Flags of Pace that are not given keep the run's values.\n\n"
     "Example: rehome resume\n"},
    {"retry",
     "Failed, parked and unprocessed rows, from the original file. Rejected ones too when\n"
     "--edited corrects them; secrets are always taken from the original.\n\n"
     "Example: rehome retry --edited failed.csv\n"},
    {"verify",
     "Only reads. Flags of Pace that are not given keep the run's values. More in\n"
     "docs/verification.md.\n\n"
     "Example: rehome verify\n"
     "Exit codes: 0 all is as it was written; 2 refused; 4 fatal; 5 something is missing, double "
     "or\n"
     "different (verification.csv in the run directory), or it is incomplete: the text says "
     "which;\n"
     "75 the target is locked, or the run is in use; 130/143 interrupted."},
    {"rehearse",
     "The real import over HTTP, against a sandbox in this process with the documented limits, on\n"
     "a fast clock. Needs no key and sends nothing to anybody. The prediction is the last line\n"
     "(docs/rehearsal.md).\n\n"
     "Example: rehome rehearse users.csv --reserve 0\n"
     "Exit codes: those of the import (docs/exit-codes.md)."},
    {"validate",
     "Positions are line and character; --fix repairs only what changes nothing for an import\n"
     "(docs/validation.md). With it the exit code is that of the copy.\n\n"
     "Example: rehome validate users.csv --fix clean.csv\n"
     "Exit codes: 0 no problem; 1 problems found; 2 the file is refused."},
    {"report", "Example: rehome report --format html -o report.html\n"},
    {"explain",
     "Codes stand in the report, in `validate` and in the column _code of the row files.\n"
     "docs/reasons.md has all of it.\n\n"
     "Example: rehome explain user_unverified\n"
     "Exit codes: 0 shown; 2 there is no such code; 4 stdout cannot be written."},
    {"runs", "Example: rehome runs\nExit codes: 0 shown; 4 stdout cannot be written."},
    {"status", "Example: rehome status --watch\n"},
    {"ctl",
     "REQUEST is one of:\n"
     "  pause          nothing more is sent; what is out is finished\n"
     "  resume         go on\n"
     "  rate=N         writes per second, or none; rate=default: the documented 50, less "
     "--reserve\n"
     "  concurrency=N  rows in flight, from 1 to 1024, or auto\n"
     "  stop           end it as Ctrl-C would, to be resumed; it exits with 3\n"
     "  status         say how far it is\n"
     "A file named pause in the run directory pauses the run as long as it is there. More in\n"
     "docs/automation.md.\n\n"
     "Example: rehome ctl pause\n"
     "Exit codes: 0 done; 2 refused: no such run, none goes on, or it cannot do that."},
    {"lock", "Example: rehome lock status --target staging"},
    {"lock status",
     "Example: rehome lock status --target staging\n"
     "Exit codes: 0 shown; 2 it is not clear which target is meant; 4 it cannot be asked."},
    {"lock release",
     "The lock is the system's: it ends with the process that has it, so there is nothing to\n"
     "release of one that is gone, and none is taken from one that lives. What was asked and\n"
     "found is kept in the events of the run.\n"
     "With --coordinator target the lock on the target is meant, of a run on any machine: it is\n"
     "removed after 3 minutes in which its holder does not renew it (docs/parallel-runs.md).\n\n"
     "Example: rehome lock release 20261123-093000-ab12\n"
     "Exit codes: 0 the target is free; 75 it is held, and why; 2 there is no such run; 4 the\n"
     "target cannot be asked."},
    {"lock check",
     "Example: rehome lock check -q --target staging || echo \"not now\"\n"
     "Exit codes: 0 free; 75 held; 2 it is not clear which target is meant; 4 it cannot be\n"
     "asked (with --coordinator target)."},
    {"completion",
     "Example: rehome completion bash > ~/.local/share/bash-completion/completions/rehome\n"
     "Installed packages have them already. For zsh the file is _rehome in a directory of $fpath,\n"
     "for fish ~/.config/fish/completions/rehome.fish (docs/automation.md)."},
    {"man", "Example: rehome man | man -l -"},
    {"sandbox",
     "The API key is $REHOME_SANDBOX_API_KEY [sk_test_default]. Counts are at /_sandbox/counts,\n"
     "the record of every request and effect at /_sandbox/record (docs/testing.md).\n\n"
     "Example: rehome sandbox --latency 20-60 --lag 2\n"
     "Exit codes: 0 ended by Ctrl-C; 2 wrong flags; 4 the port or a file is not to be had."}};

std::string_view SharedExitCodes(std::string_view command) {
  if (command == "import" || command == "resume" || command == "retry") return kImportExitCodes;
  if (command == "report" || command == "status") return kReadExitCodes;
  return {};
}

}  // namespace

std::string HelpFooterOf(std::string_view command) {
  for (const HelpFooter& footer : kFooters) {
    if (footer.command != command) continue;
    return std::string(footer.text) + std::string(SharedExitCodes(command));
  }
  return {};
}

}  // namespace rehome::cli
