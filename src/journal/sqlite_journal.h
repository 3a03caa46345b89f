#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "journal/journal.h"
#include "journal/reopening.h"

namespace rehome::journal {

/// Where tests may look in, or die, on the journal's thread. Empty in the product.
struct JournalHooks {
  /// Called with `before_commit` (all written, nothing durable) and `after_commit` (durable, nobody
  /// told yet).
  std::function<void(std::string_view point)> at;
};

struct SqliteJournalOptions {
  JournalHooks hooks;
  /// How long (real time) to wait for others who have the journal open.
  base::Duration patience{0};
  /// What a commit outlives.
  enum class Outlives {
    kPowerCut,  ///< it is on the disk: what every run needs
    kProcess,   ///< the system has it: enough for a rehearsal, which nobody goes on with
  };
  Outlives commits_outlive = Outlives::kPowerCut;
};

/// How long a run waits for readers of its own journal: reports of a dead run take it for a moment.
/// Shorter would fail a resume beside a report of some million rows; longer would only keep back
/// the message that somebody has it.
inline constexpr base::Duration kRunPatience = std::chrono::seconds(10);

/// Creates `path` (journal.db) with its schema and chunk map; fails when it exists. The file is
/// there with all of it or not at all, however the process ends.
base::Status CreateSqliteJournal(const std::string& path, const std::vector<Chunk>& chunks);

/// Opens an existing journal for a run: one connection, WAL, exclusive, FULL. Takes the next epoch,
/// puts chunks that were being processed back in the queue. A damaged file is reported and left
/// untouched. kLocked when another process has it and keeps it. `clock` gives the time for which
/// commits wait for each other.
///
/// A record that breaks a unique key fails its own Append with kInternal and nothing else; every
/// other failure of a commit is for good. After Close, `done` and `found` are called at once, on
/// the caller's thread.
base::Result<std::unique_ptr<Journal>> OpenSqliteJournal(const std::string& path,
                                                         const base::Clock& clock,
                                                         const SqliteJournalOptions& options = {});

/// How many rows, users and memberships ended in which way, by OutcomeKind.
struct EndedCounts {
  using Counts = std::array<std::int64_t, model::kOutcomeKindCount>;
  Counts rows{};
  Counts users{};
  Counts memberships{};
};

/// Reads a journal that no run has open: for reports. Rows are handed out one by one; a large
/// journal needs no more memory than a small one. Not thread-safe.
class JournalReader {
 public:
  virtual ~JournalReader() = default;
  /// From now on a visit fails soon after `stop` says yes; without one, none does.
  virtual void StopWhen(std::function<bool()> stop) = 0;
  /// Calls `visit` for each effect, by row and kind.
  virtual base::Status VisitEffects(const std::function<void(const model::Effect&)>& visit) = 0;
  /// Calls `visit` for each outcome, by row.
  virtual base::Status VisitOutcomes(const std::function<void(const model::Outcome&)>& visit) = 0;
  /// Calls `visit` with the target's id of each user that the run created, also of those of which
  /// only a look-up told that it had. In no order; the id is valid during the call.
  virtual base::Status VisitCreatedUsers(
      const std::function<void(std::string_view user_id)>& visit) = 0;
  /// Users that were sent and of whom no answer told what became of them.
  virtual base::Result<std::int64_t> CountUsersInDoubt() = 0;
  /// Counts the rows that have an outcome, and the users and memberships that are theirs. What
  /// belongs to a row without one is left out: the row is done again.
  virtual base::Result<EndedCounts> CountEnded() = 0;
  /// Calls `visit` for each outcome that went wrong or has warnings, by row.
  virtual base::Status VisitTroubles(const std::function<void(const model::Outcome&)>& visit) = 0;
  virtual base::Status VisitEvents(const std::function<void(const Event&)>& visit) = 0;
  virtual base::Result<std::vector<Chunk>> Chunks() = 0;
  /// What retries have corrected in the input, by its first byte.
  virtual base::Result<std::vector<Correction>> Corrections() = 0;
  virtual std::int64_t epoch() const = 0;
};

/// How much of the structure of a journal is checked when it is opened.
enum class PageCheck {
  kBounded,  ///< all of it, unless it is so large that a resume would wait for seconds
  kWhole,    ///< all of it, however long that takes
};

/// kLocked when a run, or another reader, has the journal open, and after `patience` (real time)
/// has it still. Reads what a killed run left in the write-ahead log too, and changes neither file.
base::Result<std::unique_ptr<JournalReader>> OpenJournalReader(
    const std::string& path, base::Duration patience = base::Duration(0),
    PageCheck check = PageCheck::kBounded);

}  // namespace rehome::journal
