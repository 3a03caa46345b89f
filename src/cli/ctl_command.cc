#include <chrono>
#include <string>
#include <utility>

#include "base/local_socket.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/control_request.h"
#include "cli/run_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "json/value.h"

namespace rehome::cli {
namespace {

// A run answers within a fifth of a second, but for the moment in which its files are written.
constexpr std::chrono::milliseconds kPatience(5000);

base::Error Refused(std::string message) { return {base::ErrorCode::kUsage, std::move(message)}; }

base::Result<RunView> Find(const CtlCommand& command) {
  const journal::RunStore store = RunStoreOf(command.common);
  if (!command.run.empty()) {
    const auto run = store.Find(command.run);
    return run ? ViewRun(*run) : base::Result<RunView>(run.error());
  }
  const std::vector<journal::RunDirectory> runs = store.All();
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    auto view = ViewRun(*run);
    if (view && view->live) return view;
  }
  // One that has ended may be verified just now, by a process that listens too.
  for (auto run = runs.rbegin(); run != runs.rend(); ++run) {
    if (base::AskLocalSocket(run->path(), kControlSocket, "status", kPatience))
      return ViewRun(*run);
  }
  return Refused("no run goes on in " + base::EscapeForTerminal(store.root(), 4096) +
                 (runs.empty() ? ", and there is none" : "") + "; rehome runs lists all");
}

// Why a run gave no answer, and what to do.
base::Error WhyNot(const journal::RunDirectory& run, const base::Error& trouble) {
  const auto view = ViewRun(run);
  if (!view) return view.error();
  const std::string name = "run " + view->facts.run_id;
  const std::string argument = journal::ArgumentOf(view->facts);
  if (journal::WasRefused(view->facts)) {
    return Refused(name +
                   " has not begun, since its target was locked; start it with: rehome "
                   "resume " +
                   argument);
  }
  if (journal::ImportEnded(view->facts)) {
    return Refused(name + " has ended (" + view->facts.state + "); see: rehome report " + argument);
  }
  if (!view->live) {
    const bool dead = view->facts.state == "running";
    return Refused(name + (dead ? "'s process is dead" : " has ended (" + view->facts.state + ")") +
                   "; continue with: rehome resume " + argument);
  }
  const std::string file = base::EscapeForTerminal(run.File(kPauseFile), 4096);
  return Refused(name + " goes on and cannot be reached (" +
                 base::EscapeForTerminal(trouble.message, 500) + "); the file " + file +
                 " pauses it as long as it is there");
}

struct Reply {
  bool ok = false;
  std::string message;
};

base::Result<Reply> Read(const std::string& answer) {
  const auto root = json::Parse(answer);
  if (!root) return root.error();
  const json::Value* ok = root->Find("ok");
  return Reply{.ok = ok != nullptr && ok->AsBool().value_or(false),
               .message = std::string(root->StringAt("message"))};
}

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCode::kRefused;
}

}  // namespace

ExitCode RunCtl(const CtlCommand& command) {
  if (command.request.empty()) {
    return Refuse(Refused("REQUEST is missing: `rehome ctl` wants one of " +
                          std::string(kControlForms) + "; see rehome ctl --help"));
  }
  const auto request = ParseControl(command.request);
  if (!request) return Refuse(request.error());
  const auto view = Find(command);
  if (!view) return Refuse(view.error());
  const journal::RunDirectory& run = view->directory;
  const auto answer = base::AskLocalSocket(run.path(), kControlSocket, request->Text(), kPatience);
  if (!answer) return Refuse(WhyNot(run, answer.error()));
  const auto reply = Read(*answer);
  if (!reply) return Refuse(WhyNot(run, reply.error()));
  const std::string text =
      "run " + view->facts.run_id + ": " + base::EscapeForTerminal(reply->message, 8192);
  if (command.common.output.json) {
    if (!PrintResult(*answer + "\n")) return ExitCode::kFatal;
  } else if (reply->ok) {
    if (!PrintResult(text + "\n")) return ExitCode::kFatal;
  } else {
    PrintError({base::ErrorCode::kUsage, text});
  }
  return reply->ok ? ExitCode::kDone : ExitCode::kRefused;
}

}  // namespace rehome::cli
