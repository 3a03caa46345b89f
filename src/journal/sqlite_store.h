#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "journal/commit_queue.h"
#include "journal/journal.h"
#include "journal/record_writer.h"
#include "journal/sqlite_database.h"
#include "journal/sqlite_journal.h"

namespace rehome::journal {

/// The journal file as one run has it open: every statement a running journal needs. One thread at
/// a time. Each change is one transaction, durable when the function returns.
class SqliteStore {
 public:
  /// Takes the next epoch and puts chunks that were being processed back in the queue. `clock`
  /// must outlive the store.
  static base::Result<std::unique_ptr<SqliteStore>> Open(const std::string& path,
                                                         const base::Clock& clock,
                                                         const SqliteJournalOptions& options);

  /// For `Open`, which makes it ready.
  SqliteStore(SqliteDatabase database, const base::Clock& clock, JournalHooks hooks)
      : database_(std::move(database)), clock_(clock), hooks_(std::move(hooks)) {}

  std::int64_t epoch() const { return epoch_; }
  /// All records of `group` or none. kInternal: a record is impossible (a unique key of another
  /// row, an unknown chunk) and the store is as before; other errors may be of any state. kLimit:
  /// a later epoch has begun, and the records became events, durable like them.
  base::Status Commit(std::span<const Work> group);
  /// kLimit as above.
  base::Result<std::vector<Chunk>> Claim(int count);
  base::Result<std::optional<model::Effect>> FindEffect(const std::string& key);
  base::Result<KnownRows> Load(std::int64_t first, std::int64_t last);
  /// After a failed commit: nothing more is written, not even when the store closes.
  void GiveUp() { database_.KeepWalOnClose(); }

 private:
  base::Status StartEpoch();
  base::Status PrepareStatements();
  base::Status CheckFence();
  base::Status Write(std::span<const Work> group);
  base::Status KeepAsEvents(std::span<const Work> group);
  base::Status InTransaction(const std::function<base::Status()>& change);
  base::Status ReadClaimed(int count, std::vector<Chunk>& into);

  SqliteDatabase database_;
  const base::Clock& clock_;
  JournalHooks hooks_;
  std::int64_t epoch_ = 0;
  std::optional<RecordWriter> writer_;
  std::optional<SqliteStatement> newest_epoch_;
  std::optional<SqliteStatement> claim_;
  std::optional<SqliteStatement> find_;
  std::optional<SqliteStatement> effects_;
  std::optional<SqliteStatement> outcomes_;
};

}  // namespace rehome::journal
