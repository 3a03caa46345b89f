#include "cli/man_page.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace rehome::cli {
namespace {

// Of the last change of what the page says. A build's own would make every build another.
constexpr std::string_view kDate = "2026-11-26";

constexpr std::string_view kEnvironment = R"(.SH ENVIRONMENT
.TP
.BR WORKOS_SECRET_KEY ", " WORKOS_API_KEY
The API key of the target, unless
.B \-\-api\-key\-file
names a file. No flag takes it.
.TP
.BR REHOME_ENDPOINT ", " WORKOS_API_URL
The address of the target's API, unless
.B \-\-endpoint
gives it.
.TP
.B REHOME_RUNS_DIR
Where runs are kept, unless
.B \-\-runs\-dir
says so.
.SH EXIT STATUS
.TP
.B 0
All is done, and nothing failed.
.TP
.B 1
Done; some rows were rejected, failed or parked. Of a check or a dry run:
problems were found.
.TP
.B 2
Refused: the command line, the settings or the file. Nothing was written.
.TP
.B 3
Stopped by a limit; to be resumed.
.TP
.B 4
It could not go on: key, certificate, network, disk; to be resumed.
.TP
.B 5
The verification found something missing, double or different, or is
incomplete.
.TP
.B 75
Another import has the target.
.TP
.BR 130 ", " 143
Interrupted by SIGINT or SIGTERM, with all that was sent recorded; to be
resumed.
.SH FILES
.TP
.I .rehome/runs/RUN
The directory of a run: its journal, summary, report page and row files.
For its owner only.
)";

// Text of a paragraph: nothing in it is a request or an escape.
std::string Escaped(std::string_view text) {
  std::string escaped;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
    line_begins = c == '\n';
  }
  return escaped;
}

std::string Bold(std::string_view text) { return "\\fB" + Escaped(text) + "\\fR"; }
std::string Italic(std::string_view text) { return "\\fI" + Escaped(text) + "\\fR"; }

std::string SentenceOf(const OptionFacts& option) {
  std::string text = option.text;
  std::replace(text.begin(), text.end(), '\n', ' ');
  return Escaped(text);
}

std::string NamesOf(const OptionFacts& option) {
  if (option.is_argument) return Italic(option.long_name);
  std::string names = option.short_name.empty() ? "" : Bold(option.short_name) + ", ";
  names += Bold(option.long_name);
  return option.takes_value ? names + " " + Italic(option.shown) : names;
}

std::vector<std::string> SectionsOf(const CommandFacts& command) {
  std::vector<std::string> sections;
  for (const OptionFacts& option : command.options) {
    const bool known =
        std::find(sections.begin(), sections.end(), option.section) != sections.end();
    if (!option.is_argument && !known) sections.push_back(option.section);
  }
  return sections;
}

std::string ItemText(const OptionFacts& option) {
  const std::string text = SentenceOf(option);
  return ".TP\n" + NamesOf(option) + "\n" + (text.empty() ? "\\&" : text) + "\n";
}

std::string UsageOf(const CommandFacts& command) {
  std::string usage = Bold("rehome " + command.path);
  if (command.path.empty()) return Bold("rehome") + " " + Italic("COMMAND") + " [...]\n";
  for (const OptionFacts& option : command.options) {
    if (option.is_argument) usage += " " + Italic(option.long_name);
  }
  if (!command.commands.empty()) usage += " " + Italic("COMMAND");
  return usage + " [" + Italic("OPTIONS") + "]\n";
}

// A footer keeps its lines: examples and lists stand in it.
std::string FooterText(const CommandFacts& command) {
  std::string footer(base::Trim(command.footer));
  std::string text;
  bool blank = false;
  for (const std::string& line : base::Split(footer, '\n')) {
    if (line.empty()) {
      blank = true;
      continue;
    }
    text += (blank ? ".sp\n" : "") + Escaped(line) + "\n";
    blank = false;
  }
  return text.empty() ? text : ".PP\n.nf\n" + text + ".fi\n";
}

std::string CommandText(const CommandFacts& command) {
  std::string text = ".SS " + Escaped(command.path) + "\n" + UsageOf(command);
  text += ".PP\n" + Escaped(command.text) + "\n";
  for (const OptionFacts& option : command.options) {
    if (option.is_argument) text += ItemText(option);
  }
  for (const std::string& section : SectionsOf(command)) {
    text += ".PP\n" + Bold(section) + "\n";
    for (const OptionFacts& option : command.options) {
      if (!option.is_argument && option.section == section) text += ItemText(option);
    }
  }
  return text + FooterText(command);
}

}  // namespace

std::string ManPage(const CommandFacts& program, std::string_view version) {
  std::string page = ".TH REHOME 1 " + std::string(kDate) + " \"rehome " + std::string(version) +
                     "\" \"User Commands\"\n";
  page += ".SH NAME\nrehome \\- move the users of one identity provider to another\n";
  page += ".SH SYNOPSIS\n" + UsageOf(program);
  page += ".SH DESCRIPTION\n" + Escaped(program.text) + "\n";
  for (const OptionFacts& option : program.options) page += ItemText(option);
  page += FooterText(program) + ".SH COMMANDS\n";
  for (const CommandFacts* command : AllOf(program)) {
    if (!command->path.empty()) page += CommandText(*command);
  }
  return page + std::string(kEnvironment);
}

}  // namespace rehome::cli
