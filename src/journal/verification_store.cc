#include "journal/verification_store.h"

#include <array>
#include <bit>
#include <utility>

#include "base/digest.h"
#include "base/file.h"

namespace rehome::journal {
namespace {

// No rollback journal, no sync: the file is worth nothing after a crash. The cache is what memory a
// verification takes, once, and once more while the index is sorted; it holds the inner
// pages of the key index of a million objects.
constexpr const char* kSettings =
    "PRAGMA locking_mode=EXCLUSIVE;"
    "PRAGMA journal_mode=OFF;"
    "PRAGMA synchronous=OFF;"
    "PRAGMA trusted_schema=OFF;"
    "PRAGMA mmap_size=0;"
    "PRAGMA cache_size=-4096;";

constexpr const char* kTables = R"sql(
CREATE TABLE object(
  number INTEGER PRIMARY KEY, kind INTEGER NOT NULL, row INTEGER NOT NULL,
  target_id TEXT NOT NULL, organization_id TEXT NOT NULL, depth INTEGER NOT NULL,
  fields TEXT NOT NULL, seen INTEGER NOT NULL) STRICT;
CREATE TABLE key(hash INTEGER NOT NULL, number INTEGER NOT NULL) STRICT;
CREATE TABLE suspicion(number INTEGER PRIMARY KEY, shown TEXT NOT NULL) STRICT;
CREATE TABLE double(number INTEGER NOT NULL, other_id TEXT NOT NULL,
  PRIMARY KEY(number, other_id)) STRICT, WITHOUT ROWID;
)sql";

// Made once everything is in: sorting is much cheaper than a million insertions in random places.
constexpr const char* kIndexes =
    "CREATE INDEX key_hash ON key(hash, number);"
    "CREATE INDEX object_group ON object(kind, organization_id);";

constexpr std::string_view kFind =
    "SELECT object.number, kind, row, target_id, organization_id, depth, fields "
    "FROM key JOIN object USING(number) WHERE hash = ?1";
constexpr std::string_view kGroup =
    "SELECT organization_id, count(*) FROM object WHERE kind = ?1 AND organization_id > ?2 "
    "GROUP BY organization_id ORDER BY organization_id LIMIT 1";
constexpr std::string_view kSuspect =
    "INSERT INTO suspicion VALUES(?1, ?2) "
    "ON CONFLICT(number) DO UPDATE SET shown = excluded.shown WHERE shown = ''";
constexpr std::string_view kSuspectAll =
    "INSERT OR IGNORE INTO suspicion SELECT number, '' FROM object "
    "WHERE kind = ?1 AND organization_id = ?2 AND seen <= ?3";
constexpr std::string_view kSuspected =
    "SELECT object.number, kind, row, target_id, organization_id, depth, fields "
    "FROM suspicion JOIN object USING(number) WHERE suspicion.number > ?1 "
    "ORDER BY suspicion.number LIMIT ?2";
// Somebody who made thousands of doubles of one object gets some of them told.
constexpr std::string_view kDoubles =
    "SELECT other_id FROM double WHERE number = ?1 ORDER BY other_id LIMIT 10";

std::int64_t HashOf(std::string_view key) {
  return std::bit_cast<std::int64_t>(base::HashBytes(key).low);
}

std::int64_t Number(model::EffectKind kind) { return static_cast<std::int64_t>(kind); }

base::Result<bool> NextRow(SqliteStatement& statement) {
  auto row = statement.Step();
  if (!row || !*row) statement.Reset();
  return row;
}

}  // namespace

base::Result<std::unique_ptr<VerificationStore>> VerificationStore::Create(
    const std::string& path) {
  if (const auto file = base::CreateFile(path); !file) return file.error();
  auto database = SqliteDatabase::Open(path);
  if (!database) return database.error();
  auto store = std::make_unique<VerificationStore>(*std::move(database));
  RETURN_IF_ERROR(store->database_.Execute(kSettings));
  RETURN_IF_ERROR(store->database_.Execute(kTables));
  // Its name goes while it is open, which Linux allows: a process that dies leaves nobody's data.
  RETURN_IF_ERROR(base::RemoveFile(path));
  RETURN_IF_ERROR(store->PrepareStatements());
  return store;
}

base::Status VerificationStore::PrepareStatements() {
  const std::array<std::pair<std::optional<SqliteStatement>*, std::string_view>, 13> all = {{
      {&add_, "INSERT INTO object VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)"},
      {&add_key_, "INSERT INTO key VALUES(?1, ?2)"},
      {&count_, "SELECT count(*) FROM object WHERE kind = ?1"},
      {&find_, kFind},
      {&mark_, "UPDATE object SET seen = 1 WHERE number = ?1 AND seen = 0"},
      {&group_, kGroup},
      {&suspect_, kSuspect},
      {&add_double_, "INSERT OR IGNORE INTO double VALUES(?1, ?2)"},
      {&suspect_all_, kSuspectAll},
      {&suspected_, kSuspected},
      {&doubles_, kDoubles},
      {&shown_, "SELECT shown FROM suspicion WHERE number = ?1"},
      {&clear_, "DELETE FROM suspicion WHERE number = ?1"},
  }};
  for (const auto& [statement, sql] : all) {
    auto prepared = database_.Prepare(sql);
    if (!prepared) return prepared.error();
    statement->emplace(*std::move(prepared));
  }
  return {};
}

