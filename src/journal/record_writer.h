#pragma once

#include <cstdint>

#include "base/result.h"
#include "journal/record.h"
#include "journal/sqlite_database.h"

namespace rehome::journal {

/// Writes records with prepared statements. The database must outlive it; one thread at a time.
class RecordWriter {
 public:
  static base::Result<RecordWriter> Make(SqliteDatabase& database, std::int64_t epoch);
  /// Within the open transaction.
  base::Status Write(const Record& record);

 private:
  RecordWriter(SqliteDatabase& database, std::int64_t epoch, SqliteStatement effect,
               SqliteStatement outcome, SqliteStatement chunk, SqliteStatement event);
  base::Status WriteOne(const model::Effect& effect);
  base::Status WriteOne(const model::Outcome& outcome);
  base::Status WriteOne(const ChunkChange& change);
  base::Status WriteOne(const Event& event);

  SqliteDatabase* database_;
  std::int64_t epoch_;
  SqliteStatement effect_;
  SqliteStatement outcome_;
  SqliteStatement chunk_;
  SqliteStatement event_;
};

}  // namespace rehome::journal
