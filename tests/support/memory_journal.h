#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/mutex.h"
#include "journal/journal.h"

namespace rehome::support {

/// A journal in memory with the meaning of the real one: sticky `maybe_sent`, first intent kept,
/// unique keys, closed for good after the first failure. Commits come in as calls (`Deliver`), or
/// happen at once inside the call with kAtOnce. Any thread.
class MemoryJournal final : public journal::Journal {
 public:
  enum class Commits { kWhenDelivered, kAtOnce };
  explicit MemoryJournal(Commits commits = Commits::kWhenDelivered) : commits_(commits) {}

  void Append(std::vector<journal::Record> records, Done done) override {
    Add([this, records = std::move(records), done = std::move(done)] {
      const base::Status status = Write(records);
      done(status);
    });
  }
  void FindEffect(std::string key, FoundEffect found) override {
    Add([this, key = std::move(key), found = std::move(found)] { found(Find(key)); });
  }
  base::Result<std::vector<journal::Chunk>> Claim(int count) override {
    base::MutexLock lock(mutex_);
    std::vector<journal::Chunk> claimed;
    for (journal::Chunk& chunk : chunks_) {
      if (static_cast<int>(claimed.size()) == count) break;
      if (chunk.state != journal::Chunk::State::kQueued) continue;
      chunk.state = journal::Chunk::State::kProcessing;
      claimed.push_back(chunk);
    }
    return claimed;
  }
  base::Result<journal::KnownRows> Load(std::int64_t first, std::int64_t last) override {
    base::MutexLock lock(mutex_);
    journal::KnownRows known;
    for (const auto& [key, effect] : effects_) {
      if (effect.row >= first && effect.row <= last) known.effects.push_back(effect);
    }
    for (const auto& [row, outcome] : outcomes_) {
      if (row >= first && row <= last) known.rows_with_outcome.push_back(row);
    }
    return known;
  }
  base::Status Health() const override {
    base::MutexLock lock(mutex_);
    return health_;
  }
  base::Status Close() override { return Health(); }
  std::int64_t epoch() const override {
    base::MutexLock lock(mutex_);
    return epoch_;
  }

  /// Commits what waits, in order, what is added meanwhile included; says how much it was.
  int Deliver() {
    int delivered = 0;
    while (auto next = Take()) {
      (*next)();
      ++delivered;
    }
    return delivered;
  }
  bool waiting() const {
    base::MutexLock lock(mutex_);
    return !queue_.empty();
  }
  /// The commit after `more` further ones fails, and with it all that follow.
  void FailAfter(int more) {
    base::MutexLock lock(mutex_);
    until_failure_ = more;
  }
  /// A new incarnation of the run: healthy, the next epoch, chunks under way queued again.
  void Reopen() {
    base::MutexLock lock(mutex_);
    health_ = {};
    until_failure_ = -1;
    ++epoch_;
    for (journal::Chunk& chunk : chunks_) {
      if (chunk.state == journal::Chunk::State::kProcessing) {
        chunk.state = journal::Chunk::State::kQueued;
      }
    }
  }
  void set_chunks(std::vector<journal::Chunk> chunks) {
    base::MutexLock lock(mutex_);
    chunks_ = std::move(chunks);
  }
  /// As if an earlier incarnation had written it.
  void Plant(const journal::Record& record) {
    base::MutexLock lock(mutex_);
    Apply(record);
  }

  std::vector<model::Effect> effects() const {
    base::MutexLock lock(mutex_);
    std::vector<model::Effect> all;
    for (const auto& [key, effect] : effects_) all.push_back(effect);
    return all;
  }
  std::optional<model::Effect> EffectOf(std::int64_t row, model::EffectKind kind) const {
    base::MutexLock lock(mutex_);
    const auto found = effects_.find({row, kind});
    if (found == effects_.end()) return std::nullopt;
    return found->second;
  }
  /// Whether an effect with this key may have been sent as far as the journal knows.
  bool HasIntent(const std::string& idempotency_key) const {
    base::MutexLock lock(mutex_);
    for (const auto& [id, effect] : effects_) {
      if (effect.idempotency_key == idempotency_key) return effect.maybe_sent;
    }
    return false;
  }
  std::map<std::int64_t, model::Outcome> outcomes() const {
    base::MutexLock lock(mutex_);
    return outcomes_;
  }
  std::vector<journal::Event> events() const {
    base::MutexLock lock(mutex_);
    return events_;
  }
  std::vector<journal::Chunk> chunks() const {
    base::MutexLock lock(mutex_);
    return chunks_;
  }
  int commits() const {
    base::MutexLock lock(mutex_);
    return committed_;
  }
  /// What broke the rules of the real journal: empty in a good test.
  std::string complaint() const {
    base::MutexLock lock(mutex_);
    return complaint_;
  }

