#pragma once

#include <string>

#include "cli/session.h"
#include "report/summary.h"

namespace rehome::cli {

/// What a rehearsal that came to its end says of the import.
struct RehearsalVerdict {
  base::Duration import{0};        ///< survey, organizations and rows, without `machine`
  base::Duration verification{0};  ///< apart
  std::int64_t requests = 0;       ///< of organizations and rows
  /// How long this machine was behind the fast clock.
  base::Duration machine{0};
};

RehearsalVerdict JudgeRehearsal(const report::Summary& summary);

/// `predicted wall time of the import: 1:07:12 (…)`, for stdout.
std::string VerdictText(const Session& session, const RehearsalVerdict& verdict);
/// That the machine set the pace, and what to do; empty when it did not.
std::string MachineWarning(const Session& session, const RehearsalVerdict& verdict);

}  // namespace rehome::cli
