#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/clock.h"
#include "cli/phase_progress.h"
#include "dispatch/brake.h"

namespace rehome::cli {

/// How fast a phase goes lately and what sets its pace: over the last half minute, so that what was
/// long ago does not count, and rows that a resumed run passes over never do. Passive: time comes
/// in. One thread.
class ProgressMeter {
 public:
  /// A look at the phase; times must not go back.
  void Note(base::Instant now, const PhaseCounts& counts, const dispatch::BrakeTimes& brakes);

  /// Nothing until there is something to tell it from.
  std::optional<double> PerSecond() const;
  /// At that rate; nothing as long as it would be a guess.
  std::optional<base::Duration> Left() const;
  /// What goes on now, if nothing leaves for it; else what set the pace the longest, of late.
  dispatch::Brake Brake() const;

 private:
  using Times = std::array<base::Duration, dispatch::kBrakeCount>;
  struct Sample {
    base::Instant at;
    std::int64_t worked = 0;
    Times brakes{};
  };
  std::deque<Sample> samples_;  // by time; the last one is of the last look
  PhaseCounts counts_;
  dispatch::Brake now_ = dispatch::Brake::kMachine;
};

}  // namespace rehome::cli
