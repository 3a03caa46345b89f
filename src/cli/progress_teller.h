#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "cli/phase_progress.h"
#include "cli/plain_steps.h"
#include "cli/progress_meter.h"
#include "cli/progress_view.h"
#include "dispatch/brake.h"
#include "pipeline/events.h"

namespace rehome::cli {

/// Tells everyone who wants to know how far a run is: the view, the events, and through `phases`
/// status.json. One thread; the references must outlive it.
class ProgressTeller {
 public:
  /// `rate` as typed with --rate.
  ProgressTeller(ProgressView& view, pipeline::EventSink& events, const base::Clock& clock,
                 std::string rate)
      : view_(view), events_(events), clock_(clock), rate_(std::move(rate)) {}

  /// Phases that have ended before this teller was there.
  void GoOnFrom(std::vector<PhaseProgress> phases) { phases_ = std::move(phases); }
  /// How far the phase is that goes on.
  void Update(const PhaseCounts& counts, const dispatch::BrakeTimes& brakes);
  /// Whether the run is paused: that is shown, whatever else sets the pace.
  void SetPaused(std::optional<LimitText> paused) { paused_ = std::move(paused); }
  /// From now on --rate is this.
  void SetRate(const std::string& rate) { rate_ = rate; }
  /// It came to its end; a phase that did nothing at all is not worth a word.
  enum class Line { kShown, kSaidAlready };
  void End(const PhaseCounts& counts, Line line);
  /// Of the run so far; the last one may go on.
  const std::vector<PhaseProgress>& phases() const { return phases_; }

 private:
  PhaseProgress& PhaseOf(const PhaseCounts& counts);

  ProgressView& view_;
  pipeline::EventSink& events_;
  const base::Clock& clock_;
  std::string rate_;
  std::optional<LimitText> paused_;
  ProgressMeter meter_;  // of the last phase
  PlainSteps steps_;     // of the events
  std::vector<PhaseProgress> phases_;
};

}  // namespace rehome::cli
