#include "journal/reopening.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>

#include "journal/sqlite_database.h"
#include "journal/sqlite_file.h"
#include "journal/sqlite_rows.h"
#include "model/effect.h"

namespace rehome::journal {
namespace {

// A failed effect is one that nothing is there of. Of a parked one it may be that nobody knows: the
// sticky flag stays, and it is looked up before it is sent again. Or what was found is not what we
// sent, so that nothing of ours is there: kept in doubt it would be taken for ours when it is
// younger than our intent.
constexpr std::array kUnknown = {
    model::Reason::kOutcomeUnknown,       model::Reason::kAnswerMismatch,
    model::Reason::kUserNotVisible,       model::Reason::kOrganizationNotVisible,
    model::Reason::kMembershipNotVisible, model::Reason::kUserDuplicateOnTarget};

std::string ForgetVerdicts() {
  std::string unknown;
  for (const model::Reason reason : kUnknown) {
    unknown += (unknown.empty() ? "'" : ", '") + std::string(model::CodeOf(reason)) + "'";
  }
  return "UPDATE meta SET value = value + 1 WHERE name = 'epoch';"
         "DELETE FROM outcome WHERE kind IN ('failed', 'parked', 'unprocessed');"
         "DELETE FROM effect WHERE state = 'failed' OR (state = 'parked' AND (maybe_sent = 0 OR"
         " (replaced = '' AND reason NOT IN (" +
         unknown +
         "))));"
         "UPDATE effect SET state = 'unknown' WHERE state = 'parked';";
}

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

std::string IsOf(model::EffectKind kind) {
  return " kind = " + std::to_string(static_cast<int>(kind));
}

// What is tried under other keys from now on. That it may be on the target is kept for people.
base::Status Forget(SqliteDatabase& database, model::EffectKind kind, std::int64_t at_ms,
                    const std::vector<std::int64_t>& rows) {
  const std::string those = " FROM effect WHERE row = ?1 AND state <> 'done' AND" + IsOf(kind);
  RETURN_IF_ERROR(ForRows(database,
                          "INSERT INTO event(at_ms, type, json) SELECT " + std::to_string(at_ms) +
                              ", 'left_in_doubt', json_object('row', abs(row), 'kind', '" +
                              std::string(NameOf(kind)) + "', 'request_id', request_id)" + those +
                              " AND maybe_sent = 1",
                          rows));
  return ForRows(database, "DELETE" + those, rows);
}

// Aside first, below all rows: one may go where another one stands.
base::Status PutAside(SqliteDatabase& database, model::EffectKind kind,
                      const std::vector<EffectMove>& moves) {
  std::vector<std::int64_t> rows;
  rows.reserve(moves.size());
  for (const EffectMove& move : moves) rows.push_back(move.from);
  // An organization goes by its own name, the others by the number of a row.
  const std::string keyless = kind == model::EffectKind::kOrganization ? "" : ", key = ''";
  return ForRows(database,
                 "UPDATE effect SET row = -row" + keyless + " WHERE row = ?1 AND" + IsOf(kind),
                 rows);
}

// What no row names any more: kept when it is there, for undo and verification, behind all rows.
base::Status PutDown(SqliteDatabase& database, model::EffectKind kind, std::int64_t at_ms,
                     const std::vector<EffectMove>& moves) {
  auto move_to =
      database.Prepare("UPDATE effect SET row = ?2, key = ?3 WHERE row = -?1 AND" + IsOf(kind));
  if (!move_to) return move_to.error();
  auto behind = database.Prepare(
      "UPDATE effect SET row = (SELECT max(first_row + \"rows\") FROM chunk) + ?1, "
      "key = iif(key = '', 'behind:' || kind || ':' || ?1, key) WHERE row = -?1 AND" +
      IsOf(kind));
  if (!behind) return behind.error();
  for (const EffectMove& move : moves) {
    if (move.to != 0) {
      move_to->Bind(move.from, move.to, move.key);
      RETURN_IF_ERROR(move_to->Run());
      continue;
    }
    RETURN_IF_ERROR(Forget(database, kind, at_ms, {-move.from}));
    behind->Bind(move.from);
    RETURN_IF_ERROR(behind->Run());
  }
  return {};
}

base::Status RenameMemberships(SqliteDatabase& database,
                               const std::vector<std::pair<std::int64_t, std::string>>& keys) {
  std::vector<std::int64_t> rows;
  rows.reserve(keys.size());
  for (const auto& [row, key] : keys) rows.push_back(row);
  const std::string those = " WHERE row = ?1 AND" + IsOf(model::EffectKind::kMembership);
  RETURN_IF_ERROR(ForRows(database, "UPDATE effect SET key = ''" + those, rows));
  auto rename = database.Prepare("UPDATE OR IGNORE effect SET key = ?2 || organization_id" + those +
                                 " AND ?2 <> ''");
  if (!rename) return rename.error();
  for (const auto& [row, key] : keys) {
    rename->Bind(row, key);
    RETURN_IF_ERROR(rename->Run());
  }
  return {};
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
  RETURN_IF_ERROR(database.Execute(ForgetVerdicts().c_str()));
  const MovedEffects& moved = reopening.moved;
  RETURN_IF_ERROR(PutAside(database, model::EffectKind::kUser, moved.users));
  RETURN_IF_ERROR(PutAside(database, model::EffectKind::kOrganization, moved.organizations));
  RETURN_IF_ERROR(PutAside(database, model::EffectKind::kMembership, moved.memberships));
  RETURN_IF_ERROR(ForRows(database, "DELETE FROM outcome WHERE row = ?1", reopening.rejected_rows));
  const std::int64_t at_ms = reopening.event.at_ms;
  RETURN_IF_ERROR(PutDown(database, model::EffectKind::kUser, at_ms, moved.users));
  RETURN_IF_ERROR(PutDown(database, model::EffectKind::kOrganization, at_ms, moved.organizations));
  RETURN_IF_ERROR(PutDown(database, model::EffectKind::kMembership, at_ms, moved.memberships));
  RETURN_IF_ERROR(RenameMemberships(database, moved.membership_keys));
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

bool StaysInDoubt(const model::Effect& effect) {
  using model::EffectState;
  if (!effect.maybe_sent || effect.state == EffectState::kDone ||
      effect.state == EffectState::kFailed) {
    return false;
  }
  return effect.state != EffectState::kParked || !effect.replaced.empty() ||
         std::find(kUnknown.begin(), kUnknown.end(), effect.reason) != kUnknown.end();
}

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
