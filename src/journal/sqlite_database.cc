#include "journal/sqlite_database.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <sqlite3.h>

namespace rehome::journal {
namespace {

// Well below a millisecond of work. More: whoever wants it to end waits longer; fewer: the question
// costs as much as the work.
constexpr int kStepsBetweenQuestions = 4000;

base::ErrorCode CodeFor(int result, int system_error) {
  if (system_error == ENOSPC || system_error == EDQUOT) return base::ErrorCode::kDiskFull;
  switch (result & 0xff) {
    case SQLITE_FULL:
      return base::ErrorCode::kDiskFull;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return base::ErrorCode::kLocked;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return base::ErrorCode::kFormat;
    case SQLITE_CONSTRAINT:
    case SQLITE_MISUSE:
      return base::ErrorCode::kInternal;
    default:
      return base::ErrorCode::kIo;
  }
}

base::Error ErrorOf(sqlite3* connection, const std::string& path) {
  const int result = sqlite3_extended_errcode(connection);
  const bool from_system = (result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN ||
                           (result & 0xff) == SQLITE_FULL;
  const int system_error = from_system ? sqlite3_system_errno(connection) : 0;
  std::string message = path + ": " + sqlite3_errmsg(connection);
  if (system_error != 0) message += std::string(" (") + std::strerror(system_error) + ")";
  return {CodeFor(result, system_error), std::move(message)};
}

}  // namespace

void SqliteStatement::Finalizer::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

base::Error SqliteStatement::LastError() const {
  return ErrorOf(sqlite3_db_handle(statement_.get()), path_);
}

void SqliteStatement::BindAt(int index, std::int64_t value) {
  const int result = sqlite3_bind_int64(statement_.get(), index, value);
  if (bind_result_ == SQLITE_OK) bind_result_ = result;
}

void SqliteStatement::BindAt(int index, std::string_view value) {
  // A null pointer would bind NULL, and our columns take none.
  const char* text = value.data() == nullptr ? "" : value.data();
  const int result =
      sqlite3_bind_text64(statement_.get(), index, text, value.size(), nullptr, SQLITE_UTF8);
  if (bind_result_ == SQLITE_OK) bind_result_ = result;
}

base::Result<bool> SqliteStatement::Step() {
  if (bind_result_ != SQLITE_OK) return LastError();
  const int result = sqlite3_step(statement_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) return false;
  return LastError();
}

base::Status SqliteStatement::Run() {
  while (true) {
    const auto row = Step();
    if (row && *row) continue;
    Reset();
    if (!row) return row.error();
    return {};
  }
}

void SqliteStatement::Reset() {
  sqlite3_reset(statement_.get());
  bind_result_ = SQLITE_OK;
}

std::int64_t SqliteStatement::Int(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string_view SqliteStatement::Text(int column) const {
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  if (text == nullptr) return {};
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)};
}

void SqliteDatabase::Closer::operator()(sqlite3* connection) const { sqlite3_close(connection); }

base::Result<SqliteDatabase> SqliteDatabase::Open(const std::string& path,
                                                  base::Duration patience) {
  sqlite3* connection = nullptr;
  // NOMUTEX: one thread at a time is our own rule, so SQLite need not lock for each call.
  const int result = sqlite3_open_v2(path.c_str(), &connection,
                                     SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  SqliteDatabase database(path, connection);
  if (connection == nullptr) return base::Error{base::ErrorCode::kIo, path + ": out of memory"};
  if (result != SQLITE_OK) return ErrorOf(connection, path);
  sqlite3_extended_result_codes(connection, 1);
  sqlite3_busy_timeout(connection, static_cast<int>(base::ToMilliseconds(patience)));
  database.KeepWalOnClose();
  return database;
}

base::Status SqliteDatabase::Execute(const char* sql) {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return ErrorOf(connection_.get(), path_);
}

base::Result<SqliteStatement> SqliteDatabase::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int result = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (result != SQLITE_OK) return ErrorOf(connection_.get(), path_);
  return SqliteStatement(statement, path_);
}

void SqliteDatabase::MergeWalOnClose() {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, nullptr);
}

void SqliteDatabase::KeepWalOnClose() {
  sqlite3_db_config(connection_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

void SqliteDatabase::StopWhen(std::function<bool()> stop) {
  sqlite3_progress_handler(connection_.get(), 0, nullptr, nullptr);
  stop_.reset();
  if (!stop) return;
  stop_ = std::make_unique<std::function<bool()>>(std::move(stop));
  const auto ask = [](void* asked) {
    return (*static_cast<std::function<bool()>*>(asked))() ? 1 : 0;
  };
  sqlite3_progress_handler(connection_.get(), kStepsBetweenQuestions, ask, stop_.get());
}

std::int64_t SqliteDatabase::changes() const { return sqlite3_changes64(connection_.get()); }

}  // namespace rehome::journal
