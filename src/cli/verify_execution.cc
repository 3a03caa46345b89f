#include "cli/verify_execution.h"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/text.h"
#include "cli/automation.h"
#include "cli/run_end.h"
#include "cli/run_verdict.h"
#include "cli/run_verification.h"
#include "cli/signals.h"
#include "cli/target_loop.h"
#include "cli/terminal.h"
#include "report/render.h"
#include "report/verification_line.h"

namespace rehome::cli {
namespace {

// A report has the journal for a moment; whoever has it for longer verifies the run too.
constexpr base::Duration kPatience = std::chrono::seconds(2);

base::Error InUse(const std::string& run_id) {
  return {base::ErrorCode::kLocked,
          "run " + run_id +
              " is being resumed, verified or reported by another process; try again when that "
              "has ended"};
}

// What there is to verify: the run's summary so far.
base::Result<report::Summary> SummaryToVerify(const journal::RunDirectory& run,
                                              const journal::RunFacts& facts,
                                              journal::JournalReader& journal) {
  auto summary = ReadSummary(run, facts, journal);
  if (!summary) return summary.error();
  if (report::NothingWasAccepted(*summary)) {
    return base::Error{base::ErrorCode::kUsage, "run " + facts.run_id +
                                                    " made and found nothing on the target: there "
                                                    "is nothing to verify"};
  }
  return summary;
}

// Takes back what the run says of its verification. One that came to its end is then one whose
// verification did not, which `resume` verifies again.
base::Status TakeBack(const journal::RunDirectory& run, journal::RunFacts facts,
                      report::Summary summary) {
  if (journal::ImportEnded(facts)) {
    facts.state = EndedStateOf(facts, ExitCode::kVerification);
    facts.exit_code = ToInt(ExitCode::kVerification);
  }
  summary.run = facts;
  RETURN_IF_ERROR(WriteUndecided(run, std::move(summary)));
  return run.WriteFacts(facts);
}

// What the run says of itself from now on. One that did not come to its end stays to be resumed.
// Gives the remark about the report page, if there is one.
base::Result<std::string> Record(const journal::RunDirectory& run, journal::RunFacts& facts,
                                 report::Summary& summary, journal::JournalReader& journal) {
  if (journal::ImportEnded(facts)) {
    const ExitCode code = ExitCodeOf(summary);
    facts.state = EndedStateOf(facts, code);
    facts.exit_code = ToInt(code);
  }
  summary.run = facts;
  RETURN_IF_ERROR(report::CheckLaws(summary));
  auto page_note = WriteVerdict(run, summary, journal);
  if (!page_note) return page_note;
  RETURN_IF_ERROR(AmendStatus(run, summary, facts.state));
  return page_note;
}

// With what a process ends whose verification found nothing.
enum class WhenClean { kDone, kAsTheRun };

ExitCode CodeOf(const model::Verification& verification, std::optional<int> signal) {
  if (signal) return *signal == SIGTERM ? ExitCode::kTerminated : ExitCode::kInterrupted;
  return verification.state == model::VerificationState::kClean ? ExitCode::kDone
                                                                : ExitCode::kVerification;
}

ExitCode CodeOf(const model::Verification& verification, const journal::RunFacts& run,
                WhenClean when_clean) {
  const ExitCode code = CodeOf(verification, std::nullopt);
  const bool rows_failed = run.exit_code == ToInt(ExitCode::kRowsFailed);
  const bool as_the_run = code == ExitCode::kDone && when_clean == WhenClean::kAsTheRun;
  return as_the_run && rows_failed ? ExitCode::kRowsFailed : code;
}

/// How a process ended, and whether it had begun with the run by then.
struct Ended {
  ExitCode code;
  bool begun = true;
};

Ended Execute(const Session& session, const journal::RunDirectory& run, journal::RunFacts facts,
              EventLog& events, ProgressView& view, const base::Clock& clock,
              WhenClean when_clean) {
  bool begun = false;
  // Whoever is told may be a pager that nobody scrolls, so from then on a signal ends the process.
  const auto fail = [&](const base::Error& error) {
    ReleaseSignals();
    view.Release();
    PrintError(WithAdvice(error, "rehome verify " + journal::ArgumentOf(facts)));
    return Ended{ExitCodeOf(error.code), begun};
  };
  facts.file = session.path;
  facts.options[std::string(kCaFileOption)] = session.target.ca_file;
  if (!session.lock) facts.options[std::string(kNoLockOption)] = "yes";
  auto journal = journal::OpenJournalReader(run.journal_path(), kPatience);
  if (!journal && journal.error().code == base::ErrorCode::kLocked)
    return fail(InUse(facts.run_id));
  if (!journal) return fail(journal.error());
  auto summary = SummaryToVerify(run, facts, **journal);
  if (!summary) return fail(summary.error());
  auto loop = MakeLoop(session.target, clock);
  if (!loop) return fail(loop.error());
  HoldSignals();
  begun = true;
  TellProgress(session, *summary, events, clock);
  if (const auto opened = events.OpenFile(run.events_path()); !opened) return fail(opened.error());
  events.Hold();
  view.Hold();
  RunControl control(run, session.options.pace, events, view, clock);
  control.Open();
  auto end =
      VerifyRun({.session = session,
                 .run = run,
                 .summary = *summary,
                 .journal = **journal,
                 .loop = **loop,
                 .events = events,
                 .view = view,
                 .clock = clock,
                 .at_signal = VerificationInputs::AtSignal::kLeaveAsItWas,
                 .control = &control,
                 .continue_with = "rehome verify " + journal::ArgumentOf(facts),
                 .on_progress = [&](const report::Summary& so_far,
                                    const auto&) { TellProgress(session, so_far, events, clock); },
                 .before_findings = [&] { return TakeBack(run, facts, *summary); }});
  control.Close();
  if (!end) return fail(end.error());
  if (end->signal) {
    const ExitCode code = CodeOf(end->verification, end->signal);
    TellVerdict(session, *summary, code, clock);
    journal->reset();
    ReleaseLock(session, events);
    events.Emit("run_ended", RunEndedMembers(summary->run, code));
    ReleaseSignals();
    events.WriteReady();
    view.Release();
    PrintLine("the verification was interrupted; what run " + facts.run_id +
              " says of itself is as it was");
    return {code};
  }
  report::AddVerification(*summary, end->verification, std::move(end->findings));
  std::ranges::move(control.TakeNotes(), std::back_inserter(summary->counters.controls));
  const auto page_note = Record(run, facts, *summary, **journal);
  if (!page_note) return fail(page_note.error());
  const ExitCode code = CodeOf(end->verification, facts, when_clean);
  TellVerdict(session, *summary, code, clock);
  journal->reset();
  ReleaseLock(session, events);
  ForgetSignals();
  events.Emit("summary", "\"summary\":" + report::RenderJson(*summary));
  events.Emit("run_ended", RunEndedMembers(facts, code));
  events.WriteReady();
  ReleaseSignals();
  view.Release();
  PrintText(report::RenderText(*summary, TerminalColumns()));
  if (!page_note->empty()) PrintLine(*page_note);
  return {code};
}

ExitCode ExecuteToItsEnd(const Session& session, const journal::RunDirectory& run,
                         journal::RunFacts facts, EventLog& events, ProgressView& view,
                         const base::Clock& clock, WhenClean when_clean) {
  const Ended ended = Execute(session, run, std::move(facts), events, view, clock, when_clean);
  if (!ended.begun) return ended.code;
  EndAutomation(session, run, ended.code, events, clock);
  events.WaitForReader();
  return ended.code;
}

}  // namespace

ExitCode ExecuteVerification(const Session& session, const journal::RunDirectory& run,
                             journal::RunFacts facts, EventLog& events, ProgressView& view,
                             const base::Clock& clock) {
  return ExecuteToItsEnd(session, run, std::move(facts), events, view, clock, WhenClean::kDone);
}

ExitCode VerifyAgain(const Session& session, const journal::RunDirectory& run,
                     const journal::RunFacts& facts, EventLog& events, ProgressView& view,
                     const base::Clock& clock) {
  view.Say("run " + facts.run_id +
           " imported all that it was to; only its verification is left, and nothing is written");
  return ExecuteToItsEnd(session, run, facts, events, view, clock, WhenClean::kAsTheRun);
}

}  // namespace rehome::cli
