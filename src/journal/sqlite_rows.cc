#include "journal/sqlite_rows.h"

#include <utility>

#include "json/value.h"
#include "json/writer.h"

namespace rehome::journal {
namespace {

base::Error UnknownName(std::string_view column, std::string_view name) {
  return {base::ErrorCode::kFormat,
          std::string(column) + " \"" + std::string(name) + "\" is not known"};
}

// Sets `into` to the value that is called `name`.
template <class Enum>
base::Status Decode(std::string_view column, std::string_view name, std::optional<Enum> value,
                    Enum& into) {
  if (!value) return UnknownName(column, name);
  into = *value;
  return {};
}

std::optional<model::Phase> PhaseNamed(std::string_view name) {
  using model::Phase;
  for (const Phase phase : {Phase::kSurvey, Phase::kOrganizations, Phase::kUsers,
                            Phase::kMemberships, Phase::kVerification}) {
    if (NameOf(phase) == name) return phase;
  }
  return std::nullopt;
}

model::TargetWords ReadTargetWords(const SqliteStatement& row, int first) {
  return {static_cast<int>(row.Int(first)), std::string(row.Text(first + 1)),
          std::string(row.Text(first + 2)), std::string(row.Text(first + 3))};
}

}  // namespace

std::string_view NameOf(Chunk::State state) {
  switch (state) {
    case Chunk::State::kQueued:
      return "queued";
    case Chunk::State::kProcessing:
      return "processing";
    case Chunk::State::kCompleted:
      return "completed";
  }
  return {};
}

std::optional<Chunk::State> ChunkStateNamed(std::string_view name) {
  using State = Chunk::State;
  for (const State state : {State::kQueued, State::kProcessing, State::kCompleted}) {
    if (NameOf(state) == name) return state;
  }
  return std::nullopt;
}

base::Result<model::Effect> ReadEffect(const SqliteStatement& row) {
  model::Effect effect;
  effect.row = row.Int(0);
  if (row.Int(1) < 1 || row.Int(1) > 3) return UnknownName("kind", row.Text(1));
  effect.kind = static_cast<model::EffectKind>(row.Int(1));
  effect.key = row.Text(2);
  RETURN_IF_ERROR(Decode("state", row.Text(3), model::EffectStateNamed(row.Text(3)), effect.state));
  effect.maybe_sent = row.Int(4) != 0;
  effect.epoch = row.Int(5);
  RETURN_IF_ERROR(
      Decode("outcome", row.Text(6), model::OutcomeKindNamed(row.Text(6)), effect.outcome));
  RETURN_IF_ERROR(
      Decode("provenance", row.Text(7), model::ProvenanceNamed(row.Text(7)), effect.provenance));
  effect.idempotency_key = row.Text(8);
  effect.attempts = static_cast<int>(row.Int(9));
  effect.request_id = row.Text(10);
  effect.target_id = row.Text(11);
  effect.user_id = row.Text(12);
  effect.organization_id = row.Text(13);
  effect.intent_ms = row.Int(14);
  effect.created_at = row.Text(15);
  effect.updated_at = row.Text(16);
  RETURN_IF_ERROR(
      Decode("reason", row.Text(17), model::ReasonWithCode(row.Text(17)), effect.reason));
  effect.detail = row.Text(18);
  effect.target = ReadTargetWords(row, 19);
  effect.replaced = row.Text(23);
  effect.role_slugs = row.Text(24);
  effect.differs = row.Text(25);
  return effect;
}

base::Result<model::Outcome> ReadOutcome(const SqliteStatement& row) {
  model::Outcome outcome;
  outcome.row = row.Int(0);
  outcome.line = row.Int(1);
  RETURN_IF_ERROR(Decode("kind", row.Text(2), model::OutcomeKindNamed(row.Text(2)), outcome.kind));
  RETURN_IF_ERROR(
      Decode("reason", row.Text(3), model::ReasonWithCode(row.Text(3)), outcome.reason));
  RETURN_IF_ERROR(Decode("phase", row.Text(4), PhaseNamed(row.Text(4)), outcome.phase));
  outcome.column = row.Text(5);
  outcome.detail = row.Text(6);
  outcome.target = ReadTargetWords(row, 7);
  outcome.attempts = static_cast<int>(row.Int(11));
  outcome.cause_key = row.Text(12);
  outcome.user_id = row.Text(13);
  outcome.organization_id = row.Text(14);
  outcome.membership_id = row.Text(15);
  auto warnings = DecodeWarnings(row.Text(16));
  if (!warnings) return warnings.error();
  outcome.warnings = *std::move(warnings);
  return outcome;
}

base::Result<Chunk> ReadChunk(const SqliteStatement& row) {
  Chunk chunk{row.Int(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4), row.Int(5)};
  RETURN_IF_ERROR(Decode("state", row.Text(6), ChunkStateNamed(row.Text(6)), chunk.state));
  chunk.epoch = row.Int(7);
  return chunk;
}

Event ReadEvent(const SqliteStatement& row) {
  return {row.Int(0), std::string(row.Text(1)), std::string(row.Text(2))};
}

std::string EncodeWarnings(std::span<const model::Warning> warnings) {
  if (warnings.empty()) return {};
  json::Writer writer;
  writer.BeginArray();
  for (const model::Warning& warning : warnings) {
    writer.BeginObject()
        .Field("code", model::CodeOf(warning.reason))
        .Field("column", warning.column)
        .Field("detail", warning.detail)
        .EndObject();
  }
  writer.EndArray();
  return writer.Take();
}

base::Result<std::vector<model::Warning>> DecodeWarnings(std::string_view text) {
  std::vector<model::Warning> warnings;
  if (text.empty()) return warnings;
  const auto document = json::Parse(text);
  if (!document) return base::Error{base::ErrorCode::kFormat, "warnings are not JSON"};
  for (const json::Value& element : document->elements()) {
    model::Warning warning;
    RETURN_IF_ERROR(Decode("warning", element.StringAt("code"),
                           model::ReasonWithCode(element.StringAt("code")), warning.reason));
    warning.column = element.StringAt("column");
    warning.detail = element.StringAt("detail");
    warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace rehome::journal
