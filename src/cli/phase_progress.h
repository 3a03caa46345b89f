#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "dispatch/brake.h"
#include "json/value.h"
#include "model/verification.h"
#include "pipeline/coordinator.h"

namespace rehome::cli {

/// What is counted of one phase of a run.
struct PhaseCounts {
  std::string name;  ///< `organizations`, `rows`, `verification`
  std::int64_t done = 0;
  std::int64_t all = 0;
  std::int64_t worked = 0;  ///< of `done`, what this process did and did not pass over
  base::Duration time{0};
  std::int64_t in_flight = 0;  ///< rows that were begun and are not done
  /// Kinds of errors and how many, none of them 0.
  std::vector<std::pair<std::string, std::int64_t>> errors{};
  bool operator==(const PhaseCounts&) const = default;
};

PhaseCounts CountsOf(const pipeline::Progress& progress, pipeline::ImportPhase phase,
                     std::int64_t all);
PhaseCounts CountsOf(const model::Verification& verification, std::int64_t objects);

/// What sets the pace, in words.
struct LimitText {
  std::string words;     ///< `latency of the target`
  std::string brief;     ///< the same in as few letters as can be understood
  bool waiting = false;  ///< it is not a pace but a pause: nothing leaves
  bool operator==(const LimitText&) const = default;
};

/// In brief, when somebody has paused the run.
inline constexpr const char* kPausedBriefly = "paused";

/// Of `brake`, which is over at `until`, with the value of --rate as typed ("" = none).
LimitText LimitTextOf(dispatch::Brake brake, std::optional<base::WallTime> until,
                      const std::string& rate);

/// How far one phase of a run is, as people and monitors are told.
struct PhaseProgress {
  PhaseCounts counts;
  std::optional<double> per_second;    ///< lately; of an ended phase: over all of it
  std::optional<base::Duration> left;  ///< at that rate
  LimitText limit;
  bool ended = false;
  bool operator==(const PhaseProgress&) const = default;
};

/// One JSON object: `phase`, `done`, `total` and what else is known.
std::string EncodePhase(const PhaseProgress& progress);
PhaseProgress DecodePhase(const json::Value& object);

}  // namespace rehome::cli
