#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/options.h"
#include "cli/session.h"
#include "journal/reopening.h"
#include "journal/run_directory.h"
#include "model/reason.h"
#include "report/corrections.h"

namespace rehome::cli {

/// What a retry of a run is to bring right.
struct RetryPlan {
  std::int64_t failed = 0;
  std::int64_t parked = 0;
  std::int64_t unprocessed = 0;
  std::int64_t rejected = 0;       ///< of which the edited file corrects something
  std::int64_t left_rejected = 0;  ///< the others
  std::int64_t corrected_rows = 0;
  /// Corrected rows that the rules reject all the same, or again.
  std::vector<std::pair<std::int64_t, model::Reason>> still_rejected;
  /// Corrected rows that leave a user who is on the target already, and make another one.
  std::vector<std::int64_t> leaving;
  report::CorrectionPlan corrections;
  journal::Reopening reopening;

  std::int64_t rows() const { return failed + parked + unprocessed + rejected; }
};

/// Reads the journal and the corrected row file, if there is one. The session, which has
/// surveyed the file of the run, then has the corrections too, and is surveyed with them. Changes
/// nothing on the disk.
base::Result<RetryPlan> PlanRetry(Session& session, const journal::RunDirectory& run,
                                  const journal::RunFacts& facts, const RetryCommand& command,
                                  const base::Clock& clock);

}  // namespace rehome::cli
