#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "journal/record.h"
#include "journal/sqlite_database.h"
#include "journal/sqlite_journal.h"

namespace rehome::journal {

/// Fills a new, empty database file: tables, schema version, epoch 0, the chunk map.
base::Status WriteNewJournal(SqliteDatabase& database, const std::vector<Chunk>& chunks);

/// Adds to the chunk map.
base::Status WriteChunks(SqliteDatabase& database, const std::vector<Chunk>& chunks);

/// Opens a complete journal file: local storage, this connection alone, durable commits. Checks
/// that it is ours, of this version and not damaged before anything is changed. kLocked when
/// another process still has it after `patience`.
base::Result<SqliteDatabase> OpenJournalFile(const std::string& path, base::Duration patience,
                                             PageCheck check = PageCheck::kBounded);

/// The epoch in the file: 0 before the first run.
base::Result<std::int64_t> ReadEpoch(SqliteDatabase& database);

/// The error for a file that cannot be read as a journal; `finding` is what SQLite says.
base::Error DamagedJournal(const std::string& path, const std::string& finding);
/// The same for a run that meets the damage while it goes on.
base::Error DamageMet(const std::string& path, const std::string& finding);

}  // namespace rehome::journal
