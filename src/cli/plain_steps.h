#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "cli/phase_progress.h"

namespace rehome::cli {

/// When a log is told how far a run is: at each tenth of a phase and after half a minute without a
/// word, so that the log of an hour stays readable and none falls silent. Passive; one thread.
class PlainSteps {
 public:
  /// Whether it is time, which counts as told. Not at the end, of which there is more to say.
  bool Due(const PhaseCounts& counts, base::Instant now);

 private:
  std::string phase_;
  std::int64_t tenths_told_ = 0;
  base::Instant next_{};
};

}  // namespace rehome::cli
