#include "cli/run_execution.h"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/automation.h"
#include "cli/earlier_users.h"
#include "cli/import_watch.h"
#include "cli/lag_wait.h"
#include "cli/live_summary.h"
#include "cli/planned_work.h"
#include "cli/refused_import.h"
#include "cli/rehearse_loop.h"
#include "cli/rehearse_pace.h"
#include "cli/run_end.h"
#include "cli/run_report.h"
#include "cli/signals.h"
#include "cli/target_lock.h"
#include "cli/target_loop.h"
#include "cli/terminal.h"
#include "cli/version.h"
#include "journal/sqlite_journal.h"
#include "pipeline/offline_pass.h"

namespace rehome::cli {
namespace {

// Takes away what this start has made. What cannot be removed is never taken for a run.
void Discard(const journal::RunDirectory& run) {
  std::error_code ignored;
  std::filesystem::remove_all(run.path(), ignored);
}

base::Status RemoveUnusedJournal(const journal::RunDirectory& run) {
  for (const std::string& path : {run.journal_path(), run.journal_path() + "-wal"}) {
    const auto removed = base::RemoveFile(path);
    if (!removed && removed.error().code != base::ErrorCode::kNotFound) return removed.error();
  }
  return {};
}

bool IsNew(const journal::RunDirectory& run) {
  const auto facts = run.ReadFacts();
  return !facts && facts.error().code == base::ErrorCode::kNotFound;
}

// Nothing was sent; a run that has not got as far as its run.json never was.
ExitCode FailedToStart(const Session& session, const journal::RunDirectory& run,
                       const base::Error& error) {
  const bool is_new = IsNew(run);
  if (is_new) Discard(run);
  // Whoever is told may not be reading: from now on a signal ends the process.
  ReleaseSignals();
  const std::string again = session.rehearsal ? "rehearse again" : "run the import again";
  const bool anew = is_new || session.rehearsal;
  PrintError(WithAdvice(error, anew ? again : "rehome resume " + run.argument()));
  return is_new ? ExitCodeOfPreparing(error.code) : ExitCodeOf(error.code);
}

// The lock on the target is not to be had; a run that has not begun is left as it was, or kept as
// one that was refused.
ExitCode NotLetIn(const Session& session, const journal::RunDirectory& run,
                  const base::Error& error, EventLog& events, const base::Clock& clock) {
  const bool is_new = IsNew(run);
  if (is_new) Discard(run);
  ReleaseSignals();
  PrintError(
      WithAdvice(error, is_new ? "run the import again" : "rehome resume " + run.argument()));
  ReleaseLock(session, events);
  if (is_new && error.code == base::ErrorCode::kLocked) {
    KeepRefused(session, session.new_run, clock);
  }
  return ExitCodeOf(error.code);
}

// A signal came before the run had begun.
ExitCode NotBegun(const journal::RunDirectory& run, int signal_number) {
  const bool is_new = IsNew(run);
  if (is_new) Discard(run);
  ReleaseSignals();
  PrintLine(is_new ? "interrupted; nothing was written"
                   : "interrupted; continue with: rehome resume " + run.argument());
  return signal_number == SIGTERM ? ExitCode::kTerminated : ExitCode::kInterrupted;
}

// Until when (wall ms) the run's earlier process may have sent; without a snapshot, until now.
std::int64_t EarlierAliveUntil(const journal::RunDirectory& run, const base::Clock& clock) {
  const auto text = base::ReadWholeFile(run.status_path());
  const auto status = text ? DecodeStatus(*text) : base::Result<StatusSnapshot>(text.error());
  if (!status) return clock.WallNow().time_since_epoch().count();
  return AliveUntil(*status, clock).time_since_epoch().count();
}

// What earlier incarnations of the run have settled; nothing for a new run.
base::Result<pipeline::TallySnapshot> SettledEarlier(const journal::RunDirectory& run) {
  auto journal = journal::OpenJournalReader(run.journal_path(), journal::kRunPatience);
  if (!journal) return journal.error();
  return pipeline::ReadTally(**journal);
}

base::WallTime WallTimeOf(std::int64_t ms) { return base::WallTime(std::chrono::milliseconds(ms)); }

// What a run needs to know of its earlier incarnations.
struct Earlier {
  pipeline::TallySnapshot settled;
  std::int64_t alive_until_ms = 0;
  model::Timeline timeline;
};

report::Summary SummaryAtStart(const Session& session, const journal::RunFacts& facts,
                               const Earlier& earlier) {
  report::RunCounters counters = CountersAtStart(session);
  counters.timeline = earlier.timeline;
  return LiveSummaryOf(session, facts, counters, earlier.settled);
}

void TellStarting(const Session& session, const journal::RunDirectory& run,
                  const journal::RunFacts& facts, const Earlier& earlier,
                  const base::Clock& clock) {
  WriteSnapshot(run, SummaryAtStart(session, facts, earlier), kStarting, clock,
                WallTimeOf(earlier.alive_until_ms));
}

// Says that the run is going on, and reads what it says of its past.
base::Result<Earlier> Announce(const Session& session, const journal::RunDirectory& run,
                               const journal::RunFacts& facts, const base::Clock& clock) {
  if (session.lock) session.lock->NameRun(facts.run_id, base::AbsolutePath(run.path()));
  auto settled = SettledEarlier(run);
  if (!settled) return settled.error();
  Earlier earlier{*std::move(settled), EarlierAliveUntil(run, clock), TimelineOf(run)};
  // The snapshot comes first: who reads that the run is going on must not find the last one's.
  TellStarting(session, run, facts, earlier, clock);
  WriteFirstReport(run, SummaryAtStart(session, facts, earlier));
  RETURN_IF_ERROR(run.WriteFacts(facts));
  return earlier;
}

bool IsRebuilt(const journal::RunFacts& facts) { return !facts.rebuilt_at.empty(); }

// Its journal knows only what was sent since it was made anew.
void PresumeAllSent(const journal::RunFacts& facts, dispatch::DispatchSettings& settings) {
  const base::WallTime began = base::ParseIso8601(facts.created_at);
  settings.presumed_sent_since_ms = began.time_since_epoch().count();
  // The lost journal counted its processes too, and ids of requests are never used twice.
  const base::WallTime rebuilt = base::ParseIso8601(facts.rebuilt_at);
  settings.run_id += ".r" + std::to_string(rebuilt.time_since_epoch().count());
}

// A sync takes a real millisecond or more, which on a fast clock is a long time; and who rehearses
// has nothing to lose.
journal::SqliteJournalOptions::Outlives OutlivesOf(const Session& session) {
  using Outlives = journal::SqliteJournalOptions::Outlives;
  return session.rehearsal ? Outlives::kProcess : Outlives::kPowerCut;
}

base::Result<std::unique_ptr<http::EventLoop>> LoopOf(const Session& session,
                                                      const base::Clock& clock) {
  auto loop = MakeLoop(session.target, clock);
  if (!loop || !session.rehearsal) return loop;
  return MakeTimedLoop(*std::move(loop), clock, session.rehearsal->pace->round_trips());
}

void AddRehearsal(const Rehearsal& rehearsal, journal::RunFacts& facts) {
  facts.rehearsal_of = rehearsal.import_line;
  facts.options["pace.latency"] = rehearsal.latency_text;
  facts.options["pace.faults"] = rehearsal.faults;
  facts.options["pace.speed"] = std::to_string(rehearsal.speed);
}

std::string RunIdMember(const std::string& run_id) { return "\"run\":\"" + run_id + "\""; }

// A run that says of itself already that it is going on.
ExitCode ExecuteAnnounced(Session& session, const journal::RunDirectory& run,
                          journal::RunFacts facts, Earlier earlier, EventLog& events,
                          ProgressView& view, const base::Clock& clock) {
  // Before the import and not when it is needed: a long read would hold up the event loop.
  const EarlierUsers earlier_users = EarlierUsersOf(session, facts, view);
  // Until here a signal simply ends the process, unless there is a lock on the target: nothing was
  // sent.
  HoldSignals();
  if (const auto opened = events.OpenFile(run.events_path()); !opened) {
    return FailedToStart(session, run, opened.error());
  }
  RunControl control(run, session.options.pace, events, view, clock);
  control.Open();
  if (IsRebuilt(facts)) {
    auto cut = OutlastLag(session, facts, WallTimeOf(earlier.alive_until_ms), control, events, view,
                          clock, [&] { TellStarting(session, run, facts, earlier, clock); });
    if (cut)
      return ConcludeRun(session, run, std::move(facts), *std::move(cut), events, view, clock);
  }
  auto journal = journal::OpenSqliteJournal(
      run.journal_path(), clock,
      {.hooks = {}, .patience = journal::kRunPatience, .commits_outlive = OutlivesOf(session)});
  if (!journal) return FailedToStart(session, run, journal.error());
  auto options = ImportOptionsOf(session.options);
  if (!options) return FailedToStart(session, run, options.error());
  options->dispatch.run_id = facts.run_id + "." + std::to_string((*journal)->epoch());
  options->dispatch.seed = base::EntropySeed();
  // The question for roles was a request too.
  options->dispatch.pace.not_before = clock.Now() + options->dispatch.pace.min_delay;
  options->part = session.part;
  options->settled_earlier = std::move(earlier.settled);
  options->earlier_timeline = std::move(earlier.timeline);
  if (!earlier_users.empty()) {
    options->dispatch.made_by_earlier_run = [&earlier_users](std::string_view user_id) {
      return earlier_users.Contains(user_id);
    };
  }
  options->dispatch.on_mismatch = [&events](const dispatch::Mismatch& mismatch) {
    TellMismatch(events, mismatch);
  };
  options->dispatch.on_quota_change = [&events](const dispatch::QuotaChange& change) {
    TellQuotaChange(events, change);
  };
  HeedLocks(session, options->dispatch);
  if ((*journal)->epoch() > 1 || IsRebuilt(facts)) {
    options->dispatch.earlier_alive_until_ms = earlier.alive_until_ms;
  }
  if (IsRebuilt(facts)) PresumeAllSent(facts, options->dispatch);
  auto loop = LoopOf(session, clock);
  if (!loop) return FailedToStart(session, run, loop.error());

  events.Emit("run_started", RunIdMember(facts.run_id));
  view.Say("run " + facts.run_id + " in " + base::EscapeForTerminal(run.path(), 4096));
  std::optional<RunEnd> end;
  {
    pipeline::Coordinator coordinator(*options, {.input = InputOf(session),
                                                 .header = session.header,
                                                 .survey = session.survey,
                                                 .journal = **journal,
                                                 .loop = **loop,
                                                 .clock = clock,
                                                 .events = events});
    ImportWatch watch(session, run, facts, coordinator, control, events, view, clock);
    watch.Start();
    const std::optional<int> signal_number = watch.UntilEnd();
    end = RunEnd{.failure = coordinator.failure(),
                 .signal = signal_number,
                 .counters = CountersOf(session, coordinator, coordinator.Look()),
                 .phases = watch.phases(),
                 .sent_before = coordinator.QuotasAtEnd()};
  }
  end->counters.controls = control.TakeNotes();
  end->counters.paused = control.paused_for();
  end->control = &control;
  if (const auto closed = (*journal)->Close(); !closed) {
    // Of the journal's errors only the fence is a limit.
    end->fenced = closed.error().code == base::ErrorCode::kLimit;
    if (!end->failure || end->fenced) end->failure = closed.error();
  }
  journal->reset();
  if (session.verify) end->verify_with = loop->get();
  return ConcludeRun(session, run, std::move(facts), *std::move(end), events, view, clock);
}

}  // namespace

journal::RunFacts FactsOf(const Session& session, const base::Clock& clock) {
  journal::RunFacts facts;
  facts.rehome_version = Version();
  facts.created_at = base::FormatIso8601(clock.WallNow());
  facts.target_name = session.target.name;
  facts.endpoint = session.target.endpoint;
  facts.key_fingerprint = session.target.fingerprint;
  facts.key_origin = session.target.key_origin;
  facts.file = session.path;
  facts.first_row = session.part.first_row;
  facts.last_row = session.part.last_row;
  facts.options = EncodeRunOptions(session.options);
  facts.command = session.common.command_line;
  if (session.rehearsal) AddRehearsal(*session.rehearsal, facts);
  return facts;
}

base::Result<journal::RunDirectory> PrepareRun(const Session& session, journal::RunFacts& facts,
                                               const base::Clock& clock,
                                               std::optional<journal::RunDirectory> kept) {
  const bool is_new = !kept;
  const journal::RunStore store = RunStoreOf(session.common);
  auto run =
      kept ? base::Result(*std::move(kept)) : store.Create(clock.WallNow(), base::EntropySeed());
  if (!run) return run.error();
  facts = FactsOf(session, clock);
  facts.run_id = run->run_id();
  facts.argument = run->argument();
  facts.file_bytes = session.survey.bytes;
  facts.file_hash = base::ToHex(session.survey.hash);
  facts.rows = session.survey.rows;
  facts.state = "running";
  if (const auto file = base::Stat(session.path)) facts.file_modified_ns = file->modified_ns;
  std::vector<journal::Chunk> chunks;
  for (std::size_t i = 0; i < session.survey.chunks.size(); ++i) {
    chunks.push_back(pipeline::ChunkOf(session.survey, i));
  }
  // What a start of the kept run left that got no further: its run.json still says refused.
  if (!is_new) RETURN_IF_ERROR(RemoveUnusedJournal(*run));
  if (auto made = journal::CreateSqliteJournal(run->journal_path(), chunks); !made) {
    if (is_new) Discard(*run);
    return made.error();
  }
  return run;
}

ExitCode ExecuteRun(Session& session, const journal::RunDirectory& run, journal::RunFacts facts,
                    EventLog& events, ProgressView& view, const base::Clock& clock) {
  Foretell(session);
  if (!session.lock && !session.rehearsal) facts.options[std::string(kNoLockOption)] = "yes";
  facts.options[std::string(kCoordinatorOption)] = session.options.coordinator;
  const auto taken = TakeTargetLock(session, run.run_id(), events, view, clock);
  if (!taken) return NotLetIn(session, run, taken.error(), events, clock);
  if (*taken) return NotBegun(run, **taken);
  auto earlier = Announce(session, run, facts, clock);
  if (!earlier) return FailedToStart(session, run, earlier.error());
  TellProgress(session, SummaryAtStart(session, facts, *earlier), events, clock);
  const ExitCode code =
      ExecuteAnnounced(session, run, std::move(facts), *std::move(earlier), events, view, clock);
  EndAutomation(session, run, code, events, clock);
  events.WaitForReader();
  return code;
}

}  // namespace rehome::cli
