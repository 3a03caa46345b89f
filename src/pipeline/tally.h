#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "base/result.h"
#include "dispatch/row_job.h"
#include "journal/sqlite_journal.h"
#include "model/outcome.h"
#include "model/reason.h"

namespace rehome::pipeline {

using OutcomeCounts = std::array<std::int64_t, model::kOutcomeKindCount>;

/// One cause of trouble, as far as the run has come.
struct TroubleGroup {
  std::int64_t count = 0;
  std::vector<std::int64_t> sample_rows;  ///< the first 5 seen
  std::string detail;
  std::string words;
};

/// What a live run has done so far, its earlier incarnations included.
struct TallySnapshot {
  OutcomeCounts rows{};
  OutcomeCounts organizations{};
  OutcomeCounts users{};
  OutcomeCounts memberships{};
  std::int64_t rows_seen = 0;         ///< settled or passed over by this incarnation of the run
  std::int64_t rows_passed_over = 0;  ///< of these: an earlier one had settled them
  std::int64_t organizations_passed_over = 0;  ///< of `organizations`: likewise
  std::map<std::pair<model::Phase, model::Reason>, TroubleGroup> errors;
  std::map<std::pair<model::Phase, model::Reason>, TroubleGroup> warnings;
};

/// What the journal of a run says of the rows that were settled before it is resumed. Organizations
/// are not in it: warm-up asks for all of them again and counts them then.
base::Result<TallySnapshot> ReadTally(journal::JournalReader& journal);

/// Counts outcomes while a run lives. Any thread. Memory is bounded by the number of reasons.
class Tally {
 public:
  explicit Tally(TallySnapshot earlier = {}) : tally_(std::move(earlier)) {}

  void CountRow(const dispatch::RowJob& job);
  void CountOrganization(const model::Effect& effect);
  /// Rows passed over because an earlier incarnation of the run has settled them.
  void CountEarlier(std::int64_t rows);
  /// One of the organizations that are counted was settled by an earlier incarnation.
  void CountEarlierOrganization();
  TallySnapshot Snapshot() const;

 private:
  mutable base::Mutex mutex_;
  TallySnapshot tally_ GUARDED_BY(mutex_);
};

}  // namespace rehome::pipeline
