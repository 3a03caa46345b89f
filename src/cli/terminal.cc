#include "cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "base/text.h"

namespace rehome::cli {
namespace {

// Bytes of a line that quotes input: room for a long path and what is said of it.
constexpr std::size_t kMostOfLine = 2000;
// Of what is written to a file or a pipe.
constexpr int kColumnsElsewhere = 100;
// In less a table would wrap anyway; the terminal then does it.
constexpr int kLeastForText = 40;

}  // namespace

bool StderrIsTerminal() { return isatty(STDERR_FILENO) == 1; }
bool StdinIsTerminal() { return isatty(STDIN_FILENO) == 1; }
bool StdoutIsTerminal() { return isatty(STDOUT_FILENO) == 1; }

bool TerminalRewrites() {
  const char* term = std::getenv("TERM");
  return term == nullptr || std::string_view(term) != "dumb";
}

int ColumnsOf(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kColumnsElsewhere;
  return size.ws_col;
}

int TerminalColumns() {
  const int columns = ColumnsOf(STDERR_FILENO);
  return columns < kLeastForText ? kColumnsElsewhere : columns;
}

void PrintError(const base::Error& error) {
  // Messages may quote input; only the line breaks in them are ours.
  std::string text = "rehome: ";
  for (const std::string& line : base::Split(error.message, '\n')) {
    text += base::EscapeForTerminal(line, kMostOfLine) + "\n";
  }
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void PrintLine(const std::string& line) { PrintText(line + "\n"); }

void PrintWarning(const std::string& warning) {
  PrintLine("warning: " + base::EscapeForTerminal(warning, kMostOfLine));
}

void PrintText(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stderr); }

bool PrintResult(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

bool AskYesNo(const std::string& question) {
  std::fputs((question + " [y/N] ").c_str(), stderr);
  std::fflush(stderr);
  std::string answer;
  if (!std::getline(std::cin, answer)) return false;
  const std::string folded = base::FoldAscii(base::Trim(answer));
  return folded == "y" || folded == "yes";
}

}  // namespace rehome::cli
