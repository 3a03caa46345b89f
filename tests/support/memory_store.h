#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "journal/journal.h"
#include "journal/late_answer.h"

namespace rehome::support {

/// What journals in memory share and what outlives them, as a file outlives a process. It has the
/// meaning of the real one: sticky `maybe_sent`, first intent kept, unique keys, and nothing
/// applied that comes from an incarnation which another has followed. One thread at a time.
class MemoryStore {
 public:
  /// A new incarnation of the run: the next epoch, which it gives; chunks under way queued again.
  std::int64_t Open() {
    for (journal::Chunk& chunk : chunks_) {
      if (chunk.state == journal::Chunk::State::kProcessing) {
        chunk.state = journal::Chunk::State::kQueued;
      }
    }
    return ++epoch_;
  }
  std::int64_t epoch() const { return epoch_; }

  base::Status Commit(const std::vector<journal::Record>& records, std::int64_t epoch,
                      std::int64_t at_ms) {
    if (epoch != epoch_) {
      for (const journal::Record& record : records) {
        events_.push_back(journal::LateAnswerOf(record, epoch, at_ms));
      }
      return journal::FencedError("journal.db", epoch, epoch_);
    }
    for (const journal::Record& record : records) Apply(record);
    return {};
  }
  base::Result<std::vector<journal::Chunk>> Claim(int count, std::int64_t epoch) {
    if (epoch != epoch_) return journal::FencedError("journal.db", epoch, epoch_);
    std::vector<journal::Chunk> claimed;
    for (journal::Chunk& chunk : chunks_) {
      if (static_cast<int>(claimed.size()) == count) break;
      if (chunk.state != journal::Chunk::State::kQueued) continue;
      chunk.state = journal::Chunk::State::kProcessing;
      chunk.epoch = epoch;
      claimed.push_back(chunk);
    }
    return claimed;
  }
  std::optional<model::Effect> Find(const std::string& key) const {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    return effects_.at(found->second);
  }
  journal::KnownRows Load(std::int64_t first, std::int64_t last) const {
    journal::KnownRows known;
    for (const auto& [id, effect] : effects_) {
      if (effect.row >= first && effect.row <= last) known.effects.push_back(effect);
    }
    for (const auto& [row, outcome] : outcomes_) {
      if (row >= first && row <= last) known.rows_with_outcome.push_back(row);
    }
    return known;
  }
  /// Whoever wrote it.
  void Apply(const journal::Record& record) {
    if (const auto* effect = std::get_if<model::Effect>(&record)) ApplyEffect(*effect);
    if (const auto* outcome = std::get_if<model::Outcome>(&record)) {
      outcomes_[outcome->row] = *outcome;
      ++times_concluded_[outcome->row];
    }
    if (const auto* event = std::get_if<journal::Event>(&record)) events_.push_back(*event);
    if (const auto* change = std::get_if<journal::ChunkChange>(&record)) {
      for (journal::Chunk& chunk : chunks_) {
        if (chunk.number == change->number) chunk.state = change->state;
      }
    }
  }

  using Id = std::pair<std::int64_t, model::EffectKind>;
  void set_chunks(std::vector<journal::Chunk> chunks) { chunks_ = std::move(chunks); }
  const std::map<Id, model::Effect>& effects() const { return effects_; }
  const std::map<std::int64_t, model::Outcome>& outcomes() const { return outcomes_; }
  /// How often an outcome of a row was written.
  const std::map<std::int64_t, int>& times_concluded() const { return times_concluded_; }
  const std::vector<journal::Event>& events() const { return events_; }
  const std::vector<journal::Chunk>& chunks() const { return chunks_; }
  /// What broke the rules of the real journal: empty in a good test.
  const std::string& complaint() const { return complaint_; }
  /// Whether an effect with this key may have been sent as far as the journal knows.
  bool HasIntent(const std::string& idempotency_key) const {
    for (const auto& [id, effect] : effects_) {
      if (effect.idempotency_key == idempotency_key) return effect.maybe_sent;
    }
    return false;
  }

 private:
  void ApplyEffect(model::Effect effect) {
    const Id id{effect.row, effect.kind};
    if (!effect.key.empty() && by_key_.try_emplace(effect.key, id).first->second != id) {
      complaint_ = "two rows for the unique key " + effect.key;
    }
    const auto before = effects_.find(id);
    if (before != effects_.end()) {
      effect.maybe_sent = effect.maybe_sent || before->second.maybe_sent;
      if (before->second.intent_ms != 0) effect.intent_ms = before->second.intent_ms;
      if (effect.created_at.empty()) effect.created_at = before->second.created_at;
    }
    effects_[id] = std::move(effect);
  }

  std::int64_t epoch_ = 0;
  std::map<Id, model::Effect> effects_;
  std::map<std::string, Id> by_key_;
  std::map<std::int64_t, model::Outcome> outcomes_;
  std::map<std::int64_t, int> times_concluded_;
  std::vector<journal::Event> events_;
  std::vector<journal::Chunk> chunks_;
  std::string complaint_;
};

}  // namespace rehome::support
