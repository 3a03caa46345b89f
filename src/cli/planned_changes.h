#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "journal/sqlite_journal.h"
#include "report/summary.h"

namespace rehome::cli {

/// The changes that a dry run with `--on-existing update` found, as its journal has them: each an
/// object with `row`, `kind`, `id`, `from` and `to`. The first thousand are kept; no passwords.
struct PlannedChanges {
  std::vector<std::string> first;
  std::int64_t count = 0;
};

base::Result<PlannedChanges> ReadPlannedChanges(journal::JournalReader& journal);

/// Field by field what would be replaced, for people; empty when nothing would.
std::string RenderChanges(const PlannedChanges& changes);

/// The plan as one line of JSON (docs/summary-json.md).
std::string EncodePlan(const report::Summary& summary, const PlannedChanges& changes);

}  // namespace rehome::cli
