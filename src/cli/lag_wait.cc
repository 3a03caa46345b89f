#include "cli/lag_wait.h"

#include <algorithm>
#include <chrono>

#include "cli/live_summary.h"
#include "cli/signals.h"
#include "cli/target_lock.h"
#include "dispatch/found_object.h"

namespace rehome::cli {
namespace {

// How often the deadline is looked at. A signal is answered at once.
constexpr std::chrono::milliseconds kTick(100);

RunEnd EndOf(const Session& session, base::WallTime sent_until) {
  return {.failure = std::nullopt,
          .signal = std::nullopt,
          .counters = CountersAtStart(session),
          .sent_until = sent_until};
}

// Until the next tick, or the end if that comes before.
std::chrono::milliseconds NextTick(base::Duration left, const base::Clock& clock) {
  return std::min(kTick, std::chrono::ceil<std::chrono::milliseconds>(clock.ToReal(left)));
}

}  // namespace

std::optional<RunEnd> OutlastLag(const Session& session, const journal::RunFacts& facts,
                                 base::WallTime sent_until, RunControl& control, EventLog& events,
                                 ProgressView& view, const base::Clock& clock,
                                 const std::function<void()>& beat) {
  const base::Duration all =
      sent_until - clock.WallNow() + dispatch::LongestLag(dispatch::DispatchSettings());
  if (all <= base::Duration(0)) return std::nullopt;
  events.Hold();
  view.Hold();
  view.Say("waiting " + base::FormatDuration(all) +
           ": what the run sent last may not show on the target before");
  const base::Instant until = clock.Now() + all;
  auto next_beat = std::chrono::steady_clock::now() + kStatusEvery;
  for (base::Duration left = all; left > base::Duration(0); left = until - clock.Now()) {
    events.WriteReady();
    view.WriteReady();
    RunEnd end = EndOf(session, sent_until);
    end.signal = WaitForSignal(NextTick(left, clock));
    if (end.signal) return end;
    control.Serve({.when = "while the run waits for what it sent last to show",
                   .way_on = GoOnText(facts),
                   .look =
                       [&] {
                         return ControlStatus{
                             .phase = "waiting",
                             .rows_done = 0,
                             .rows = session.part.last_row - session.part.first_row + 1};
                       },
                   .stop =
                       [&] {
                         end.failure = base::Error{base::ErrorCode::kLimit, kStoppedByCtl};
                       }});
    if (end.failure) {
      end.counters.controls = control.TakeNotes();
      return end;
    }
    if (session.deadline && clock.Now() >= *session.deadline) {
      end.failure = base::Error{base::ErrorCode::kLimit, "the time of --deadline has come"};
      return end;
    }
    if (std::chrono::steady_clock::now() < next_beat) continue;
    next_beat = std::chrono::steady_clock::now() + kStatusEvery;
    beat();
    end.failure = LockLost(session);
    if (end.failure) return end;
  }
  return std::nullopt;
}

}  // namespace rehome::cli
