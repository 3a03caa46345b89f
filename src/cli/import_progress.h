#pragma once

#include <cstdint>

#include "cli/progress_teller.h"
#include "dispatch/counters.h"
#include "pipeline/coordinator.h"

namespace rehome::cli {

/// Tells how far an import is, or a dry run of one: warm-up, then rows. One thread; the teller must
/// outlive it.
class ImportProgress {
 public:
  ImportProgress(ProgressTeller& teller, std::int64_t rows, std::int64_t organizations)
      : teller_(teller), rows_(rows), organizations_(organizations) {}

  void Update(const pipeline::Progress& progress, const dispatch::Counters& counters);
  /// The import has ended.
  void End(const pipeline::Progress& progress);

 private:
  void EndWarmUp(const pipeline::Progress& progress);

  ProgressTeller& teller_;
  const std::int64_t rows_;
  const std::int64_t organizations_;
  bool warmed_up_ = false;
};

}  // namespace rehome::cli
