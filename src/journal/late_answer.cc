#include "journal/late_answer.h"

#include <utility>
#include <variant>

#include "journal/sqlite_rows.h"
#include "json/writer.h"

namespace rehome::journal {
namespace {

void Tell(json::Writer& writer, const model::Effect& effect) {
  writer.Field("row", effect.row)
      .Field("kind", NameOf(effect.kind))
      .Field("state", NameOf(effect.state))
      .Field("outcome", NameOf(effect.outcome))
      .Field("target_id", effect.target_id)
      .Field("request_id", effect.request_id);
}

void Tell(json::Writer& writer, const model::Outcome& outcome) {
  writer.Field("row", outcome.row)
      .Field("outcome", NameOf(outcome.kind))
      .Field("reason", model::CodeOf(outcome.reason));
}

void Tell(json::Writer& writer, const ChunkChange& change) {
  writer.Field("chunk", change.number).Field("state", NameOf(change.state));
}

Event Late(json::Writer writer, std::int64_t at_ms) {
  return {.at_ms = at_ms, .type = "late_answer", .json = writer.EndObject().Take()};
}

}  // namespace

Event LateAnswerOf(const Record& record, std::int64_t epoch, std::int64_t at_ms) {
  if (const auto* event = std::get_if<Event>(&record)) return *event;
  json::Writer writer;
  writer.BeginObject().Field("epoch", epoch);
  if (const auto* effect = std::get_if<model::Effect>(&record)) Tell(writer, *effect);
  if (const auto* outcome = std::get_if<model::Outcome>(&record)) Tell(writer, *outcome);
  if (const auto* change = std::get_if<ChunkChange>(&record)) Tell(writer, *change);
  return Late(std::move(writer), at_ms);
}

base::Error FencedError(const std::string& place, std::int64_t epoch, std::int64_t newest) {
  return {base::ErrorCode::kLimit,
          place + ": another process continues this run (it is its start number " +
              std::to_string(newest) + ", this one was number " + std::to_string(epoch) +
              "), so this one sends nothing more; `rehome status` shows how the run goes on"};
}

}  // namespace rehome::journal
