#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/dispatcher.h"
#include "dispatch/organization_cache.h"
#include "incarnation_journal.h"
#include "pipeline/chunk_tracker.h"
#include "pipeline/events.h"
#include "pipeline/row_source.h"
#include "pipeline/row_worker.h"
#include "pipeline/tally.h"
#include "pipeline/warm_up.h"
#include "wire.h"

namespace rehome::simulation {

/// The file of a seed, surveyed.
struct Input {
  std::string path;
  csv::Header header;
  survey::Survey survey;
};

/// One process that runs the import: the dispatcher, warm-up, source and workers of the product,
/// put together as the coordinator does it but for its threads. Its threads' next acts are offered
/// one by one, so that whoever calls decides in which order they happen. It takes the lock and the
/// next epoch when it is made. One thread.
class Incarnation {
 public:
  Incarnation(World& world, const Input& input, std::int64_t earlier_alive_until_ms);
  ~Incarnation();
  Incarnation(const Incarnation&) = delete;
  Incarnation& operator=(const Incarnation&) = delete;

  enum class Act {
    kPosted,  ///< the event loop runs a function from another thread
    kAnswer,  ///< … or hears of a request
    kPoll,    ///< … or does what is due
    kCommit,  ///< the journal's thread commits
    kRead,    ///< the graph takes the next row
    kSubmit,  ///< a worker hands its row in
    kTick,    ///< the main thread looks around
  };
  /// What can happen now.
  std::vector<Act> Ready() const;
  void Do(Act act);
  /// When something can happen, if it cannot now.
  std::optional<base::Instant> NextDeadline() const;

  bool ended() const { return ended_; }
  std::int64_t epoch() const { return journal_.epoch(); }
  std::int64_t steps() const { return steps_; }
  /// Until when its last snapshot says that it was alive, as the next incarnation reckons.
  std::int64_t alive_until_ms() const { return alive_until_ms_; }
  const std::optional<base::Error>& failure() const { return failure_; }
  std::int64_t cache_misses() const { return counters_.cache_misses.load(); }
  bool is_fenced() const { return !journal_.Health() && epoch() != world_.disk.epoch(); }

  /// It sleeps until then: none of its threads does anything.
  base::Instant asleep_until{};
  void FillDisk() { journal_.Fill(); }
  /// It is gone; what it held in memory is let go of without any consequence.
  void Die();

 private:
  class Silence;
  using Posted = std::function<void()>;

  void Post(Posted task) { posted_.push_back(std::move(task)); }
  dispatch::DispatchSettings SettingsOf(std::int64_t earlier_alive_until_ms);
  void WarmUp();
  void StartRows();
  bool Reads() const;
  void Read();
  void SubmitOne();
  void OnRowBack(const dispatch::RowJobPtr& job);
  void Tick();
  void EndIfDone();
  bool RowsAreDone() const;

  World& world_;
  const Input& input_;
  IncarnationJournal journal_;
  Wire wire_;
  std::deque<Posted> posted_;
  dispatch::Counters counters_;
  const dispatch::DispatchSettings settings_;
  std::unique_ptr<dispatch::Dispatcher> dispatcher_;
  // One for all workers.
  std::vector<std::unique_ptr<dispatch::OrganizationCache>> caches_;
  std::unique_ptr<Silence> silence_;
  pipeline::Tally tally_;
  std::vector<std::unique_ptr<pipeline::WarmUp>> warm_ups_;
  std::size_t warm_ = 0;  // of these
  pipeline::ChunkTracker tracker_;
  std::unique_ptr<pipeline::RowSource> source_;
  const plan::PlanOptions plan_options_;
  std::vector<std::unique_ptr<pipeline::RowWorker>> workers_;
  std::vector<dispatch::RowJobPtr> worked_;  // not handed in yet
  int under_way_ = 0;
  bool source_ended_ = false;
  bool stop_ = false;
  bool dead_ = false;
  bool ended_ = false;
  std::int64_t steps_ = 0;
  std::int64_t alive_until_ms_ = 0;
  base::Instant next_tick_{};
  std::optional<base::Error> failure_;
};

}  // namespace rehome::simulation
