#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "journal/journal.h"
#include "support/memory_store.h"

namespace rehome::support {

/// A journal in memory with the meaning of the real one (MemoryStore), closed for good after the
/// first failure. Commits come in as calls (`Deliver`), or happen at once inside the call with
/// kAtOnce. What was appended before `Reopen` is of the incarnation before. Any thread.
class MemoryJournal final : public journal::Journal {
 public:
  enum class Commits { kWhenDelivered, kAtOnce };
  explicit MemoryJournal(Commits commits = Commits::kWhenDelivered) : commits_(commits) {
    base::MutexLock lock(mutex_);
    store_.Open();
  }

  void Append(std::vector<journal::Record> records, Done done) override {
    Add([this, records = std::move(records), done = std::move(done), epoch = epoch()] {
      const base::Status status = Write(records, epoch);
      done(status);
    });
  }
  void FindEffect(std::string key, FoundEffect found) override {
    Add([this, key = std::move(key), found = std::move(found)] { found(Find(key)); });
  }
  base::Result<std::vector<journal::Chunk>> Claim(int count) override {
    base::MutexLock lock(mutex_);
    return store_.Claim(count, store_.epoch());
  }
  base::Result<journal::KnownRows> Load(std::int64_t first, std::int64_t last) override {
    base::MutexLock lock(mutex_);
    return store_.Load(first, last);
  }
  base::Status Health() const override {
    base::MutexLock lock(mutex_);
    return health_;
  }
  base::Status Close() override { return Health(); }
  std::int64_t epoch() const override {
    base::MutexLock lock(mutex_);
    return store_.epoch();
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
    store_.Open();
  }
  void set_chunks(std::vector<journal::Chunk> chunks) {
    base::MutexLock lock(mutex_);
    store_.set_chunks(std::move(chunks));
  }
  /// As if an earlier incarnation had written it.
  void Plant(const journal::Record& record) {
    base::MutexLock lock(mutex_);
    store_.Apply(record);
  }

  std::vector<model::Effect> effects() const {
    base::MutexLock lock(mutex_);
    std::vector<model::Effect> all;
    for (const auto& [key, effect] : store_.effects()) all.push_back(effect);
    return all;
  }
  std::optional<model::Effect> EffectOf(std::int64_t row, model::EffectKind kind) const {
    base::MutexLock lock(mutex_);
    const auto found = store_.effects().find({row, kind});
    if (found == store_.effects().end()) return std::nullopt;
    return found->second;
  }
  /// Whether an effect with this key may have been sent as far as the journal knows.
  bool HasIntent(const std::string& idempotency_key) const {
    base::MutexLock lock(mutex_);
    return store_.HasIntent(idempotency_key);
  }
  std::map<std::int64_t, model::Outcome> outcomes() const {
    base::MutexLock lock(mutex_);
    return store_.outcomes();
  }
  std::vector<journal::Event> events() const {
    base::MutexLock lock(mutex_);
    return store_.events();
  }
  std::vector<journal::Chunk> chunks() const {
    base::MutexLock lock(mutex_);
    return store_.chunks();
  }
  int commits() const {
    base::MutexLock lock(mutex_);
    return committed_;
  }
  /// What broke the rules of the real journal: empty in a good test.
  std::string complaint() const {
    base::MutexLock lock(mutex_);
    return store_.complaint();
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
  base::Status Write(const std::vector<journal::Record>& records, std::int64_t epoch) {
    base::MutexLock lock(mutex_);
    if (until_failure_ == 0) {
      health_ = base::Error{base::ErrorCode::kDiskFull, "journal.db: no space left"};
    }
    if (until_failure_ > 0) --until_failure_;
    if (!health_) return health_;
    ++committed_;
    return store_.Commit(records, epoch, 0);
  }
  base::Result<std::optional<model::Effect>> Find(const std::string& key) const {
    base::MutexLock lock(mutex_);
    if (!health_) return health_.error();
    return store_.Find(key);
  }

  const Commits commits_;
  mutable base::Mutex mutex_;
  std::deque<std::function<void()>> queue_ GUARDED_BY(mutex_);
  MemoryStore store_ GUARDED_BY(mutex_);
  base::Status health_ GUARDED_BY(mutex_);
  int until_failure_ GUARDED_BY(mutex_) = -1;  // negative = never
  int committed_ GUARDED_BY(mutex_) = 0;
};

}  // namespace rehome::support
