#include <array>
#include <cstdio>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/run_view.h"
#include "cli/session.h"
#include "cli/terminal.h"
#include "json/writer.h"

namespace rehome::cli {
namespace {

std::string Padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

// What its last verification came to, as far as its snapshot tells.
std::string VerificationText(const RunView& view) {
  const auto state = view.status ? view.status->summary.counters.verification.state
                                 : model::VerificationState::kNotRun;
  return std::string(NameOf(state));
}

std::string Line(const RunView& view) {
  const journal::RunFacts& facts = view.facts;
  return Padded(facts.run_id, 22) + Padded(StateText(view), 18) +
         Padded(facts.exit_code ? std::to_string(*facts.exit_code) : "-", 6) +
         Padded(VerificationText(view), 14) +
         Padded(journal::WasRefused(facts) ? "-" : base::WithThousands(facts.rows), 12) +
         Padded(base::EscapeForTerminal(facts.target_name, 24), 26) +
         base::EscapeForTerminal(facts.file, 200) + "\n";
}

std::string Json(const RunView& view) {
  const journal::RunFacts& facts = view.facts;
  json::Writer writer;
  writer.BeginObject()
      .Field("run", facts.run_id)
      .Field("state", view.facts.state == "running" && !view.live ? "dead" : view.facts.state)
      .Field("created_at", facts.created_at)
      .Field("finished_at", facts.finished_at)
      .Field("target", facts.target_name)
      .Field("endpoint", facts.endpoint)
      .Field("file", facts.file)
      .Key("rows");
  if (journal::WasRefused(facts)) {
    writer.Null();  // not counted yet
  } else {
    writer.Int(facts.rows);
  }
  writer.Key("exit_code");
  if (facts.exit_code) {
    writer.Int(*facts.exit_code);
  } else {
    writer.Null();
  }
  writer.Field("verification", VerificationText(view));
  writer.Field("directory", view.directory.path()).EndObject();
  return writer.Take() + "\n";
}

}  // namespace

ExitCode RunRuns(const RunsCommand& command) {
  const journal::RunStore store = RunStoreOf(command.common);
  const auto runs = store.All();
  if (runs.empty() && !command.common.output.quiet) {
    PrintLine("there is no run in " + base::EscapeForTerminal(store.root(), 4096));
  }
  std::string text;
  if (!runs.empty() && !command.common.output.json) {
    text = Padded("run", 22) + Padded("state", 18) + Padded("exit", 6) +
           Padded("verification", 14) + Padded("rows", 12) + Padded("target", 26) + "file\n";
  }
  for (const journal::RunDirectory& run : runs) {
    const auto view = ViewRun(run);
    if (view) text += command.common.output.json ? Json(*view) : Line(*view);
  }
  return PrintResult(text) ? ExitCode::kDone : ExitCode::kFatal;
}

}  // namespace rehome::cli
