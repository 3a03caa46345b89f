#include "cli/import_watch.h"

#include <chrono>
#include <string>
#include <utility>

#include "base/text.h"
#include "cli/automation.h"
#include "cli/live_summary.h"
#include "cli/rehearse_pace.h"
#include "cli/run_end.h"
#include "cli/signals.h"
#include "cli/target_lock.h"

namespace rehome::cli {
namespace {

// How often the main thread looks around: signals are answered at once, the rest is at most this
// late. status.json is at most a second old.
constexpr std::chrono::milliseconds kTick(100);

std::string NameOf(pipeline::ImportPhase phase) {
  switch (phase) {
    case pipeline::ImportPhase::kOrganizations:
      return "organizations";
    case pipeline::ImportPhase::kRows:
      return "users";
    case pipeline::ImportPhase::kDone:
      return "report";
  }
  return {};
}

}  // namespace

ImportWatch::ImportWatch(Session& session, const journal::RunDirectory& run,
                         const journal::RunFacts& facts, pipeline::Coordinator& coordinator,
                         RunControl& control, EventLog& events, ProgressView& view,
                         const base::Clock& clock)
    : session_(session),
      run_(run),
      facts_(facts),
      coordinator_(coordinator),
      control_(control),
      events_(events),
      view_(view),
      clock_(clock),
      teller_(view, events, clock, session.options.pace.rate),
      progress_(teller_, session.part.last_row - session.part.first_row + 1,
                static_cast<std::int64_t>(session.survey.organizations.size())) {}

void ImportWatch::Start() {
  events_.Hold();
  view_.Hold();
  report::RunCounters counters = CountersAtStart(session_);
  counters.timeline = coordinator_.counters().timeline.Copy();
  WriteSnapshot(run_, LiveSummaryOf(session_, facts_, counters, coordinator_.Look().tally),
                kStarting, clock_);
  control_.Begin(Controls());  // it may be paused already
  ServeControl();
  coordinator_.Start();
}

std::optional<int> ImportWatch::UntilEnd() {
  auto next_status = std::chrono::steady_clock::now();
  while (!coordinator_.WaitFor(std::chrono::milliseconds(0))) {
    if (const auto signal_number = WaitForSignal(kTick)) OnSignal(*signal_number);
    CheckDeadline();
    ServeControl();
    const pipeline::Progress progress = coordinator_.Look();
    events_.WriteReady();
    progress_.Update(progress, coordinator_.counters());
    if (session_.rehearsal) session_.rehearsal->pace->Look(progress, coordinator_.counters());
    if (std::chrono::steady_clock::now() < next_status) continue;
    next_status = std::chrono::steady_clock::now() + kStatusEvery;
    WriteStatus(NameOf(progress.phase), progress);
    TellIfWritesWait();
    if (auto lost = LockLost(session_)) {
      control_.Stopping();
      coordinator_.Stop(*std::move(lost));
    }
  }
  progress_.End(coordinator_.Look());
  if (session_.rehearsal) {
    session_.rehearsal->pace->RowsEnded(coordinator_.Look(), coordinator_.counters());
  }
  if (LockLost(session_)) events_.Emit("lock_lost", "");
  events_.WriteReady();
  view_.WriteReady();
  view_.Clear();
  return signal_;
}

void ImportWatch::OnSignal(int signal_number) {
  if (signal_) {
    // The second one: at once. Everything that was sent is in the journal.
    view_.Tell("stopped at once; " + GoOnText(facts_));
    view_.WriteReady();
    DieBySignal(signal_number);
  }
  signal_ = signal_number;
  control_.Stopping();
  view_.Say("stopping: finishing what was sent (again: stop at once)");
  coordinator_.Interrupt();
}

void ImportWatch::CheckDeadline() {
  if (deadline_told_ || !session_.deadline || clock_.Now() < *session_.deadline) return;
  deadline_told_ = true;
  control_.Stopping();
  coordinator_.Stop({base::ErrorCode::kLimit, "the time of --deadline has come"});
}

// Once for each time that the lock on the target could not be renewed for too long.
void ImportWatch::TellIfWritesWait() {
  const bool waiting =
      session_.lease && session_.lease->standing() == pipeline::TargetLease::Standing::kUnproven;
  if (waiting == std::exchange(writes_wait_, waiting)) return;
  view_.Say(waiting ? "writes wait: the lock on the target could not be renewed (" +
                          base::EscapeForTerminal(session_.lease->trouble(), 400) + ")"
                    : "the lock on the target is renewed; writing again");
}

Steering ImportWatch::Controls() {
  Steering steering{
      .when = "now",
      .way_on = GoOnText(facts_),
      .look = [this] { return StatusForControl(); },
      .stop =
          [this] {
            coordinator_.Stop({base::ErrorCode::kLimit, kStoppedByCtl});
          },
      .pause = [this] { coordinator_.Pause(); },
      .resume = [this] { coordinator_.Resume(); },
      .set_pace = [this](const auto& pace) { coordinator_.SetPace(pace); },
      .set_rows_in_flight = [this](auto rows) { coordinator_.SetRowsInFlight(rows); }};
  if (session_.rehearsal) {
    steering.when = "in a rehearsal, whose sandbox keeps the limits that it began with";
    steering.set_pace = nullptr;
  }
  return steering;
}

void ImportWatch::ServeControl() {
  control_.Serve(Controls());
  teller_.SetPaused(control_.paused());
  teller_.SetRate(control_.pace().rate);
}

ControlStatus ImportWatch::StatusForControl() const {
  const pipeline::Progress progress = coordinator_.Look();
  const dispatch::Counters& counters = coordinator_.counters();
  ControlStatus status{.phase = NameOf(progress.phase),
                       .rows_done = progress.tally.rows_seen,
                       .rows = session_.part.last_row - session_.part.first_row + 1,
                       .rows_in_flight = counters.rows_in_flight.load(),
                       .rows_allowed = counters.rows_allowed.load()};
  if (teller_.phases().empty()) return status;
  const PhaseProgress& last = teller_.phases().back();
  status.per_second = last.per_second;
  // Whether it is paused is told apart, and the last look may be of before.
  if (last.limit.brief != kPausedBriefly) status.limit = last.limit.words;
  return status;
}

report::RunCounters ImportWatch::CountersNow(const pipeline::Progress& progress) const {
  report::RunCounters counters = CountersOf(session_, coordinator_, progress);
  counters.controls = control_.notes();
  counters.paused = control_.paused_for();
  return counters;
}

void ImportWatch::WriteStatus(std::string_view phase, const pipeline::Progress& progress) {
  const auto counters = CountersNow(progress);
  const report::Summary summary = LiveSummaryOf(session_, facts_, counters, progress.tally);
  WriteSnapshot(run_, summary, phase, clock_, std::nullopt, teller_.phases());
  TellProgress(session_, summary, events_, clock_);
}

}  // namespace rehome::cli
