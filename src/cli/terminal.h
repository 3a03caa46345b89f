#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "cli/options.h"

namespace rehome::cli {

bool StderrIsTerminal();
bool StdinIsTerminal();
bool StdoutIsTerminal();
/// Whether the terminal can rewrite a line: not one that TERM calls dumb.
bool TerminalRewrites();
/// Columns of the terminal on this descriptor now; 100 when it is none.
int ColumnsOf(int descriptor);
/// Of the one on stderr, for tables and texts, which need some room.
int TerminalColumns();
/// `rehome: <message>` on stderr, escaped line by line.
void PrintError(const base::Error& error);
/// A line on stderr, as it is.
void PrintLine(const std::string& line);
/// A remark on stderr; what it quotes of names and paths is escaped.
void PrintWarning(const std::string& warning);
/// Whole lines on stderr, as they are.
void PrintText(std::string_view text);
/// Text on stdout; false when it could not be written (closed pipe, full disk).
bool PrintResult(std::string_view text);
/// Asks on the terminal; true for y or yes.
bool AskYesNo(const std::string& question);

}  // namespace rehome::cli
