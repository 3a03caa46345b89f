#include "cli/run_end.h"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <utility>

#include "base/file.h"
#include "base/text.h"
#include "cli/automation.h"
#include "cli/live_summary.h"
#include "cli/run_verdict.h"
#include "cli/run_verification.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "journal/sqlite_journal.h"
#include "json/writer.h"
#include "report/render.h"
#include "report/row_files.h"
#include "report/verification_line.h"

namespace rehome::cli {
namespace {

std::int64_t Of(const report::OutcomeCounts& counts, model::OutcomeKind kind) {
  return counts[static_cast<std::size_t>(kind)];
}

// Counters and times add up over the incarnations of a run; the forecast, which is of all of it,
// the entries of the cache and the wait for the lock are of the last one. The timeline has all of
// them already.
report::RunCounters AddUp(const journal::RunDirectory& run, report::RunCounters counters) {
  const auto text = base::ReadWholeFile(run.summary_path());
  if (!text) return counters;
  const auto earlier = report::ParseSummaryJson(*text);
  if (!earlier) return counters;
  for (std::size_t i = 0; i < counters.requests.size(); ++i) {
    counters.requests[i] += earlier->counters.requests[i];
    counters.rate_limited[i] += earlier->counters.rate_limited[i];
    counters.time[i] += earlier->counters.time[i];
  }
  counters.controls.insert(counters.controls.begin(), earlier->counters.controls.begin(),
                           earlier->counters.controls.end());
  counters.paused += earlier->counters.paused;
  counters.cache_hits += earlier->counters.cache_hits;
  counters.cache_misses += earlier->counters.cache_misses;
  counters.mismatched_answers += earlier->counters.mismatched_answers;
  return counters;
}

// What says "nothing was written" before a run begins is fatal once it is going.
ExitCode CodeOfFailure(const base::Error& failure) {
  const ExitCode code = ExitCodeOf(failure.code);
  return code == ExitCode::kRefused || code == ExitCode::kLocked ? ExitCode::kFatal : code;
}

// A failure during the drain that followed a signal is what somebody has to mend before a resume. A
// limit is not: it only asked for the end that the signal asked for too.
bool EndedBySignal(const RunEnd& end) {
  return end.signal && (!end.failure || end.failure->code == base::ErrorCode::kLimit);
}

ExitCode CodeOf(const RunEnd& end, const report::Summary& summary) {
  if (EndedBySignal(end)) {
    return *end.signal == SIGTERM ? ExitCode::kTerminated : ExitCode::kInterrupted;
  }
  if (end.failure) return CodeOfFailure(*end.failure);
  return ExitCodeOf(summary);
}

std::string StateOf(const RunEnd& end, const journal::RunFacts& facts, ExitCode code) {
  if (EndedBySignal(end)) return "interrupted";
  if (end.failure) return end.failure->code == base::ErrorCode::kLimit ? "stopped" : "failed";
  return EndedStateOf(facts, code);
}

// Has `end` and `summary` tell what a verification comes to.
base::Status Verify(const Session& session, const journal::RunDirectory& run,
                    report::Summary& summary, journal::JournalReader& journal, RunEnd& end,
                    EventLog& events, ProgressView& view, const base::Clock& clock) {
  auto verified =
      VerifyRun({.session = session,
                 .run = run,
                 .summary = summary,
                 .journal = journal,
                 .loop = *end.verify_with,
                 .events = events,
                 .view = view,
                 .clock = clock,
                 .control = end.control,
                 .sent_before = end.sent_before,
                 .continue_with = CommandToGoOn(summary.run),
                 .on_progress =
                     [&](const report::Summary& so_far, const auto& phases) {
                       WriteSnapshot(run, so_far, "verification", clock, std::nullopt, phases);
                       TellProgress(session, so_far, events, clock);
                     },
                 .phases = end.phases});
  if (!verified) return verified.error();
  report::AddVerification(summary, verified->verification, std::move(verified->findings));
  if (end.control != nullptr) {
    std::ranges::move(end.control->TakeNotes(), std::back_inserter(summary.counters.controls));
  }
  end.signal = verified->signal;
  end.phases = std::move(verified->phases);
  if (end.signal) ReleaseSignals();
  return {};
}

// What an earlier verification found holds no more: rows were imported since.
base::Status RemoveFindings(const journal::RunDirectory& run) {
  base::Status removed = base::RemoveFile(run.verification_path());
  if (removed || removed.error().code == base::ErrorCode::kNotFound) return {};
  return removed;
}

base::Result<std::string> WriteRows(const Session& session, const journal::RunDirectory& run,
                                    const journal::RunFacts& facts,
                                    journal::JournalReader& journal) {
  auto columns = ColumnOptionsOf(session.options.input);
  if (!columns) return columns.error();
  report::RowFileOptions options;
  options.full_success = session.options.full_success;
  options.columns = std::move(*columns);
  auto note = report::WriteRowFiles(run, facts, journal, options);
  if (!note) return note.error();
  return note->note;
}

// Writes down what the import did, then verifies that if it is to be. In this order, for what only
// reads may take long and be killed. Gives the remark about the row files, if there is one.
base::Result<std::string> Settle(const Session& session, const journal::RunDirectory& run,
                                 report::Summary& summary, journal::JournalReader& journal,
                                 RunEnd& end, EventLog& events, ProgressView& view,
                                 const base::Clock& clock) {
  RETURN_IF_ERROR(report::CheckLaws(summary));
  auto note = WriteRows(session, run, summary.run, journal);
  if (!note) return note;
  RETURN_IF_ERROR(RemoveFindings(run));
  const bool verify = end.verify_with != nullptr && !end.failure && !end.signal &&
                      !report::NothingWasAccepted(summary);
  RETURN_IF_ERROR(verify ? WriteUndecided(run, summary) : WriteSummary(run, summary));
  if (verify) RETURN_IF_ERROR(Verify(session, run, summary, journal, end, events, view, clock));
  return note;
}

// Of a key that was refused. Without --target the run belongs to its key: resume takes no other.
std::string KeyAdvice(const report::Summary& summary) {
  const journal::RunFacts& facts = summary.run;
  const std::string origin = "; the key came from " + base::EscapeForTerminal(facts.key_origin);
  if (report::NothingWasAccepted(summary)) {
    return origin + ": put the right key there and run the import again";
  }
  std::string resume = origin + ": put a valid key of this environment there, then resume";
  if (!facts.target_name.starts_with("key-")) return resume;
  return resume + "; if it is another key than before, with --target " +
         base::ShellWord(facts.target_name) + ", which says that its environment is the same";
}

// What the floors below cannot know: where the key came from and which flag names the target.
std::string FailureText(const base::Error& failure, const report::Summary& summary) {
  if (failure.code == base::ErrorCode::kAuth) return failure.message + KeyAdvice(summary);
  if (failure.code == base::ErrorCode::kUnreachable) {
    return failure.message +
           "; the target has not answered anything yet: check --endpoint and the network, then "
           "resume; for another endpoint import again";
  }
  return WithAdvice(failure, CommandToGoOn(summary.run)).message;
}

}  // namespace

std::string RunEndedMembers(const journal::RunFacts& facts, ExitCode code) {
  json::Writer writer;
  writer.BeginObject()
      .Field("run", facts.run_id)
      .Field("state", facts.state)
      .Field("exit_code", ToInt(code))
      .Key("run_exit_code");
  if (facts.exit_code) {
    writer.Int(*facts.exit_code);
  } else {
    writer.Null();
  }
  writer.EndObject();
  return MembersOf(writer.text());
}

base::Error WithAdvice(base::Error error, const std::string& then) {
  if (error.code == base::ErrorCode::kDiskFull) {
    error.message += "; free some space, then " + then;
  }
  if (error.code == base::ErrorCode::kIo) error.message += "; mend this, then " + then;
  return error;
}

std::string CommandToGoOn(const journal::RunFacts& facts) {
  return journal::IsRehearsal(facts) ? facts.command
                                     : "rehome resume " + journal::ArgumentOf(facts);
}

std::string GoOnText(const journal::RunFacts& facts) {
  return (journal::IsRehearsal(facts) ? "rehearse again with: " : "continue with: ") +
         base::EscapeForTerminal(CommandToGoOn(facts), 4096);
}

base::Status CheckIsNoRehearsal(const journal::RunFacts& facts) {
  if (!journal::IsRehearsal(facts)) return {};
  return base::Error{base::ErrorCode::kUsage,
                     "run " + facts.run_id +
                         " is a rehearsal: nothing of it is on any target, and the sandbox that "
                         "played one is gone; to import the file for real, type: " +
                         base::EscapeForTerminal(facts.rehearsal_of, 4096)};
}

std::string EndedStateOf(const journal::RunFacts& facts, ExitCode code) {
  if (code == ExitCode::kVerification) return "failed";
  return journal::CoversFile(facts) ? "finished" : "partial";
}

ExitCode ExitCodeOf(const report::Summary& summary) {
  using model::OutcomeKind;
  switch (summary.counters.verification.state) {
    case model::VerificationState::kIncomplete:
    case model::VerificationState::kFindings:
      return ExitCode::kVerification;
    case model::VerificationState::kNotRun:
    case model::VerificationState::kClean:
      break;
  }
  const auto& rows = summary.rows;
  if (Of(rows, OutcomeKind::kRejected) + Of(rows, OutcomeKind::kFailed) +
          Of(rows, OutcomeKind::kParked) >
      0) {
    return ExitCode::kRowsFailed;
  }
  for (const report::PhaseLine& line : summary.phases) {
    if (Of(line.counts, OutcomeKind::kFailed) + Of(line.counts, OutcomeKind::kParked) > 0) {
      return ExitCode::kRowsFailed;
    }
  }
  return ExitCode::kDone;
}

base::Result<report::Summary> ReadSummary(const journal::RunDirectory& run,
                                          const journal::RunFacts& facts, base::Duration patience) {
  auto journal = journal::OpenJournalReader(run.journal_path(), patience);
  if (!journal) return journal.error();
  return ReadSummary(run, facts, **journal);
}

base::Result<report::Summary> ReadSummary(const journal::RunDirectory& run,
                                          const journal::RunFacts& facts,
                                          journal::JournalReader& journal) {
  report::RunCounters counters;
  std::string stop_reason;
  const auto text = base::ReadWholeFile(run.summary_path());
  bool of_its_end = false;
  if (text) {
    if (const auto last = report::ParseSummaryJson(*text)) {
      counters = last->counters;
      stop_reason = last->stop_reason;
      of_its_end = last->run.state != "running";
    }
  }
  // While a run is going on, or died at it, how it ended is of an earlier process.
  if (facts.state == "running" && of_its_end) {
    stop_reason.clear();
    counters.verification = {};
    counters.findings.clear();
  }
  if (facts.state == "running") counters.timeline = TimelineOf(run);
  auto summary = report::Summarize(facts, counters, journal);
  if (summary) summary->stop_reason = stop_reason;
  return summary;
}

ExitCode ConcludeRun(const Session& session, const journal::RunDirectory& run,
                     journal::RunFacts facts, RunEnd end, EventLog& events, ProgressView& view,
                     const base::Clock& clock) {
  // The journal is closed, so a second signal may end the report of an interrupted run at once.
  if (end.signal) ReleaseSignals();
  const auto fail = [&](const base::Error& error) {
    ReleaseSignals();
    view.Release();
    if (end.failure) PrintError(*end.failure);
    PrintError(WithAdvice(error, "continue"));
    PrintLine("nothing that was sent is lost; " + GoOnText(facts));
    return end.failure ? CodeOfFailure(*end.failure) : ExitCode::kFatal;
  };
  // What the run directory says is from now on another process's to say.
  if (end.fenced) {
    ReleaseSignals();
    view.Release();
    PrintError(*end.failure);
    return CodeOfFailure(*end.failure);
  }
  auto journal = journal::OpenJournalReader(run.journal_path(), journal::kRunPatience);
  if (!journal) return fail(journal.error());
  auto summary = report::Summarize(facts, AddUp(run, end.counters), **journal);
  if (!summary) return fail(summary.error());
  const auto note = Settle(session, run, *summary, **journal, end, events, view, clock);
  if (!note) return fail(note.error());
  const ExitCode code = CodeOf(end, *summary);
  facts.state = StateOf(end, facts, code);
  facts.exit_code = ToInt(code);
  facts.finished_at = base::FormatIso8601(clock.WallNow());
  if (end.failure) {
    end.failure->message = FailureText(*end.failure, *summary);
    summary->stop_reason = end.failure->message;
  }
  if (EndedBySignal(end)) summary->stop_reason = "interrupted";
  summary->run = facts;
  if (const auto laws = report::CheckLaws(*summary); !laws) return fail(laws.error());
  const auto page_note = WriteVerdict(run, *summary, **journal);
  if (!page_note) return fail(page_note.error());
  const base::Status snapshot = base::ReplaceFile(
      run.status_path(),
      EncodeStatus(*summary, facts.state, clock, end.sent_until, std::move(end.phases)));
  if (!snapshot) return fail(snapshot.error());
  events.Emit("summary", "\"summary\":" + report::RenderJson(*summary));
  TellVerdict(session, *summary, code, clock);
  if (end.control != nullptr) end.control->Close();
  // Nothing more is sent or written for the run: who waits for its end may start at once.
  journal->reset();
  ReleaseLock(session, events);
  ForgetSignals();
  events.Emit("run_ended", RunEndedMembers(facts, code));
  events.WriteReady();
  // Only now that all is written down: what follows may wait for whoever reads, and a signal ends
  // that.
  ReleaseSignals();
  view.Release();
  if (end.failure) PrintError(*end.failure);
  PrintText(report::RenderText(*summary, TerminalColumns()));
  if (!note->empty()) PrintLine("row files: " + *note);
  if (!page_note->empty()) PrintLine(*page_note);
  return code;
}

}  // namespace rehome::cli
