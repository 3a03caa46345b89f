#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "journal/journal.h"

namespace rehome::simulation {

/// What is on the disk, whoever writes it. A journal's rules are those of support::MemoryStore.
class Disk {
 public:
  Disk();
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  struct Store;
  Store& store() { return *store_; }

  /// The epoch of the process that opened it last.
  std::int64_t epoch() const;
  /// What a process that opens it now has for its own.
  std::int64_t Open();
  void SetChunks(std::vector<journal::Chunk> chunks);
  std::vector<model::Effect> effects() const;
  std::vector<model::Outcome> outcomes() const;
  bool Concluded(std::int64_t row) const;
  int TimesConcluded(std::int64_t row) const;
  bool HasIntent(const std::string& idempotency_key) const;
  /// Whether a change of the object with this id may have been sent.
  bool HasChange(const std::string& target_id) const;
  std::int64_t late_answers() const;
  std::string complaint() const;
  bool AllChunksCompleted() const;

 private:
  std::unique_ptr<Store> store_;
};

/// The journal as one process has it open: what is appended waits some virtual milliseconds for
/// company, then is committed with it, or is lost when the process dies before. One thread.
class IncarnationJournal final : public journal::Journal {
 public:
  IncarnationJournal(Disk& disk, const base::Clock& clock, base::Random& random);

  void Append(std::vector<journal::Record> records, Done done) override;
  void FindEffect(std::string key, FoundEffect found) override;
  base::Result<std::vector<journal::Chunk>> Claim(int count) override;
  base::Result<journal::KnownRows> Load(std::int64_t first, std::int64_t last) override;
  base::Status Health() const override { return health_; }
  base::Status Close() override;
  std::int64_t epoch() const override { return epoch_; }

  /// When the next commit is due; nothing when nothing waits.
  std::optional<base::Instant> NextDeadline() const;
  /// Commits what waits; says how many calls that were.
  std::size_t CommitGroup();
  /// From now on every commit fails: the disk is full.
  void Fill() { full_ = true; }
  /// The process is dead: what waits is lost, and whoever asks is told no.
  void Die();

 private:
  struct Call {
    std::vector<journal::Record> records;
    Done done;
    std::function<void()> query;
  };
  void Push(Call call);
  base::Status Commit(const std::vector<journal::Record>& records);
  base::Status Failed(const base::Status& status);

  Disk& disk_;
  const base::Clock& clock_;
  base::Random& random_;
  const std::int64_t epoch_;
  std::deque<Call> waiting_;
  base::Instant due_{};
  base::Status health_;
  bool full_ = false;
  bool dead_ = false;
};

}  // namespace rehome::simulation