 private:
  void Add(std::function<void()> call) {
    if (commits_ == Commits::kAtOnce) {
      call();
      return;
    }
    base::MutexLock lock(mutex_);
    queue_.push_back(std::move(call));
  }
  std::optional<std::function<void()>> Take() {
    base::MutexLock lock(mutex_);
    if (queue_.empty()) return std::nullopt;
    auto next = std::move(queue_.front());
    queue_.pop_front();
    return next;
  }
  base::Status Write(const std::vector<journal::Record>& records) {
    base::MutexLock lock(mutex_);
    if (until_failure_ == 0) {
      health_ = base::Error{base::ErrorCode::kDiskFull, "journal.db: no space left"};
    }
    if (until_failure_ > 0) --until_failure_;
    if (!health_) return health_;
    ++committed_;
    for (const journal::Record& record : records) Apply(record);
    return {};
  }
  base::Result<std::optional<model::Effect>> Find(const std::string& key) const {
    base::MutexLock lock(mutex_);
    if (!health_) return health_.error();
    for (const auto& [id, effect] : effects_) {
      if (effect.key == key) return std::optional(effect);
    }
    return std::optional<model::Effect>();
  }
  void Apply(const journal::Record& record) REQUIRES(mutex_) {
    if (const auto* effect = std::get_if<model::Effect>(&record)) ApplyEffect(*effect);
    if (const auto* outcome = std::get_if<model::Outcome>(&record)) {
      outcomes_[outcome->row] = *outcome;
    }
    if (const auto* event = std::get_if<journal::Event>(&record)) events_.push_back(*event);
    if (const auto* change = std::get_if<journal::ChunkChange>(&record)) {
      for (journal::Chunk& chunk : chunks_) {
        if (chunk.number == change->number) chunk.state = change->state;
      }
    }
  }
  void ApplyEffect(model::Effect effect) REQUIRES(mutex_) {
    for (const auto& [id, other] : effects_) {
      if (effect.key.empty() || other.key != effect.key) continue;
      if (other.row != effect.row || other.kind != effect.kind) {
        complaint_ = "two rows for the unique key " + effect.key;
      }
    }
    const auto before = effects_.find({effect.row, effect.kind});
    if (before != effects_.end()) {
      effect.maybe_sent = effect.maybe_sent || before->second.maybe_sent;
      if (before->second.intent_ms != 0) effect.intent_ms = before->second.intent_ms;
      if (effect.created_at.empty()) effect.created_at = before->second.created_at;
    }
    effects_[{effect.row, effect.kind}] = std::move(effect);
  }

  const Commits commits_;
  mutable base::Mutex mutex_;
  std::deque<std::function<void()>> queue_ GUARDED_BY(mutex_);
  std::map<std::pair<std::int64_t, model::EffectKind>, model::Effect> effects_ GUARDED_BY(mutex_);
  std::map<std::int64_t, model::Outcome> outcomes_ GUARDED_BY(mutex_);
  std::vector<journal::Event> events_ GUARDED_BY(mutex_);
  std::vector<journal::Chunk> chunks_ GUARDED_BY(mutex_);
  base::Status health_ GUARDED_BY(mutex_);
  std::int64_t epoch_ GUARDED_BY(mutex_) = 1;
  int until_failure_ GUARDED_BY(mutex_) = -1;  // negative = never
  int committed_ GUARDED_BY(mutex_) = 0;
  std::string complaint_ GUARDED_BY(mutex_);
};

}  // namespace rehome::support
