#include "cli/command_tree.h"
#include "cli/commands.h"
#include "cli/man_page.h"
#include "cli/shell_completion.h"
#include "cli/terminal.h"
#include "cli/version.h"

namespace rehome::cli {
namespace {

ExitCode Print(const std::string& text) {
  return PrintResult(text) ? ExitCode::kDone : ExitCode::kFatal;
}

}  // namespace

ExitCode RunCompletion(const CompletionCommand& command) {
  const CommandFacts program = DescribeProgram();
  if (command.shell == "bash") return Print(BashCompletion(program));
  if (command.shell == "zsh") return Print(ZshCompletion(program));
  return Print(FishCompletion(program));
}

ExitCode RunMan(const ManCommand&) { return Print(ManPage(DescribeProgram(), Version())); }

}  // namespace rehome::cli
