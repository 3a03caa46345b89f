#include <utility>

#include "base/file.h"
#include "journal/sqlite_file.h"
#include "journal/sqlite_journal.h"
#include "journal/sqlite_rows.h"

namespace rehome::journal {
namespace {

// A name of ours as a text in SQL; none has a quote in it.
std::string Quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

std::string Number(model::EffectKind kind) { return std::to_string(static_cast<int>(kind)); }

// A sum for each kind of outcome: GROUP BY would sort all rows in memory.
std::string SumsOf(std::string_view column) {
  std::string sums;
  for (int kind = 0; kind < model::kOutcomeKindCount; ++kind) {
    if (kind > 0) sums += ", ";
    sums += "total(" + std::string(column) + " = " +
            Quoted(NameOf(static_cast<model::OutcomeKind>(kind))) + ")";
  }
  return sums;
}

base::Result<EndedCounts::Counts> ReadSums(const SqliteStatement& row) {
  EndedCounts::Counts counts{};
  for (int kind = 0; kind < model::kOutcomeKindCount; ++kind) {
    counts[static_cast<std::size_t>(kind)] = row.Int(kind);
  }
  return counts;
}

class SqliteJournalReader final : public JournalReader {
 public:
  SqliteJournalReader(SqliteDatabase database, std::int64_t epoch)
      : database_(std::move(database)), epoch_(epoch) {}

  void StopWhen(std::function<bool()> stop) override { database_.StopWhen(std::move(stop)); }

  base::Status VisitEffects(const std::function<void(const model::Effect&)>& visit) override {
    return Visit(kEffectColumns, "effect ORDER BY row, kind", ReadEffect, visit);
  }

  base::Status VisitOutcomes(const std::function<void(const model::Outcome&)>& visit) override {
    return Visit(kOutcomeColumns, "outcome ORDER BY row", ReadOutcome, visit);
  }

  base::Status VisitCreatedUsers(
      const std::function<void(std::string_view user_id)>& visit) override {
    using model::Provenance;
    const auto read = [](const SqliteStatement& row) { return base::Result(row.Text(0)); };
    const std::string from = "effect WHERE kind = " + Number(model::EffectKind::kUser) +
                             " AND provenance IN (" + Quoted(NameOf(Provenance::kCreated)) + ", " +
                             Quoted(NameOf(Provenance::kCreatedInDoubt)) + ") AND target_id <> ''";
    return Visit("target_id", from, read, visit);
  }

  base::Result<std::int64_t> CountUsersInDoubt() override {
    using model::EffectState;
    std::int64_t in_doubt = 0;
    const auto read = [](const SqliteStatement& row) { return base::Result(row.Int(0)); };
    const std::string from = "effect WHERE kind = " + Number(model::EffectKind::kUser) +
                             " AND maybe_sent = 1 AND state IN (" +
                             Quoted(NameOf(EffectState::kSent)) + ", " +
                             Quoted(NameOf(EffectState::kUnknown)) + ")";
    RETURN_IF_ERROR(
        Visit("count(*)", from, read, [&in_doubt](std::int64_t count) { in_doubt = count; }));
    return in_doubt;
  }

  base::Result<EndedCounts> CountEnded() override {
    EndedCounts ended;
    const auto count = [this](std::string_view column, const std::string& from,
                              EndedCounts::Counts& into) {
      return Visit(SumsOf(column), from, ReadSums,
                   [&into](const EndedCounts::Counts& sums) { into = sums; });
    };
    const auto effects = [](model::EffectKind kind) {
      return "effect JOIN outcome USING(row) WHERE effect.kind = " + Number(kind);
    };
    RETURN_IF_ERROR(count("kind", "outcome", ended.rows));
    RETURN_IF_ERROR(count("effect.outcome", effects(model::EffectKind::kUser), ended.users));
    RETURN_IF_ERROR(
        count("effect.outcome", effects(model::EffectKind::kMembership), ended.memberships));
    return ended;
  }

  base::Status VisitTroubles(const std::function<void(const model::Outcome&)>& visit) override {
    using model::OutcomeKind;
    const std::string from = "outcome WHERE kind IN (" + Quoted(NameOf(OutcomeKind::kRejected)) +
                             ", " + Quoted(NameOf(OutcomeKind::kFailed)) + ", " +
                             Quoted(NameOf(OutcomeKind::kParked)) +
                             ") OR warnings <> '' ORDER BY row";
    return Visit(kOutcomeColumns, from, ReadOutcome, visit);
  }

  base::Status VisitEvents(const std::function<void(const Event&)>& visit) override {
    const auto read = [](const SqliteStatement& row) { return base::Result(ReadEvent(row)); };
    return Visit(kEventColumns, "event ORDER BY number", read, visit);
  }

  base::Result<std::vector<Chunk>> Chunks() override {
    std::vector<Chunk> chunks;
    RETURN_IF_ERROR(Visit(kChunkColumns, "chunk ORDER BY number", ReadChunk,
                          [&](const Chunk& chunk) { chunks.push_back(chunk); }));
    return chunks;
  }

  base::Result<std::vector<Correction>> Corrections() override {
    std::vector<Correction> corrections;
    const auto read = [](const SqliteStatement& row) {
      return base::Result(Correction{.row = row.Int(2),
                                     .column = std::string(row.Text(3)),
                                     .begin = row.Int(0),
                                     .end = row.Int(1),
                                     .bytes = std::string(row.Text(4))});
    };
    RETURN_IF_ERROR(Visit("begin, \"end\", row, column_name, bytes", "correction ORDER BY begin",
                          read, [&](const Correction& one) { corrections.push_back(one); }));
    return corrections;
  }

  std::int64_t epoch() const override { return epoch_; }

 private:
  template <class Read, class Visitor>
  base::Status Visit(std::string_view columns, std::string_view from, const Read& read,
                     const Visitor& visit) {
    auto query = database_.Prepare("SELECT " + std::string(columns) + " FROM " + std::string(from));
    if (!query) return Explained(query.error());
    while (true) {
      const auto row = query->Step();
      if (!row) return Explained(row.error());
      if (!*row) return {};
      const auto value = read(*query);
      if (!value) return Explained(value.error());
      visit(*value);
    }
  }

  base::Error Explained(const base::Error& error) const {
    if (error.code != base::ErrorCode::kFormat) return error;
    return DamagedJournal(database_.path(), error.message);
  }

  SqliteDatabase database_;
  std::int64_t epoch_;
};

}  // namespace

base::Result<std::unique_ptr<JournalReader>> OpenJournalReader(const std::string& path,
                                                               base::Duration patience,
                                                               PageCheck check) {
  const auto log = base::Stat(path + "-wal");
  auto database = OpenJournalFile(path, patience, check);
  if (!database) return database.error();
  // What a killed run left is read, not tidied up: that is for the next run.
  if (log && log->size > 0) database->KeepWalOnClose();
  const auto epoch = ReadEpoch(*database);
  if (!epoch) return epoch.error();
  return std::unique_ptr<JournalReader>(
      std::make_unique<SqliteJournalReader>(*std::move(database), *epoch));
}

}  // namespace rehome::journal
