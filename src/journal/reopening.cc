#include "journal/reopening.h"

#include <functional>
#include <string_view>
#include <utility>

#include "journal/sqlite_database.h"
#include "journal/sqlite_file.h"
#include "journal/sqlite_rows.h"
#include "model/effect.h"

namespace rehome::journal {
namespace {

// A failed effect is one that nothing is there of; of a parked one nobody knows, so that the sticky
// flag stays and it is looked up before it is sent again.
constexpr const char* kForgetVerdicts =
    "UPDATE meta SET value = value + 1 WHERE name = 'epoch';"
    "DELETE FROM outcome WHERE kind IN ('failed', 'parked', 'unprocessed');"
    "DELETE FROM effect WHERE state = 'failed' OR (state = 'parked' AND maybe_sent = 0);"
    "UPDATE effect SET state = 'unknown' WHERE state = 'parked';";

constexpr const char* kQueueChunks =
    "UPDATE chunk SET state = iif((SELECT count(*) FROM outcome WHERE row BETWEEN "
    "chunk.first_row AND chunk.first_row + chunk.\"rows\" - 1) = chunk.\"rows\", 'completed', "
    "'queued');";

// Runs `sql` once for each of `rows`, as its first parameter.
base::Status ForRows(SqliteDatabase& database, std::string_view sql,
                     const std::vector<std::int64_t>& rows) {
  if (rows.empty()) return {};
  auto statement = database.Prepare(sql);
  if (!statement) return statement.error();
  for (const std::int64_t row : rows) {
    statement->Bind(row);
    RETURN_IF_ERROR(statement->Run());
  }
  return {};
}

// What is tried under other keys from now on. That it may be on the target is kept for people.
base::Status Forget(SqliteDatabase& database, model::EffectKind kind, std::int64_t at_ms,
                    const std::vector<std::int64_t>& rows) {
  const std::string those = " FROM effect WHERE row = ?1 AND state <> 'done' AND kind = " +
                            std::to_string(static_cast<int>(kind));
  RETURN_IF_ERROR(ForRows(database,
                          "INSERT INTO event(at_ms, type, json) SELECT " + std::to_string(at_ms) +
                              ", 'left_in_doubt', json_object('row', row, 'kind', '" +
                              std::string(NameOf(kind)) + "', 'request_id', request_id)" + those +
                              " AND maybe_sent = 1",
                          rows));
  return ForRows(database, "DELETE" + those, rows);
}

base::Status WriteCorrections(SqliteDatabase& database, const std::vector<Correction>& all) {
  auto insert = database.Prepare("INSERT OR REPLACE INTO correction VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!insert) return insert.error();
  for (const Correction& one : all) {
    insert->Bind(one.begin, one.end, one.row, one.column, one.bytes);
    RETURN_IF_ERROR(insert->Run());
  }
  return {};
}

base::Status Change(SqliteDatabase& database, const Reopening& reopening) {
  RETURN_IF_ERROR(database.Execute(kForgetVerdicts));
  RETURN_IF_ERROR(ForRows(database, "DELETE FROM outcome WHERE row = ?1", reopening.rejected_rows));
  RETURN_IF_ERROR(
      Forget(database, model::EffectKind::kUser, reopening.event.at_ms, reopening.other_users));
  RETURN_IF_ERROR(Forget(database, model::EffectKind::kMembership, reopening.event.at_ms,
                         reopening.other_memberships));
  RETURN_IF_ERROR(WriteCorrections(database, reopening.corrections));
  if (!reopening.chunks.empty()) {
    RETURN_IF_ERROR(database.Execute("DELETE FROM chunk"));
    RETURN_IF_ERROR(WriteChunks(database, reopening.chunks));
  }
  RETURN_IF_ERROR(database.Execute(kQueueChunks));
  auto event =
      database.Prepare("INSERT INTO event(" + std::string(kEventColumns) + ") VALUES(?1, ?2, ?3)");
  if (!event) return event.error();
  event->Bind(reopening.event.at_ms, reopening.event.type, reopening.event.json);
  return event->Run();
}

}  // namespace

base::Status ReopenRows(const std::string& path, const Reopening& reopening,
                        base::Duration patience) {
  auto database = OpenJournalFile(path, patience);
  if (!database) return database.error();
  RETURN_IF_ERROR(database->Execute("BEGIN IMMEDIATE"));
  base::Status status = Change(*database, reopening);
  if (status) status = database->Execute("COMMIT");
  if (!status) {
    // SQLite may have rolled back by itself; then this fails and says nothing new.
    static_cast<void>(database->Execute("ROLLBACK").ok());
  }
  return status;
}

}  // namespace rehome::journal
