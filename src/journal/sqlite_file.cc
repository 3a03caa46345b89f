#include "journal/sqlite_file.h"

#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "journal/local_storage.h"
#include "journal/sqlite_rows.h"
#include "journal/wal_check.h"

namespace rehome::journal {
namespace {

constexpr std::int64_t kSchemaVersion = 4;

// The whole file is checked when it is at most this long (0.1 to 0.3 s when it is cached): long
// enough for the journal of some 500,000 rows. Larger would make every resume of a big run wait
// for seconds; beyond it the small tables are checked, and damage elsewhere shows when it is read.
constexpr std::int64_t kWholeCheckBytes = 256 << 20;

// locking_mode comes first: it must be set before the file is touched, so that no shared memory is
// used and nobody else can open the file.
constexpr const char* kConnectionSettings =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA mmap_size=0;"
    "PRAGMA cell_size_check=ON;"
    "PRAGMA temp_store=MEMORY;"
    "PRAGMA synchronous=FULL;";

// Names instead of numbers for states and reasons: the file outlives the order of our enumerators
// and can be read by a person. Only organizations and repeated users have a key: a unique index
// over every user would cost as much CPU as a request.
constexpr const char* kTables = R"sql(
CREATE TABLE meta(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE chunk(
  number INTEGER PRIMARY KEY, begin INTEGER NOT NULL, "end" INTEGER NOT NULL,
  first_row INTEGER NOT NULL, first_line INTEGER NOT NULL, "rows" INTEGER NOT NULL,
  state TEXT NOT NULL, epoch INTEGER NOT NULL) STRICT;
CREATE INDEX chunk_queued ON chunk(number) WHERE state = 'queued';
CREATE TABLE effect(
  row INTEGER NOT NULL, kind INTEGER NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL,
  maybe_sent INTEGER NOT NULL, epoch INTEGER NOT NULL, outcome TEXT NOT NULL,
  provenance TEXT NOT NULL, idempotency_key TEXT NOT NULL, attempts INTEGER NOT NULL,
  request_id TEXT NOT NULL, target_id TEXT NOT NULL, user_id TEXT NOT NULL,
  organization_id TEXT NOT NULL, intent_ms INTEGER NOT NULL, created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL, reason TEXT NOT NULL, detail TEXT NOT NULL,
  http_status INTEGER NOT NULL, provider_code TEXT NOT NULL, message TEXT NOT NULL,
  provider_request_id TEXT NOT NULL, replaced TEXT NOT NULL,
  role_slugs TEXT NOT NULL, differs TEXT NOT NULL,
  PRIMARY KEY(row, kind)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX effect_key ON effect(key) WHERE key <> '';
CREATE TABLE outcome(
  row INTEGER PRIMARY KEY, line INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL,
  phase TEXT NOT NULL, column_name TEXT NOT NULL, detail TEXT NOT NULL,
  http_status INTEGER NOT NULL, provider_code TEXT NOT NULL, message TEXT NOT NULL,
  provider_request_id TEXT NOT NULL, attempts INTEGER NOT NULL, cause_key TEXT NOT NULL,
  user_id TEXT NOT NULL, organization_id TEXT NOT NULL, membership_id TEXT NOT NULL,
  warnings TEXT NOT NULL) STRICT;
CREATE TABLE correction(
  begin INTEGER PRIMARY KEY, "end" INTEGER NOT NULL, row INTEGER NOT NULL,
  column_name TEXT NOT NULL, bytes TEXT NOT NULL) STRICT;
CREATE TABLE event(
  number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, type TEXT NOT NULL,
  json TEXT NOT NULL) STRICT;
)sql";

// The journal is named after nothing, its folder after the run.
std::string RebuildAdvice(const std::string& path) {
  const std::string run = std::filesystem::path(path).parent_path().filename().string();
  return "`rehome resume " + run +
         " --rebuild` makes a new one from the file and the target: what is there is found, not "
         "created twice (a run with corrected rows is imported anew instead)";
}

std::string IsDamaged(const std::string& path, const std::string& finding) {
  const std::string prefix = path + ": ";
  return path + ": the journal is damaged (" +
         (finding.starts_with(prefix) ? finding.substr(prefix.size()) : finding) + ")";
}

base::Error WithDamageExplained(const SqliteDatabase& database, base::Error error) {
  if (error.code == base::ErrorCode::kFormat) return DamagedJournal(database.path(), error.message);
  if (error.code == base::ErrorCode::kLocked) {
    return {base::ErrorCode::kLocked,
            database.path() +
                ": the journal is in use by a running rehome process; look at the run with "
                "`rehome status`, or try again when it has ended"};
  }
  return error;
}

// quick_check tells a page that the disk does not give (primary code SQLITE_IOERR) like a damage.
bool IsReadError(const std::string& finding) {
  constexpr std::string_view kMark = "unable to get the page. error code=";
  constexpr int kReadError = 10;
  const std::size_t at = finding.find(kMark);
  if (at == std::string::npos) return false;
  const std::size_t begin = at + kMark.size();
  const std::size_t end = finding.find_first_not_of("0123456789", begin);
  const auto code = base::ParseInt(finding.substr(begin, end - begin));
  return code && (*code & 0xff) == kReadError;
}

base::Status CheckPages(SqliteDatabase& database, bool whole) {
  // (1): the first finding is enough, since any makes the file unusable.
  const auto sqls =
      whole ? std::vector<const char*>{"PRAGMA quick_check(1)"}
            : std::vector<const char*>{"PRAGMA quick_check(meta)", "PRAGMA quick_check(chunk)"};
  for (const char* sql : sqls) {
    auto check = database.Prepare(sql);
    if (!check) return check.error();
    const auto row = check->Step();
    if (!row) return row.error();
    const std::string finding(*row ? check->Text(0) : "no answer of quick_check");
    if (IsReadError(finding)) {
      return base::Error{base::ErrorCode::kIo, database.path() + ": cannot be read (" +
                                                   finding.substr(finding.rfind('\n') + 1) + ")"};
    }
    if (finding != "ok") return base::Error{base::ErrorCode::kFormat, finding};
  }
  return {};
}

base::Result<std::int64_t> ReadMeta(SqliteDatabase& database, std::string_view name) {
  auto query = database.Prepare("SELECT value FROM meta WHERE name = ?1");
  if (!query) return query.error();
  query->Bind(name);
  const auto row = query->Step();
  if (!row) return row.error();
  if (!*row) return base::Error{base::ErrorCode::kFormat, "it has no " + std::string(name)};
  return query->Int(0);
}

base::Status CheckVersion(SqliteDatabase& database) {
  auto query = database.Prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'");
  if (!query) return query.error();
  const auto row = query->Step();
  if (!row) return row.error();
  if (query->Int(0) != 1) {
    return base::Error{base::ErrorCode::kFormat, "it is no journal of rehome"};
  }
  query->Reset();
  const auto version = ReadMeta(database, "schema_version");
  if (!version) return version.error();
  if (*version == kSchemaVersion) return {};
  return base::Error{base::ErrorCode::kUsage,
                     database.path() + ": the journal has version " + std::to_string(*version) +
                         " and this rehome knows version " + std::to_string(kSchemaVersion) +
                         "; use the rehome that started the run"};
}

base::Status Verify(SqliteDatabase& database, bool whole) {
  RETURN_IF_ERROR(database.Execute(kConnectionSettings));
  RETURN_IF_ERROR(CheckVersion(database));
  // Nobody else has the file from here on, and nothing was changed.
  RETURN_IF_ERROR(CheckWal(database.path() + "-wal"));
  return CheckPages(database, whole);
}

}  // namespace

base::Error DamagedJournal(const std::string& path, const std::string& finding) {
  return {base::ErrorCode::kFormat,
          IsDamaged(path, finding) + " and was left untouched; " + RebuildAdvice(path)};
}

base::Error DamageMet(const std::string& path, const std::string& finding) {
  return {base::ErrorCode::kFormat, IsDamaged(path, finding) +
                                        ": progress cannot be recorded, so nothing more is sent; " +
                                        RebuildAdvice(path)};
}

base::Status WriteNewJournal(SqliteDatabase& database, const std::vector<Chunk>& chunks) {
  RETURN_IF_ERROR(database.Execute(kConnectionSettings));
  RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  RETURN_IF_ERROR(database.Execute(kTables));
  auto meta = database.Prepare("INSERT INTO meta VALUES('schema_version', ?1), ('epoch', 0)");
  if (!meta) return meta.error();
  meta->Bind(kSchemaVersion);
  RETURN_IF_ERROR(meta->Run());
  RETURN_IF_ERROR(WriteChunks(database, chunks));
  RETURN_IF_ERROR(database.Execute("COMMIT"));
  // Last, so that nothing is in a write-ahead log when the file gets its name.
  database.MergeWalOnClose();
  return database.Execute("PRAGMA journal_mode=WAL");
}

base::Status WriteChunks(SqliteDatabase& database, const std::vector<Chunk>& chunks) {
  auto insert = database.Prepare("INSERT INTO chunk VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  if (!insert) return insert.error();
  for (const Chunk& chunk : chunks) {
    insert->Bind(chunk.number, chunk.begin, chunk.end, chunk.first_row, chunk.first_line,
                 chunk.rows, NameOf(chunk.state), chunk.epoch);
    RETURN_IF_ERROR(insert->Run());
  }
  return {};
}

base::Result<SqliteDatabase> OpenJournalFile(const std::string& path, base::Duration patience,
                                             PageCheck check) {
  const auto facts = base::Stat(path);
  if (!facts && facts.error().code == base::ErrorCode::kNotFound) {
    return base::Error{base::ErrorCode::kNotFound,
                       path + ": the journal is not there; " + RebuildAdvice(path)};
  }
  if (!facts) return facts.error();
  RETURN_IF_ERROR(CheckLocalStorage(path, "choose a local disk with --runs-dir"));
  auto database = SqliteDatabase::Open(path, patience);
  if (!database) return database.error();
  const bool whole = check == PageCheck::kWhole || facts->size <= kWholeCheckBytes;
  if (auto verified = Verify(*database, whole); !verified) {
    return WithDamageExplained(*database, verified.error());
  }
  database->MergeWalOnClose();
  return database;
}

base::Result<std::int64_t> ReadEpoch(SqliteDatabase& database) {
  return ReadMeta(database, "epoch");
}

}  // namespace rehome::journal
