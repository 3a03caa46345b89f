#include "journal/record_writer.h"

#include <string>
#include <utility>

#include "journal/sqlite_rows.h"

namespace rehome::journal {
namespace {

// What must survive a later record of the same effect: that it may have been sent, when it was
// first intended (an object that is younger is ours), its key, and when the target created it.
constexpr std::string_view kOnEffectConflict =
    " ON CONFLICT(row, kind) DO UPDATE SET"
    " key = iif(excluded.key = '', key, excluded.key), state = excluded.state,"
    " maybe_sent = max(maybe_sent, excluded.maybe_sent), epoch = excluded.epoch,"
    " outcome = excluded.outcome, provenance = excluded.provenance,"
    " idempotency_key = excluded.idempotency_key, attempts = excluded.attempts,"
    " request_id = excluded.request_id, target_id = excluded.target_id,"
    " user_id = excluded.user_id, organization_id = excluded.organization_id,"
    " intent_ms = iif(intent_ms = 0, excluded.intent_ms, intent_ms),"
    " created_at = iif(excluded.created_at = '', created_at, excluded.created_at),"
    " updated_at = excluded.updated_at, reason = excluded.reason, detail = excluded.detail,"
    " http_status = excluded.http_status, provider_code = excluded.provider_code,"
    " message = excluded.message, provider_request_id = excluded.provider_request_id,"
    " replaced = excluded.replaced, role_slugs = excluded.role_slugs,"
    " differs = excluded.differs";

std::string InsertInto(std::string_view table, std::string_view columns, int count) {
  std::string sql = "INTO " + std::string(table) + "(" + std::string(columns) + ") VALUES(?1";
  for (int i = 2; i <= count; ++i) sql += ", ?" + std::to_string(i);
  return sql + ")";
}

}  // namespace

RecordWriter::RecordWriter(SqliteDatabase& database, std::int64_t epoch, SqliteStatement effect,
                           SqliteStatement outcome, SqliteStatement chunk, SqliteStatement event)
    : database_(&database),
      epoch_(epoch),
      effect_(std::move(effect)),
      outcome_(std::move(outcome)),
      chunk_(std::move(chunk)),
      event_(std::move(event)) {}

base::Result<RecordWriter> RecordWriter::Make(SqliteDatabase& database, std::int64_t epoch) {
  auto effect = database.Prepare("INSERT " + InsertInto("effect", kEffectColumns, 26) +
                                 std::string(kOnEffectConflict));
  if (!effect) return effect.error();
  auto outcome =
      database.Prepare("INSERT OR REPLACE " + InsertInto("outcome", kOutcomeColumns, 17));
  if (!outcome) return outcome.error();
  auto chunk = database.Prepare("UPDATE chunk SET state = ?2, epoch = ?3 WHERE number = ?1");
  if (!chunk) return chunk.error();
  auto event = database.Prepare("INSERT " + InsertInto("event", kEventColumns, 3));
  if (!event) return event.error();
  return RecordWriter(database, epoch, std::move(*effect), std::move(*outcome), std::move(*chunk),
                      std::move(*event));
}

base::Status RecordWriter::Write(const Record& record) {
  return std::visit([this](const auto& one) { return WriteOne(one); }, record);
}

base::Status RecordWriter::WriteOne(const model::Effect& effect) {
  effect_.Bind(
      effect.row, static_cast<std::int64_t>(effect.kind), effect.key, model::NameOf(effect.state),
      std::int64_t{effect.maybe_sent}, effect.epoch, model::NameOf(effect.outcome),
      model::NameOf(effect.provenance), effect.idempotency_key, std::int64_t{effect.attempts},
      effect.request_id, effect.target_id, effect.user_id, effect.organization_id, effect.intent_ms,
      effect.created_at, effect.updated_at, model::CodeOf(effect.reason), effect.detail,
      std::int64_t{effect.target.http_status}, effect.target.provider_code, effect.target.message,
      effect.target.request_id, effect.replaced, effect.role_slugs, effect.differs);
  auto written = effect_.Run();
  if (written || written.error().code != base::ErrorCode::kInternal) return written;
  return base::Error{base::ErrorCode::kInternal,
                     written.error().message + ": the " + std::string(NameOf(effect.kind)) +
                         " of row " + std::to_string(effect.row) + " has the key \"" + effect.key +
                         "\", which belongs to another row"};
}

base::Status RecordWriter::WriteOne(const model::Outcome& outcome) {
  const std::string warnings = EncodeWarnings(outcome.warnings);
  outcome_.Bind(outcome.row, outcome.line, model::NameOf(outcome.kind),
                model::CodeOf(outcome.reason), model::NameOf(outcome.phase), outcome.column,
                outcome.detail, std::int64_t{outcome.target.http_status},
                outcome.target.provider_code, outcome.target.message, outcome.target.request_id,
                std::int64_t{outcome.attempts}, outcome.cause_key, outcome.user_id,
                outcome.organization_id, outcome.membership_id, warnings);
  return outcome_.Run();
}

base::Status RecordWriter::WriteOne(const ChunkChange& change) {
  chunk_.Bind(change.number, NameOf(change.state), epoch_);
  RETURN_IF_ERROR(chunk_.Run());
  if (database_->changes() == 1) return {};
  return base::Error{base::ErrorCode::kInternal,
                     database_->path() + ": there is no chunk " + std::to_string(change.number)};
}

base::Status RecordWriter::WriteOne(const Event& event) {
  event_.Bind(event.at_ms, event.type, event.json);
  return event_.Run();
}

}  // namespace rehome::journal
