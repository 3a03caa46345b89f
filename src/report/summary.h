#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"
#include "model/outcome.h"
#include "model/reason.h"
#include "model/timeline.h"
#include "model/verification.h"

namespace rehome::report {

using OutcomeCounts = std::array<std::int64_t, model::kOutcomeKindCount>;

inline constexpr std::size_t kPhaseCount = 5;

/// One line of the phase table. What it counts:
/// * survey: the rows of the part; `rejected` are those that are no well-formed records.
/// * organizations: the organizations that warm-up began with, by how their effect ended.
/// * users: distinct users, by how their effect ended; and the rows that ended in this phase
///   without one, such as those that column rules reject.
/// * memberships: memberships, by how their effect ended; and the rows that ended in this phase
///   without one, among them all whose failure follows from another (of an organization, of the
///   user in another row).
/// * verification: the objects that were read back and compared; it has no outcomes. There is such
/// a
///   line only once a verification has begun.
/// On the lines of organizations, users and memberships `read` is the sum of `counts` and
/// `in_doubt`; a rejected row counts on exactly one line.
struct PhaseLine {
  model::Phase phase = model::Phase::kSurvey;
  std::int64_t read = 0;      ///< rows, organizations, users, memberships that the phase was given
  OutcomeCounts counts{};     ///< by OutcomeKind
  std::int64_t in_doubt = 0;  ///< only while a run is unfinished
  base::Duration time{0};
  std::int64_t requests = 0;
  std::int64_t rate_limited = 0;  ///< answers with 429
  bool operator==(const PhaseLine&) const = default;
};

/// One or more failures with one cause.
struct ErrorGroup {
  model::Phase phase = model::Phase::kUsers;
  model::Reason reason = model::Reason::kNone;
  std::int64_t count = 0;                 ///< rows (or organizations) that failed by themselves
  std::int64_t derived = 0;               ///< rows that failed because these did
  std::vector<std::int64_t> sample_rows;  ///< the first 5
  std::string sample_detail;
  std::string words;  ///< the target's own, of the first: status, code, message
  /// Of warnings about columns: how many each of them has, the most frequent first; at most
  /// some twenty, what came after those under one name.
  std::vector<std::pair<std::string, std::int64_t>> columns{};
  bool operator==(const ErrorGroup&) const = default;
};

/// Something that somebody changed of a run while it went on.
struct ControlNote {
  std::string at;       ///< ISO 8601
  std::string command;  ///< `rate=25`, `pause (file)`
  bool operator==(const ControlNote&) const = default;
};

/// Counts that only the live run knows; kept in status.json while it lives and in summary.json.
struct RunCounters {
  std::array<base::Duration, kPhaseCount> time{};        ///< by Phase
  std::array<std::int64_t, kPhaseCount> requests{};      ///< by Phase
  std::array<std::int64_t, kPhaseCount> rate_limited{};  ///< by Phase
  std::int64_t cache_entries = 0;
  std::int64_t cache_hits = 0;
  std::int64_t cache_misses = 0;
  std::int64_t mismatched_answers = 0;
  std::int64_t connections = 0;
  base::Duration lock_wait{0};
  /// Of a rehearsal: how much of its time this machine was behind the fast clock.
  base::Duration machine{0};
  base::Duration paused{0};  ///< the import, by who controlled it; over all incarnations
  /// Of the import, as foretold when it began: as its limits alone would have it, and as is likely.
  base::Duration forecast_min{0};
  base::Duration forecast_likely{0};
  model::Verification verification;   ///< the last one alone; the run's sums are above
  std::vector<ErrorGroup> findings;   ///< of that verification, by kind; phase kVerification
  std::vector<ControlNote> controls;  ///< in order, over all incarnations
  model::Timeline timeline;           ///< of the import, over all incarnations of the run
  bool operator==(const RunCounters&) const = default;
};

/// Everything that the end of a run says.
struct Summary {
  journal::RunFacts run;
  RunCounters counters;
  OutcomeCounts rows{};        ///< one verdict per selected row
  std::int64_t rows_read = 0;  ///< rows of the selected part
  std::vector<PhaseLine> phases;
  std::vector<ErrorGroup> errors;  ///< by phase, then count; those of verification come last
  std::vector<ErrorGroup> warnings;
  std::int64_t adopted_with_password = 0;  ///< their CSV passwords were not applied
  std::string stop_reason;  ///< why a run that did not finish stopped; empty otherwise
};

/// Nothing was created, adopted or found on the target. At most one request is in doubt: until the
/// target has answered once they are sent one at a time. The file can be imported again, whatever
/// the key and endpoint.
bool NothingWasAccepted(const Summary& summary);

/// Of the rows that the last retry was to bring right: how many are. 0 without a retry.
std::int64_t RightAfterRetry(const Summary& summary);

/// Rows of the part that the run imports.
std::int64_t RowsOfPart(const journal::RunFacts& run);

/// Adds up a journal, streaming. kInternal, naming the law, when its records break one (every row
/// one outcome, an outcome for no row outside the part, a done effect without a target id, …).
base::Result<Summary> Summarize(const journal::RunFacts& run, const RunCounters& counters,
                                journal::JournalReader& journal);

/// The laws that any Summary must keep; the message names the one that is broken.
base::Status CheckLaws(const Summary& summary);

}  // namespace rehome::report
