#include "cli/progress_teller.h"

#include <chrono>

#include "cli/event_log.h"

namespace rehome::cli {
namespace {

constexpr const char* kEvent = "progress";

std::optional<base::WallTime> WallTimeOf(std::optional<base::Instant> at,
                                         const base::Clock& clock) {
  if (!at) return std::nullopt;
  return clock.WallNow() + std::chrono::duration_cast<std::chrono::milliseconds>(*at - clock.Now());
}

}  // namespace

void ProgressTeller::Update(const PhaseCounts& counts, const dispatch::BrakeTimes& brakes) {
  if (counts.all == 0) return;
  const base::Instant now = clock_.Now();
  PhaseProgress& phase = PhaseOf(counts);
  meter_.Note(now, counts, brakes);
  const dispatch::Brake brake = meter_.Brake();
  const auto until = brake == brakes.now ? WallTimeOf(brakes.until, clock_) : std::nullopt;
  phase = {.counts = counts,
           .per_second = meter_.PerSecond(),
           .left = meter_.Left(),
           .limit = LimitTextOf(brake, until, rate_),
           .ended = false};
  if (paused_) {
    phase.per_second.reset();
    phase.left.reset();
    phase.limit = *paused_;
  }
  view_.Update(phase, now);
  if (steps_.Due(counts, now)) events_.Emit(kEvent, MembersOf(EncodePhase(phase)));
}

void ProgressTeller::End(const PhaseCounts& counts, Line line) {
  if (counts.done == 0) return;
  PhaseProgress& phase = PhaseOf(counts);
  const double seconds = std::chrono::duration<double>(counts.time).count();
  phase = {.counts = counts,
           .per_second = seconds > 0 ? std::optional(static_cast<double>(counts.worked) / seconds)
                                     : std::nullopt,
           .left = std::nullopt,
           .limit = {},
           .ended = true};
  if (line == Line::kShown) view_.End(phase);
  events_.Emit(kEvent, MembersOf(EncodePhase(phase)));
}

PhaseProgress& ProgressTeller::PhaseOf(const PhaseCounts& counts) {
  if (phases_.empty() || phases_.back().counts.name != counts.name) {
    phases_.emplace_back();
    meter_ = ProgressMeter();
  }
  return phases_.back();
}

}  // namespace rehome::cli
