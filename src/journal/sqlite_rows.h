#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "journal/record.h"
#include "journal/sqlite_database.h"

namespace rehome::journal {

/// `queued`, `processing`, `completed`.
std::string_view NameOf(Chunk::State state);
std::optional<Chunk::State> ChunkStateNamed(std::string_view name);

/// What a SELECT must ask for, so that the functions below can read its rows.
inline constexpr std::string_view kEffectColumns =
    "row, kind, key, state, maybe_sent, epoch, outcome, provenance, idempotency_key, attempts, "
    "request_id, target_id, user_id, organization_id, intent_ms, created_at, updated_at, reason, "
    "detail, http_status, provider_code, message, provider_request_id, replaced, "
    "role_slugs, differs";
inline constexpr std::string_view kOutcomeColumns =
    "row, line, kind, reason, phase, column_name, detail, http_status, provider_code, message, "
    "provider_request_id, attempts, cause_key, user_id, organization_id, membership_id, warnings";
inline constexpr std::string_view kChunkColumns =
    "number, begin, \"end\", first_row, first_line, \"rows\", state, epoch";
inline constexpr std::string_view kEventColumns = "at_ms, type, json";

/// Each reads the current row of a result; kFormat when it holds a name that is not known.
base::Result<model::Effect> ReadEffect(const SqliteStatement& row);
base::Result<model::Outcome> ReadOutcome(const SqliteStatement& row);
base::Result<Chunk> ReadChunk(const SqliteStatement& row);
Event ReadEvent(const SqliteStatement& row);

/// Warnings as one column holds them: JSON, or empty when there are none.
std::string EncodeWarnings(std::span<const model::Warning> warnings);
base::Result<std::vector<model::Warning>> DecodeWarnings(std::string_view text);

}  // namespace rehome::journal
