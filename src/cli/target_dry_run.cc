#include "cli/target_dry_run.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/text.h"
#include "cli/earlier_users.h"
#include "cli/event_log.h"
#include "cli/import_progress.h"
#include "cli/live_summary.h"
#include "cli/planned_changes.h"
#include "cli/planned_work.h"
#include "cli/progress_teller.h"
#include "cli/role_check.h"
#include "cli/run_execution.h"
#include "cli/signals.h"
#include "cli/target_loop.h"
#include "cli/terminal.h"
#include "http/read_only_loop.h"
#include "journal/run_lock.h"
#include "journal/sqlite_journal.h"
#include "pipeline/coordinator.h"
#include "pipeline/offline_pass.h"
#include "report/render.h"
#include "report/summary.h"

namespace rehome::cli {
namespace {

// How often the main thread looks around, in real time.
constexpr std::chrono::milliseconds kTick(100);

/// A directory for the journal of a dry run, removed with all that is in it.
class Scratch {
 public:
  explicit Scratch(std::uint64_t seed)
      : root_(TemporaryDirectory() + "/rehome-dry-run-" + base::Random(seed).Uuid()) {}
  ~Scratch() { Remove(); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  const std::string& root() const { return root_; }
  void Remove() const {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

 private:
  const std::string root_;
};

/// Events have no place to go to but the lines for people.
class LinesOnly final : public pipeline::EventSink {
 public:
  explicit LinesOnly(ProgressView& view) : view_(view) {}
  void Emit(std::string_view, const std::string&) override {}
  void Say(const std::string& line) override { view_.Say(line); }
  void SayStep(const std::string& line) override { view_.SayStep(line); }

 private:
  ProgressView& view_;
};

ExitCode Fail(const base::Error& error) {
  PrintError(error);
  PrintLine("nothing was written");
  return ExitCodeOf(error.code);
}

// Whoever imports meanwhile changes what is read.
void WarnOfAnImport(const Session& session) {
  const auto lock =
      journal::InspectRunLock(journal::LockPath(session.target.endpoint, session.target.name));
  if (!lock || !lock->held) return;
  PrintWarning(
      "an import into this target is running (see `rehome lock status`): what it makes meanwhile "
      "is told as there already, and both share the quota");
}

// What an import of the same file would do instead, by the latest run of it.
void TellOfAnEarlierRun(const Session& session) {
  const journal::RunStore store = RunStoreOf(session.common);
  const std::string hash = base::ToHex(session.survey.hash);
  std::vector<journal::RunDirectory> runs = store.All();
  std::reverse(runs.begin(), runs.end());
  for (const journal::RunDirectory& run : runs) {
    const auto facts = run.ReadFacts();
    if (!facts || facts->file_hash != hash || journal::WasRefused(*facts)) continue;
    if (facts->endpoint != session.target.endpoint) continue;
    if (facts->target_name != session.target.name) continue;
    PrintLine(
        "run " + facts->run_id +
        (journal::ImportEnded(*facts)
             ? " has imported this file: the same import shows it and writes nothing, but for "
               "what failed; this plan is of a new run"
             : " of this file has not come to its end: an import goes on with it, and knows "
               "what it made; this plan is of the whole file and of what the target shows"));
    return;
  }
}

struct Reads {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

// Each organization and each user once, a user with an external_id twice; the memberships of users
// who are there cost up to two more. Rows that are rejected cost nothing.
Reads ReadsOf(const Session& session) {
  const Forecast& forecast = session.forecast;
  const std::int64_t least = forecast.organization_reads + forecast.user_creates;
  const bool by_external_id = session.header.Has(model::Column::kExternalId);
  const std::int64_t more = by_external_id ? forecast.user_creates : 0;
  return {least, least + more + 2 * forecast.membership_creates};
}

base::Duration TimeOf(std::int64_t reads, const dispatch::PaceSettings& pace) {
  double seconds = 0;
  const auto count = static_cast<double>(reads);
  if (pace.user_reads_per_10s > 0)
    seconds = count * 10 / static_cast<double>(pace.user_reads_per_10s);
  if (pace.all_per_60s > 0) {
    seconds = std::max(seconds, count * 60 / static_cast<double>(pace.all_per_60s));
  }
  const base::Duration delays = reads * pace.min_delay;
  return std::max(base::Duration(static_cast<std::int64_t>(seconds * 1e9)), delays);
}

void Announce(const Session& session, const dispatch::PaceSettings& pace, ProgressView& view) {
  const Reads reads = ReadsOf(session);
  const base::Duration least = TimeOf(reads.least, pace);
  std::string text = "dry run: reads only, " + base::WithThousands(reads.least) + " to " +
                     base::WithThousands(reads.most) + " of them";
  if (least.count() > 0) {
    text += ", " + base::FormatDuration(least) + " to " +
            base::FormatDuration(TimeOf(reads.most, pace)) + " at the quota";
  }
  view.Say(text + " (--offline: none)");
}

/// What came of the pass over the file.
struct Ended {
  std::optional<base::Error> failure;
  std::optional<int> signal;
  report::RunCounters counters;
};

Ended UntilEnd(const Session& session, pipeline::Coordinator& coordinator, const Scratch& scratch,
               ProgressView& view, LinesOnly& events, const base::Clock& clock) {
  Ended ended;
  ProgressTeller teller(view, events, clock, session.options.pace.rate);
  ImportProgress progress(teller, session.part.last_row - session.part.first_row + 1,
                          static_cast<std::int64_t>(session.survey.organizations.size()));
  bool late = false;
  while (!coordinator.WaitFor(std::chrono::milliseconds(0))) {
    if (const auto signal_number = WaitForSignal(kTick)) {
      if (ended.signal) {
        scratch.Remove();
        DieBySignal(*signal_number);
      }
      ended.signal = signal_number;
      coordinator.Interrupt();
    }
    if (!late && session.deadline && clock.Now() >= *session.deadline) {
      late = true;
      coordinator.Stop({base::ErrorCode::kLimit, "the time of --deadline has come"});
    }
    view.WriteReady();
    progress.Update(coordinator.Look(), coordinator.counters());
  }
  progress.End(coordinator.Look());
  view.WriteReady();
  view.Clear();
  ended.failure = coordinator.failure();
  ended.counters = CountersOf(session, coordinator, coordinator.Look());
  return ended;
}

base::Result<Ended> Pass(const Session& session, const Scratch& scratch,
                         const journal::RunDirectory& run, const journal::RunFacts& facts,
                         pipeline::ImportOptions& options, ProgressView& view,
                         const base::Clock& clock) {
  std::vector<journal::Chunk> chunks;
  for (std::size_t i = 0; i < session.survey.chunks.size(); ++i) {
    chunks.push_back(pipeline::ChunkOf(session.survey, i));
  }
  RETURN_IF_ERROR(journal::CreateSqliteJournal(run.journal_path(), chunks));
  const EarlierUsers earlier_users = EarlierUsersOf(session, facts, view);
  if (!earlier_users.empty()) {
    options.dispatch.made_by_earlier_run = [&earlier_users](std::string_view user_id) {
      return earlier_users.Contains(user_id);
    };
  }
  auto journal = journal::OpenSqliteJournal(run.journal_path(), clock,
                                            {.hooks = {}, .patience = journal::kRunPatience});
  if (!journal) return journal.error();
  auto made = MakeLoop(session.target, clock);
  if (!made) return made.error();
  const auto loop = http::MakeReadOnlyLoop(*std::move(made));
  LinesOnly events(view);
  Ended ended;
  {
    pipeline::Coordinator coordinator(options, {.input = InputOf(session),
                                                .header = session.header,
                                                .survey = session.survey,
                                                .journal = **journal,
                                                .loop = *loop,
                                                .clock = clock,
                                                .events = events});
    coordinator.Start();
    ended = UntilEnd(session, coordinator, scratch, view, events, clock);
  }
  if (const auto closed = (*journal)->Close(); !closed && !ended.failure) {
    ended.failure = closed.error();
  }
  return ended;
}

pipeline::ImportOptions PlanningOptions(pipeline::ImportOptions options, const Session& session,
                                        std::uint64_t seed) {
  options.dispatch.plans_only = true;
  // Every user is looked up: nothing else tells whether it is there.
  options.dispatch.refusals_before_looking_first = 0;
  options.dispatch.run_id = "plan-" + base::Random(seed).Uuid() + ".1";
  options.dispatch.seed = seed;
  options.part = session.part;
  // It is to tell of all failures.
  options.failure_limit = *dispatch::FailureLimit::Parse("100%");
  return options;
}

std::string Text(const report::Summary& summary, const PlannedChanges& changes) {
  std::int64_t reads = 0;
  for (const std::int64_t count : summary.counters.requests) reads += count;
  return "dry run: " + base::Count(reads, "read", "reads") +
         ", and nothing was written; an import would come to this:\n" +
         report::RenderPlan(summary, TerminalColumns()) + RenderChanges(changes) +
         "what the target refuses of a write (an external_id of two users, say) and what others "
         "change until then, no dry run can know; --max-failures was not applied\n";
}

// Half of the reads were answered within this time.
std::optional<base::Duration> MedianAnswer(const model::Timeline& timeline) {
  model::LatencyCounts counts{};
  for (const model::TimelineBucket& bucket : timeline.buckets()) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += bucket.latency[i];
  }
  const std::int64_t median = model::LatencyQuantileUs(counts, 0.5);
  if (median <= 0) return std::nullopt;
  return std::chrono::microseconds(median);
}

// How long the import takes that does what the plan says.
Forecast ForecastOf(Session& session, const report::Summary& summary) {
  PlannedWork work;
  for (const report::PhaseLine& line : summary.phases) {
    const auto of = [&line](model::OutcomeKind kind) {
      return line.counts[static_cast<std::size_t>(kind)];
    };
    const std::int64_t writes = of(model::OutcomeKind::kCreated) + of(model::OutcomeKind::kUpdated);
    if (line.phase == model::Phase::kOrganizations) work.organizations = writes;
    if (line.phase == model::Phase::kUsers) work.users = writes;
    if (line.phase == model::Phase::kMemberships) work.memberships = writes;
  }
  session.planned = work;
  if (const auto answer = MedianAnswer(summary.counters.timeline)) {
    session.round_trip = {.time = *answer, .origin = RoundTrip::Origin::kMeasured};
  }
  Foretell(session);
  return session.forecast;
}

std::string TimesText(const Forecast& forecast) {
  return "requests: " + RequestsText(forecast) + "\n" + TimeText(forecast.with_settings) +
         " with today's settings; " + TimeText(forecast.with_no_reserve) +
         " with the whole documented quota\n" + PaceText(forecast) + "\n";
}

/// What there is to tell.
struct Plan {
  report::Summary summary;
  PlannedChanges changes;
};

base::Result<Plan> ReadPlan(const journal::RunDirectory& run, const journal::RunFacts& facts,
                            const report::RunCounters& counters) {
  auto journal = journal::OpenJournalReader(run.journal_path(), journal::kRunPatience);
  if (!journal) return journal.error();
  auto summary = report::Summarize(facts, counters, **journal);
  if (!summary) return summary.error();
  auto changes = ReadPlannedChanges(**journal);
  if (!changes) return changes.error();
  return Plan{*std::move(summary), *std::move(changes)};
}

// A limit is one that an import has too, but for the time of this command.
base::Error Stopped(const Session& session, base::Error failure, const base::Clock& clock) {
  if (failure.code != base::ErrorCode::kLimit) return failure;
  const bool is_late = session.deadline && clock.Now() >= *session.deadline;
  failure.message =
      (is_late ? "the dry run stopped: " : "an import would stop here: ") + failure.message;
  return failure;
}

ExitCode CodeOf(const report::Summary& summary) {
  const auto of = [&](model::OutcomeKind kind) {
    return summary.rows[static_cast<std::size_t>(kind)];
  };
  const std::int64_t bad = of(model::OutcomeKind::kRejected) + of(model::OutcomeKind::kFailed) +
                           of(model::OutcomeKind::kParked);
  return bad > 0 ? ExitCode::kRowsFailed : ExitCode::kDone;
}

ExitCode Tell(Session& session, const report::Summary& summary, const PlannedChanges& changes) {
  const std::string text = Text(summary, changes) + TimesText(ForecastOf(session, summary));
  const bool json = session.common.output.json;
  if (json) PrintText(text);
  if (!PrintResult(json ? EncodePlan(summary, changes) : text)) {
    PrintError({base::ErrorCode::kIo, "the plan could not be written to stdout"});
    return ExitCode::kFatal;
  }
  return CodeOf(summary);
}

}  // namespace

ExitCode RunTargetDryRun(Session& session, ProgressView& view, const base::Clock& clock) {
  if (const auto surveyed = SurveyInput(session, clock); !surveyed) return Fail(surveyed.error());
  ShowWarnings(session);
  if (const auto roles = CheckRoles(session, clock); !roles) return Fail(roles.error());
  auto wanted = ImportOptionsOf(session.options);
  if (!wanted) return Fail(wanted.error());
  WarnOfAnImport(session);
  TellOfAnEarlierRun(session);
  Announce(session, wanted->dispatch.pace, view);
  const std::uint64_t seed = base::EntropySeed();
  auto options = PlanningOptions(*std::move(wanted), session, seed);
  HoldSignals();
  const Scratch scratch(seed);
  const auto run = journal::RunStore(scratch.root()).Create(clock.WallNow(), seed);
  if (!run) return Fail(run.error());
  journal::RunFacts facts = FactsOf(session, clock);
  facts.file_bytes = session.survey.bytes;
  facts.file_hash = base::ToHex(session.survey.hash);
  facts.rows = session.survey.rows;
  facts.state = "planned";
  view.Hold();
  const auto ended = Pass(session, scratch, *run, facts, options, view, clock);
  const auto plan = ended && !ended->signal && !ended->failure
                        ? ReadPlan(*run, facts, ended->counters)
                        : base::Result<Plan>(base::Error{});
  scratch.Remove();
  // Whoever is told may not be reading: from now on a signal ends the process.
  ReleaseSignals();
  view.Release();
  if (!ended) return Fail(ended.error());
  if (ended->signal) {
    PrintLine("the dry run was interrupted; nothing was written");
    return *ended->signal == SIGTERM ? ExitCode::kTerminated : ExitCode::kInterrupted;
  }
  if (ended->failure) return Fail(Stopped(session, *ended->failure, clock));
  if (!plan) return Fail(plan.error());
  return Tell(session, plan->summary, plan->changes);
}

}  // namespace rehome::cli
