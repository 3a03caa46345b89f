#include "journal/sqlite_store.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "journal/late_answer.h"
#include "journal/sqlite_file.h"
#include "journal/sqlite_rows.h"

namespace rehome::journal {
namespace {

// Calls `read` for each row of a bound statement.
base::Status ForEachRow(SqliteStatement& statement, const std::function<base::Status()>& read) {
  base::Status status;
  while (status) {
    const auto row = statement.Step();
    if (row && !*row) break;
    status = row ? read() : base::Status(row.error());
  }
  statement.Reset();
  return status;
}

}  // namespace

base::Result<std::unique_ptr<SqliteStore>> SqliteStore::Open(const std::string& path,
                                                             const base::Clock& clock,
                                                             const SqliteJournalOptions& options) {
  auto database = OpenJournalFile(path, options.patience);
  if (!database) return database.error();
  auto store = std::make_unique<SqliteStore>(*std::move(database), clock, options.hooks);
  RETURN_IF_ERROR(store->StartEpoch());
  // SQLite makes the name of its log durable too, but does not mind when it cannot.
  const std::string parent = std::filesystem::path(path).parent_path().string();
  RETURN_IF_ERROR(base::SyncDirectory(parent.empty() ? "." : parent));
  RETURN_IF_ERROR(store->PrepareStatements());
  if (options.commits_outlive == SqliteJournalOptions::Outlives::kProcess) {
    RETURN_IF_ERROR(store->database_.Execute("PRAGMA synchronous=OFF"));
  }
  return store;
}

base::Status SqliteStore::StartEpoch() {
  RETURN_IF_ERROR(
      database_.Execute("BEGIN IMMEDIATE;"
                        "UPDATE meta SET value = value + 1 WHERE name = 'epoch';"
                        "UPDATE chunk SET state = 'queued' WHERE state = 'processing';"
                        "COMMIT"));
  const auto epoch = ReadEpoch(database_);
  if (!epoch) return epoch.error();
  epoch_ = *epoch;
  return {};
}

base::Status SqliteStore::PrepareStatements() {
  auto writer = RecordWriter::Make(database_, epoch_);
  if (!writer) return writer.error();
  writer_ = *std::move(writer);
  const auto prepare = [this](std::optional<SqliteStatement>& into,
                              const std::string& sql) -> base::Status {
    auto statement = database_.Prepare(sql);
    if (!statement) return statement.error();
    into = *std::move(statement);
    return {};
  };
  RETURN_IF_ERROR(prepare(newest_epoch_, "SELECT value FROM meta WHERE name = 'epoch'"));
  const std::string effect_columns(kEffectColumns);
  RETURN_IF_ERROR(
      prepare(claim_,
              "UPDATE chunk SET state = 'processing', epoch = ?1 WHERE number IN (SELECT number "
              "FROM chunk WHERE state = 'queued' ORDER BY number LIMIT ?2) RETURNING " +
                  std::string(kChunkColumns)));
  // `key <> ''` is said again so that the partial index is used.
  RETURN_IF_ERROR(
      prepare(find_, "SELECT " + effect_columns + " FROM effect WHERE key = ?1 AND key <> ''"));
  RETURN_IF_ERROR(prepare(
      effects_,
      "SELECT " + effect_columns + " FROM effect WHERE row BETWEEN ?1 AND ?2 ORDER BY row, kind"));
  return prepare(outcomes_, "SELECT row FROM outcome WHERE row BETWEEN ?1 AND ?2 ORDER BY row");
}

base::Status SqliteStore::InTransaction(const std::function<base::Status()>& change) {
  RETURN_IF_ERROR(database_.Execute("BEGIN IMMEDIATE"));
  auto status = change();
  if (status) {
    if (hooks_.at) hooks_.at("before_commit");
    status = database_.Execute("COMMIT");
  }
  if (!status) {
    // SQLite may have rolled back by itself; then this fails and says nothing new.
    static_cast<void>(database_.Execute("ROLLBACK").ok());
    return status;
  }
  if (hooks_.at) hooks_.at("after_commit");
  return {};
}

// Within the transaction of a change. While this process slept another may have gone on with the
// run: what it wrote is newer than whatever this one knows.
base::Status SqliteStore::CheckFence() {
  const auto row = newest_epoch_->Step();
  const std::int64_t newest = row && *row ? newest_epoch_->Int(0) : 0;
  newest_epoch_->Reset();
  if (!row) return row.error();
  if (newest == epoch_) return {};
  return FencedError(database_.path(), epoch_, newest);
}

base::Status SqliteStore::Write(std::span<const Work> group) {
  for (const Work& work : group) {
    for (const Record& record : work.records) RETURN_IF_ERROR(writer_->Write(record));
  }
  return {};
}

base::Status SqliteStore::KeepAsEvents(std::span<const Work> group) {
  const std::int64_t now_ms = clock_.WallNow().time_since_epoch().count();
  for (const Work& work : group) {
    for (const Record& record : work.records) {
      RETURN_IF_ERROR(writer_->Write(LateAnswerOf(record, epoch_, now_ms)));
    }
  }
  return {};
}

base::Status SqliteStore::Commit(std::span<const Work> group) {
  base::Status fence;
  RETURN_IF_ERROR(InTransaction([&]() -> base::Status {
    fence = CheckFence();
    if (fence) return Write(group);
    return fence.error().code == base::ErrorCode::kLimit ? KeepAsEvents(group) : fence;
  }));
  return fence;
}

base::Status SqliteStore::ReadClaimed(int count, std::vector<Chunk>& into) {
  claim_->Bind(epoch_, std::int64_t{count});
  return ForEachRow(*claim_, [&]() -> base::Status {
    const auto chunk = ReadChunk(*claim_);
    if (!chunk) return chunk.error();
    into.push_back(*chunk);
    return {};
  });
}

base::Result<std::vector<Chunk>> SqliteStore::Claim(int count) {
  std::vector<Chunk> chunks;
  RETURN_IF_ERROR(InTransaction([&] {
    const base::Status fence = CheckFence();
    return fence ? ReadClaimed(std::max(count, 0), chunks) : fence;
  }));
  // RETURNING has no order.
  std::sort(chunks.begin(), chunks.end(),
            [](const Chunk& a, const Chunk& b) { return a.number < b.number; });
  return chunks;
}

base::Result<std::optional<model::Effect>> SqliteStore::FindEffect(const std::string& key) {
  std::optional<model::Effect> found;
  find_->Bind(key);
  RETURN_IF_ERROR(ForEachRow(*find_, [&]() -> base::Status {
    auto effect = ReadEffect(*find_);
    if (!effect) return effect.error();
    found = *std::move(effect);
    return {};
  }));
  return found;
}

base::Result<KnownRows> SqliteStore::Load(std::int64_t first, std::int64_t last) {
  KnownRows known;
  effects_->Bind(first, last);
  RETURN_IF_ERROR(ForEachRow(*effects_, [&]() -> base::Status {
    auto effect = ReadEffect(*effects_);
    if (!effect) return effect.error();
    known.effects.push_back(*std::move(effect));
    return {};
  }));
  outcomes_->Bind(first, last);
  RETURN_IF_ERROR(ForEachRow(*outcomes_, [&]() -> base::Status {
    known.rows_with_outcome.push_back(outcomes_->Int(0));
    return {};
  }));
  return known;
}

}  // namespace rehome::journal
