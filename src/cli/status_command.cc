#include <unistd.h>

#include <cstddef>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/live_line.h"
#include "cli/progress_line.h"
#include "cli/run_end.h"
#include "cli/run_view.h"
#include "cli/session.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "json/writer.h"
#include "report/render.h"
#include "report/text_table.h"

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
    text += "verify again with: rehome verify " + journal::ArgumentOf(facts) + "\n";
  }
  const bool part = facts.state == "partial" || !journal::CoversFile(facts);
  if (part) text += GoOnText(facts) + "\n";
  return text;
}

// Here in full; the line of progress may have no room for it.
std::string PausedText(const StatusSnapshot& status) {
  if (status.progress.empty() || status.progress.back().limit.brief != kPausedBriefly) return {};
  return ", " + status.progress.back().limit.words;
}

std::string Text(const RunView& view) {
  std::string text = "run " + view.facts.run_id + ": " + StateText(view);
  if (journal::WasRefused(view.facts)) {
    return text + ", since its target was locked; nothing was sent\nstart it with: rehome resume " +
           journal::ArgumentOf(view.facts) + "\n";
  }
  if (!view.status) return text + "\n";
  const report::Summary& summary = view.status->summary;
  std::int64_t done = summary.rows_read;
  done -= summary.rows[static_cast<std::size_t>(model::OutcomeKind::kUnprocessed)];
  if (view.live) text += PausedText(*view.status) + ", " + view.status->phase;
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
  if (view.live && !starting && !view.status->progress.empty()) {
    text += ProgressLine(view.status->progress.back(), ColumnsOf(STDOUT_FILENO)) + "\n";
  }
  if (journal::ImportEnded(view.facts)) return text + AfterTheEnd(view.facts, verification);
  if (view.facts.state == "failed" && report::NothingWasAccepted(summary)) {
    text += "mend why it failed (see: rehome report " + journal::ArgumentOf(view.facts) +
            "), then run the import again\n";
  } else if (!view.live) {
    text += GoOnText(view.facts) + "\n";
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
        .Key("progress")
        .BeginArray();
    for (const PhaseProgress& phase : view.status->progress) writer.Raw(EncodePhase(phase));
    writer.EndArray().Key("summary").Raw(report::RenderJson(view.status->summary));
  }
  writer.EndObject();
  return writer.Take() + "\n";
}

/// The terminal of someone who watches a run: a line for each phase that has ended, and one that
/// is rewritten.
class RunScreen {
 public:
  std::string Show(const RunView& view, int columns) {
    std::string text;
    if (!std::exchange(begun_, true)) text += "run " + view.facts.run_id + ": running\n";
    if (!view.status || view.status->phase == kStarting) {
      return text + line_.Show(Cut("starting", columns), columns);
    }
    text += Ended(view, columns);
    return text + line_.Show(Now(view, columns), columns);
  }
  /// The run is over: what has not been told of its phases.
  std::string End(const RunView& view, int columns) {
    return begun_ && view.status ? line_.Clear() + Ended(view, columns) : line_.Clear();
  }

 private:
  std::string Ended(const RunView& view, int columns) {
    std::string text;
    const std::vector<PhaseProgress>& phases = view.status->progress;
    for (; ended_ < phases.size() && phases[ended_].ended; ++ended_) {
      text += line_.Clear() + ProgressLine(phases[ended_], columns - 1) + "\n";
    }
    return text;
  }
  static std::string Cut(const std::string& text, int columns) {
    return report::DisplayWidth(text) < columns ? text : std::string();
  }
  std::string Now(const RunView& view, int columns) const {
    const base::Duration age = AgeOf(*view.status);
    if (age > kHeartbeatLate) {
      return Cut("no heartbeat since " + base::FormatDuration(age), columns);
    }
    const std::vector<PhaseProgress>& phases = view.status->progress;
    if (ended_ >= phases.size()) return Cut(view.status->phase, columns);
    return ProgressLine(phases[ended_], columns - 1);
  }

  LiveLine line_;
  bool begun_ = false;
  std::size_t ended_ = 0;  // phases of which it was told
};

}  // namespace

ExitCode RunStatus(const StatusCommand& command) {
  const journal::RunStore store = RunStoreOf(command.common);
  auto run = store.Find(command.run);
  if (!run) return Refuse(run.error());
  const bool json = command.common.output.json;
  const bool rewrites = command.watch && !json && StdoutIsTerminal() && TerminalRewrites();
  RunScreen screen;
  while (true) {
    const auto view = ViewRun(*run);
    if (!view) return Refuse(view.error());
    const int columns = ColumnsOf(STDOUT_FILENO);
    std::string text;
    if (json) {
      text = Json(*view);
    } else if (rewrites && view->live) {
      text = screen.Show(*view, columns);
    } else {
      text = screen.End(*view, columns) + Text(*view);
    }
    if (!PrintResult(text)) return ExitCode::kFatal;
    if (!command.watch || !view->live) return ExitCode::kDone;
    std::this_thread::sleep_for(kWatchEvery);
  }
}

}  // namespace rehome::cli