base::Status VerificationStore::Begin() { return database_.Execute("BEGIN"); }

base::Status VerificationStore::Commit() { return database_.Execute("COMMIT"); }

base::Status VerificationStore::Add(const ExpectedObject& object,
                                    std::span<const std::string> keys) {
  const std::int64_t number = ++last_number_;
  add_->Bind(number, Number(object.kind), object.row, std::string_view(object.target_id),
             std::string_view(object.organization_id), static_cast<std::int64_t>(object.depth),
             std::string_view(object.fields));
  RETURN_IF_ERROR(add_->Run());
  for (const std::string& key : keys) {
    add_key_->Bind(HashOf(key), number);
    RETURN_IF_ERROR(add_key_->Run());
  }
  return {};
}

base::Status VerificationStore::Seal() { return database_.Execute(kIndexes); }

base::Result<std::int64_t> VerificationStore::Count(model::EffectKind kind) {
  count_->Bind(Number(kind));
  const auto row = NextRow(*count_);
  if (!row) return row.error();
  const std::int64_t count = count_->Int(0);
  count_->Reset();
  return count;
}

base::Result<std::vector<ExpectedObject>> VerificationStore::ReadObjects(
    SqliteStatement& statement) {
  std::vector<ExpectedObject> objects;
  while (true) {
    const auto row = NextRow(statement);
    if (!row) return row.error();
    if (!*row) return objects;
    objects.push_back({.number = statement.Int(0),
                       .kind = static_cast<model::EffectKind>(statement.Int(1)),
                       .row = statement.Int(2),
                       .target_id = std::string(statement.Text(3)),
                       .organization_id = std::string(statement.Text(4)),
                       .depth = static_cast<ExpectedObject::Depth>(statement.Int(5)),
                       .fields = std::string(statement.Text(6))});
  }
}

base::Result<std::vector<ExpectedObject>> VerificationStore::Find(std::string_view key) {
  find_->Bind(HashOf(key));
  return ReadObjects(*find_);
}

base::Result<bool> VerificationStore::MarkSeen(std::int64_t number) {
  mark_->Bind(number);
  RETURN_IF_ERROR(mark_->Run());
  return database_.changes() > 0;
}

base::Result<std::optional<VerificationStore::Group>> VerificationStore::NextGroup(
    std::string_view after) {
  group_->Bind(Number(model::EffectKind::kMembership), after);
  const auto row = NextRow(*group_);
  if (!row) return row.error();
  if (!*row) return std::optional<Group>();
  Group group{.organization_id = std::string(group_->Text(0)), .memberships = group_->Int(1)};
  group_->Reset();
  return std::optional<Group>(std::move(group));
}

base::Status VerificationStore::Suspect(std::int64_t number, std::string_view shown) {
  suspect_->Bind(number, shown);
  return suspect_->Run();
}

base::Status VerificationStore::AddDouble(std::int64_t number, std::string_view other_id) {
  add_double_->Bind(number, other_id);
  return add_double_->Run();
}

base::Status VerificationStore::SuspectObjects(model::EffectKind kind,
                                               std::string_view organization_id, Which which) {
  const std::int64_t most_seen = which == Which::kAll ? 1 : 0;
  suspect_all_->Bind(Number(kind), organization_id, most_seen);
  return suspect_all_->Run();
}

base::Result<std::vector<ExpectedObject>> VerificationStore::Suspected(std::int64_t after,
                                                                       int limit) {
  suspected_->Bind(after, static_cast<std::int64_t>(limit));
  return ReadObjects(*suspected_);
}

base::Result<std::vector<std::string>> VerificationStore::DoublesOf(std::int64_t number) {
  doubles_->Bind(number);
  std::vector<std::string> others;
  while (true) {
    const auto row = NextRow(*doubles_);
    if (!row) return row.error();
    if (!*row) return others;
    others.emplace_back(doubles_->Text(0));
  }
}

base::Result<std::string> VerificationStore::ShownOf(std::int64_t number) {
  shown_->Bind(number);
  const auto row = NextRow(*shown_);
  if (!row) return row.error();
  if (!*row) return std::string();
  std::string shown(shown_->Text(0));
  shown_->Reset();
  return shown;
}

base::Status VerificationStore::Clear(std::int64_t number) {
  clear_->Bind(number);
  return clear_->Run();
}

}  // namespace rehome::journal
