#include "incarnation_journal.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "support/memory_store.h"

namespace rehome::simulation {

struct Disk::Store : support::MemoryStore {};

Disk::Disk() : store_(std::make_unique<Store>()) {}
Disk::~Disk() = default;

std::int64_t Disk::epoch() const { return store_->epoch(); }
std::int64_t Disk::Open() { return store_->Open(); }
void Disk::SetChunks(std::vector<journal::Chunk> chunks) { store_->set_chunks(std::move(chunks)); }

std::vector<model::Effect> Disk::effects() const {
  std::vector<model::Effect> all;
  for (const auto& [id, effect] : store_->effects()) all.push_back(effect);
  return all;
}

std::vector<model::Outcome> Disk::outcomes() const {
  std::vector<model::Outcome> all;
  for (const auto& [row, outcome] : store_->outcomes()) all.push_back(outcome);
  return all;
}

bool Disk::Concluded(std::int64_t row) const { return store_->outcomes().contains(row); }

int Disk::TimesConcluded(std::int64_t row) const {
  const auto found = store_->times_concluded().find(row);
  return found == store_->times_concluded().end() ? 0 : found->second;
}

bool Disk::HasIntent(const std::string& idempotency_key) const {
  return store_->HasIntent(idempotency_key);
}

bool Disk::HasChange(const std::string& target_id) const {
  const auto& effects = store_->effects();
  return std::any_of(effects.begin(), effects.end(), [&](const auto& entry) {
    const model::Effect& effect = entry.second;
    return effect.target_id == target_id && effect.maybe_sent && !effect.replaced.empty();
  });
}

std::int64_t Disk::late_answers() const {
  const auto& events = store_->events();
  return std::count_if(events.begin(), events.end(),
                       [](const journal::Event& event) { return event.type == "late_answer"; });
}

std::string Disk::complaint() const { return store_->complaint(); }

bool Disk::AllChunksCompleted() const {
  const auto& chunks = store_->chunks();
  return std::all_of(chunks.begin(), chunks.end(), [](const journal::Chunk& chunk) {
    return chunk.state == journal::Chunk::State::kCompleted;
  });
}

IncarnationJournal::IncarnationJournal(Disk& disk, const base::Clock& clock, base::Random& random)
    : disk_(disk), clock_(clock), random_(random), epoch_(disk.Open()) {}

void IncarnationJournal::Append(std::vector<journal::Record> records, Done done) {
  Push({std::move(records), std::move(done), {}});
}

void IncarnationJournal::FindEffect(std::string key, FoundEffect found) {
  Push({{}, {}, [this, key = std::move(key), found = std::move(found)] {
          if (!health_) {
            found(health_.error());
            return;
          }
          found(disk_.store().Find(key));
        }});
}

void IncarnationJournal::Push(Call call) {
  if (dead_) {
    // From the journal's thread, as always: never within the call.
    waiting_.push_back(std::move(call));
    return;
  }
  if (waiting_.empty()) {
    const std::uint64_t slow = random_.Below(25) == 0 ? 300 : 4;
    due_ = clock_.Now() + std::chrono::microseconds(100 + random_.Below(slow * 1000));
  }
  waiting_.push_back(std::move(call));
}

std::optional<base::Instant> IncarnationJournal::NextDeadline() const {
  if (waiting_.empty()) return std::nullopt;
  return dead_ ? clock_.Now() : due_;
}

std::size_t IncarnationJournal::CommitGroup() {
  const std::deque<Call> group = std::exchange(waiting_, {});
  for (const Call& call : group) {
    if (call.query) {
      call.query();
      continue;
    }
    const base::Status status = Commit(call.records);
    if (call.done) call.done(status);
  }
  return group.size();
}

base::Status IncarnationJournal::Commit(const std::vector<journal::Record>& records) {
  if (dead_) return base::Error{base::ErrorCode::kIo, "the process is dead"};
  // What a fenced process still hears is kept.
  const bool fenced = !health_ && health_.error().code == base::ErrorCode::kLimit;
  if (!health_ && !fenced) return health_;
  if (full_) return Failed(base::Error{base::ErrorCode::kDiskFull, "journal.db: no space left"});
  const std::int64_t now_ms = clock_.WallNow().time_since_epoch().count();
  return Failed(disk_.store().Commit(records, epoch_, now_ms));
}

// The first failure is for good.
base::Status IncarnationJournal::Failed(const base::Status& status) {
  if (!status && health_) health_ = status;
  return status;
}

base::Result<std::vector<journal::Chunk>> IncarnationJournal::Claim(int count) {
  CommitGroup();
  if (!health_) return health_.error();
  auto chunks = disk_.store().Claim(count, epoch_);
  if (!chunks) return Failed(chunks.error()).error();
  return chunks;
}

base::Result<journal::KnownRows> IncarnationJournal::Load(std::int64_t first, std::int64_t last) {
  CommitGroup();
  if (!health_) return health_.error();
  return disk_.store().Load(first, last);
}

base::Status IncarnationJournal::Close() {
  CommitGroup();
  return health_;
}

void IncarnationJournal::Die() {
  dead_ = true;
  if (health_) health_ = base::Error{base::ErrorCode::kIo, "the process is dead"};
}

}  // namespace rehome::simulation
