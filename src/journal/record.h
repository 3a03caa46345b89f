#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "model/effect.h"
#include "model/outcome.h"

namespace rehome::journal {

/// A byte range of the input at record borders: the unit in which rows are claimed.
struct Chunk {
  enum class State { kQueued, kProcessing, kCompleted };
  std::int64_t number = 0;  ///< from 0, in file order
  std::int64_t begin = 0;   ///< byte of its first record
  std::int64_t end = 0;     ///< byte after its last record
  std::int64_t first_row = 0;
  std::int64_t first_line = 0;
  std::int64_t rows = 0;  ///< records in it
  State state = State::kQueued;
  std::int64_t epoch = 0;
};

/// Something that happened and is kept for people: an answer that came too late, a pause, a stop.
struct Event {
  std::int64_t at_ms = 0;  ///< wall time
  std::string type;        ///< e.g. "late_answer"
  std::string json;        ///< an object with the rest
};

/// The state of a chunk changed.
struct ChunkChange {
  std::int64_t number = 0;
  Chunk::State state = Chunk::State::kQueued;
};

/// What can be appended. An Effect or Outcome replaces the one with the same key; `maybe_sent`
/// never goes back to false.
using Record = std::variant<model::Effect, model::Outcome, ChunkChange, Event>;

}  // namespace rehome::journal
