#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace rehome::journal {

/// One prepared statement, used again and again. Its database must outlive it. One thread at a
/// time.
class SqliteStatement {
 public:
  SqliteStatement(sqlite3_stmt* statement, std::string path)
      : path_(std::move(path)), statement_(statement) {}

  /// Sets all parameters, from the first. Texts are not copied: they must live until the statement
  /// has run.
  template <class... Values>
  void Bind(const Values&... values) {
    Reset();
    int index = 0;
    (BindAt(++index, values), ...);
  }
  /// Goes to the next row of the result; false at its end.
  base::Result<bool> Step();
  /// Runs to the end and makes ready for the next use.
  base::Status Run();
  /// Ends a result that is not read to its end.
  void Reset();

  std::int64_t Int(int column) const;
  /// Valid until the next step.
  std::string_view Text(int column) const;

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* statement) const;
  };
  void BindAt(int index, std::int64_t value);
  void BindAt(int index, std::string_view value);
  base::Error LastError() const;

  std::string path_;  // of the database, for errors
  std::unique_ptr<sqlite3_stmt, Finalizer> statement_;
  int bind_result_ = 0;  // the first bind that failed; told by the next step
};

/// One connection to an SQLite file. Errors: kDiskFull when there is no space, kLocked when
/// another connection has it, kFormat when it is damaged or no database, kInternal when a
/// constraint is violated, kIo for the rest. One thread at a time.
class SqliteDatabase {
 public:
  /// Opens the existing file `path`, for this connection alone. Closing changes nothing in it
  /// until `MergeWalOnClose`. Who finds that another connection has it asks again for as long as
  /// `patience` (real time).
  static base::Result<SqliteDatabase> Open(const std::string& path,
                                           base::Duration patience = base::Duration(0));

  const std::string& path() const { return path_; }
  /// Runs statements that give no rows.
  base::Status Execute(const char* sql);
  base::Result<SqliteStatement> Prepare(std::string_view sql);
  /// From now on closing moves the write-ahead log into the file and removes it.
  void MergeWalOnClose();
  /// Closing leaves the write-ahead log alone: after an error nothing more is written.
  void KeepWalOnClose();
  /// From now on a statement fails (kIo) once `stop` says yes, which is asked every few thousand
  /// of its steps, on the thread that runs it. Without one, none does.
  void StopWhen(std::function<bool()> stop);
  /// Rows the last statement changed.
  std::int64_t changes() const;

 private:
  struct Closer {
    void operator()(sqlite3* connection) const;
  };
  SqliteDatabase(std::string path, sqlite3* connection)
      : path_(std::move(path)), connection_(connection) {}

  std::string path_;
  std::unique_ptr<std::function<bool()>> stop_;  // where the connection finds it
  std::unique_ptr<sqlite3, Closer> connection_;
};

}  // namespace rehome::journal
