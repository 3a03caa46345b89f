#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "csv/dialect.h"
#include "dispatch/counters.h"
#include "dispatch/dispatcher.h"
#include "dispatch/failure_limit.h"
#include "dispatch/organization_cache.h"
#include "dispatch/settings.h"
#include "http/event_loop.h"
#include "journal/journal.h"
#include "model/timeline.h"
#include "pipeline/events.h"
#include "pipeline/row_returns.h"
#include "pipeline/row_source.h"
#include "pipeline/tally.h"
#include "plan/planner.h"
#include "survey/survey.h"

namespace rehome::pipeline {

struct ImportOptions {
  dispatch::DispatchSettings dispatch;
  dispatch::FailureLimit failure_limit;
  plan::PlanOptions plan;
  RowSource::Part part;
  TallySnapshot settled_earlier;     ///< by earlier incarnations of the run, see ReadTally
  model::Timeline earlier_timeline;  ///< what those recorded
  std::optional<int> in_flight;      ///< rows under way at once; nothing = as many as are useful
  int workers = 2;
  int warm_concurrency = 1;
};

/// What an import works on; everything must outlive the coordinator.
struct ImportInputs {
  csv::Input input;
  const csv::Header& header;
  const survey::Survey& survey;
  journal::Journal& journal;
  http::EventLoop& loop;
  const base::Clock& clock;
  EventSink& events;
};

enum class ImportPhase { kOrganizations, kRows, kDone };

/// How far a live import is.
struct Progress {
  ImportPhase phase = ImportPhase::kOrganizations;
  base::Duration organizations_time{0};
  base::Duration rows_time{0};
  TallySnapshot tally;
};

/// Runs an import on threads of its own: the event loop's thread (libcurl and the dispatcher) and
/// one that drives warm-up and the flow graph. Start, wait and look from one thread; Interrupt,
/// Stop and what changes the pace from any.
class Coordinator {
 public:
  Coordinator(ImportOptions options, ImportInputs inputs);
  ~Coordinator();
  Coordinator(const Coordinator&) = delete;
  Coordinator& operator=(const Coordinator&) = delete;

  void Start();
  /// Waits until the import has ended, at most `real` time; true = ended.
  bool WaitFor(std::chrono::milliseconds real);
  /// Sends nothing new, finishes what is out, keeps everything for a resume.
  void Interrupt();
  /// The same, because of `error`: the run's failure.
  void Stop(base::Error error);
  /// See dispatch::Dispatcher; from any thread.
  void Pause();
  void Resume();
  void SetPace(const dispatch::PaceSettings& pace);
  void SetRowsInFlight(std::optional<int> rows);
  /// After the end: why it stopped early, if it did.
  const std::optional<base::Error>& failure() const { return failure_; }
  /// After the end: the limits, for whoever sends next.
  std::shared_ptr<const dispatch::Quotas> QuotasAtEnd() const {
    return std::make_shared<const dispatch::Quotas>(dispatcher_->quotas());
  }

  Progress Look() const;
  const dispatch::Counters& counters() const { return counters_; }
  const dispatch::OrganizationCache& cache() const { return cache_; }

 private:
  void Run();
  void RunWarmUp();
  void RunRows();
  void Enter(ImportPhase phase);
  /// Has the loop's thread do something with the dispatcher, if that is still there.
  void Tell(std::function<void(dispatch::Dispatcher&)> what);

  ImportOptions options_;
  ImportInputs inputs_;
  dispatch::Counters counters_;
  dispatch::OrganizationCache cache_;
  Tally tally_;
  std::unique_ptr<dispatch::Dispatcher> dispatcher_;
  /// What the loop's thread is to stop; null once this is gone. Outlives this, for a task of Stop
  /// or Interrupt that came too late and is called by whoever runs the loop next.
  std::shared_ptr<dispatch::Dispatcher*> stoppable_ =
      std::make_shared<dispatch::Dispatcher*>(nullptr);
  std::unique_ptr<RowReturns> returns_;
  std::atomic<bool> stop_{false};
  std::optional<base::Error> failure_;
  std::thread loop_thread_;
  std::thread run_thread_;

  mutable base::Mutex mutex_;
  base::Condition changed_;
  ImportPhase phase_ GUARDED_BY(mutex_) = ImportPhase::kOrganizations;
  base::Instant phase_start_ GUARDED_BY(mutex_);
  base::Duration organizations_time_ GUARDED_BY(mutex_){0};
  base::Duration rows_time_ GUARDED_BY(mutex_){0};
  bool warmed_up_ GUARDED_BY(mutex_) = false;
  bool ended_ GUARDED_BY(mutex_) = false;
};

}  // namespace rehome::pipeline
