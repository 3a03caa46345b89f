#include <thread>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/run_view.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "json/writer.h"
#include "report/render.h"

namespace rehome::cli {
namespace {

constexpr std::chrono::milliseconds kWatchEvery(1000);

ExitCode Refuse(const base::Error& error) {
  PrintError(error);
  return ExitCodeOf(error.code);
}

// What is left to do of a run that came to its end.
std::string AfterTheEnd(const journal::RunFacts& facts, const model::Verification& verification) {
  std::string text;
  if (facts.exit_code == journal::kVerificationFailed) {
    if (verification.state == model::VerificationState::kFindings) {
      text += "mend what verification.csv in the run directory names, then ";
    }
    text += "verify again with: rehome verify " + facts.run_id + "\n";
  }
  const bool part = facts.state == "partial" || !journal::CoversFile(facts);
  if (part) text += "continue with: rehome resume " + facts.run_id + "\n";
  return text;
}

std::string Text(const RunView& view) {
  std::string text = "run " + view.facts.run_id + ": " + StateText(view);
  if (journal::WasRefused(view.facts)) {
    return text + ", since its target was locked; nothing was sent\nstart it with: rehome resume " +
           view.facts.run_id + "\n";
  }
  if (!view.status) return text + "\n";
  const report::Summary& summary = view.status->summary;
  std::int64_t done = summary.rows_read;
  done -= summary.rows[static_cast<std::size_t>(model::OutcomeKind::kUnprocessed)];
  if (view.live) text += ", " + view.status->phase;
  text += ", " + base::WithThousands(done) + " of " + base::Count(summary.rows_read, "row", "rows");
  for (const auto kind :
       {model::OutcomeKind::kRejected, model::OutcomeKind::kFailed, model::OutcomeKind::kParked}) {
    const std::int64_t count = summary.rows[static_cast<std::size_t>(kind)];
    if (count > 0) text += ", " + base::WithThousands(count) + " " + std::string(NameOf(kind));
  }
  const base::Duration age = AgeOf(*view.status);
  text += ", as of " + base::FormatIso8601(view.status->as_of);
  const bool starting = view.live && view.status->phase == kStarting;
  if (view.facts.state == "running" && !starting && age > kHeartbeatLate) {
    text += ": no heartbeat since " + base::FormatDuration(age);
  }
  const model::Verification& verification = summary.counters.verification;
  if (!view.live && verification.state != model::VerificationState::kNotRun) {
    text += "; verification: " + std::string(NameOf(verification.state));
  }
  text += "\n";
  if (journal::ImportEnded(view.facts)) return text + AfterTheEnd(view.facts, verification);
  if (view.facts.state == "failed" && report::NothingWasAccepted(summary)) {
    text += "mend why it failed (see: rehome report " + view.facts.run_id +
            "), then run the import again\n";
  } else if (!view.live) {
    text += "continue with: rehome resume " + view.facts.run_id + "\n";
  }
  return text;
}

std::string Json(const RunView& view) {
  json::Writer writer;
  writer.BeginObject()
      .Field("run", view.facts.run_id)
      .Field("state", view.facts.state == "running" && !view.live ? "dead" : view.facts.state)
      .Field("live", view.live);
  if (view.status) {
    writer.Field("phase", view.status->phase)
        .Field("as_of", base::FormatIso8601(view.status->as_of))
        .Key("summary")
        .Raw(report::RenderJson(view.status->summary));
  }
  writer.EndObject();
  return writer.Take() + "\n";
}

}  // namespace

ExitCode RunStatus(const StatusCommand& command) {
  const journal::RunStore store(RunsDirectoryOf(command.common));
  auto run = store.Find(command.run);
  if (!run) return Refuse(run.error());
  while (true) {
    const auto view = ViewRun(*run);
    if (!view) return Refuse(view.error());
    if (!PrintResult(command.common.output.json ? Json(*view) : Text(*view))) {
      return ExitCode::kFatal;
    }
    if (!command.watch || !view->live) return ExitCode::kDone;
    std::this_thread::sleep_for(kWatchEvery);
  }
}

}  // namespace rehome::cli
