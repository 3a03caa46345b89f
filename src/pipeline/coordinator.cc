#include "pipeline/coordinator.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <variant>

#include "base/text.h"
#include "pipeline/chunk_tracker.h"
#include "pipeline/import_graph.h"
#include "pipeline/row_worker.h"
#include "pipeline/warm_up.h"

namespace rehome::pipeline {
namespace {

// A part of the rows in flight: the graph has the others to go on with.
std::size_t EnoughToReturn(const ImportOptions& options) {
  const int in_flight = options.in_flight.value_or(pace::RowsInFlight::kFirst);
  return static_cast<std::size_t>(std::max(1, in_flight / 4));
}

// Rows between the reader and their end: also those that wait for their turn, so that more can be
// under way as soon as that is of use.
int RowsInGraph(const ImportOptions& options) {
  return std::max(options.in_flight.value_or(0), pace::RowsInFlight::kMost);
}

std::int64_t RowOf(const model::Record& record) {
  return std::visit([](const auto& either) { return either.position.row; }, record);
}

}  // namespace

Coordinator::Coordinator(ImportOptions options, ImportInputs inputs)
    : options_(std::move(options)), inputs_(std::move(inputs)), tally_(options_.settled_earlier) {
  const dispatch::PaceSettings& pace = options_.dispatch.pace;
  counters_.timeline.GoOnFrom(std::move(options_.earlier_timeline),
                              {.user_writes_per_10s = pace.user_writes_per_10s,
                               .user_reads_per_10s = pace.user_reads_per_10s,
                               .all_per_60s = pace.all_per_60s});
  auto post = [&loop = inputs_.loop](std::function<void()> task) { loop.Post(std::move(task)); };
  dispatcher_ = std::make_unique<dispatch::Dispatcher>(
      options_.dispatch, inputs_.loop, inputs_.clock, inputs_.journal, counters_, std::move(post));
  *stoppable_ = dispatcher_.get();
  dispatcher_->set_failure_limit(options_.failure_limit);
  dispatcher_->SetRowsInFlight(options_.in_flight);
  dispatcher_->on_stop = [this] { stop_.store(true); };
  returns_ = std::make_unique<RowReturns>(*dispatcher_, inputs_.clock, EnoughToReturn(options_));
}

Coordinator::~Coordinator() {
  if (run_thread_.joinable()) run_thread_.join();
  *stoppable_ = nullptr;
}

void Coordinator::Start() {
  run_thread_ = std::thread([this] { Run(); });
}

void Coordinator::Run() {
  Enter(ImportPhase::kOrganizations);
  loop_thread_ = std::thread([this] { inputs_.loop.Run(*returns_); });
  RunWarmUp();
  Enter(ImportPhase::kRows);
  RunRows();
  inputs_.loop.Post([this] { dispatcher_->Finish(); });
  loop_thread_.join();
  if (!failure_) failure_ = dispatcher_->failure();
  Enter(ImportPhase::kDone);
  base::MutexLock lock(mutex_);
  ended_ = true;
  changed_.NotifyAll();
}

void Coordinator::RunWarmUp() {
  auto post = [&loop = inputs_.loop](std::function<void()> task) { loop.Post(std::move(task)); };
  WarmUp warm_up({.dispatcher = *dispatcher_,
                  .cache = cache_,
                  .journal = inputs_.journal,
                  .post = post,
                  .tally = tally_,
                  .events = inputs_.events,
                  .concurrency = options_.warm_concurrency,
                  .plans_only = options_.dispatch.plans_only},
                 inputs_.survey.organizations, [this] {
                   base::MutexLock lock(mutex_);
                   warmed_up_ = true;
                   changed_.NotifyAll();
                 });
  inputs_.loop.Post([&warm_up] { warm_up.Start(); });
  {
    base::MutexLock lock(mutex_);
    while (!warmed_up_) changed_.Wait(mutex_);
  }
  if (!inputs_.survey.organizations.empty() && !stop_.load()) {
    inputs_.events.Say("organization cache ready: " + base::WithThousands(cache_.entries()) +
                       " cached");
  }
}

void Coordinator::RunRows() {
  if (stop_.load()) return;
  ChunkTracker tracker(inputs_.journal, tally_);
  RowSource source(inputs_.input, inputs_.header, inputs_.survey, inputs_.journal, options_.part,
                   tracker);
  const RowWorker worker(options_.plan, cache_, counters_, options_.part);
  const base::Status status = RunImportGraph(
      {.source = source,
       .on_read =
           [this](const SourceRow& row) {
             const std::int64_t number = RowOf(row.record);
             dispatcher_->ExpectInTurn(number);
             if (!row.repeated_user) return;
             dispatcher_->Expect(row.lead_row == 0 ? number : row.lead_row, number);
           },
       .worker = worker,
       .submit =
           [this](dispatch::RowJobPtr job, RowReturns::Done done) {
             inputs_.loop.Post([this, job = std::move(job), done = std::move(done)]() mutable {
               auto hand_back = [this, done = std::move(done)](dispatch::RowJobPtr row) {
                 returns_->Add(std::move(row), done);
               };
               dispatcher_->SubmitRow(std::move(job), std::move(hand_back));
             });
           },
       .sink =
           [this, &tracker](const dispatch::RowJob& job) {
             tally_.CountRow(job);
             tracker.OnRowDone(job);
           },
       .stop = stop_,
       .in_flight = RowsInGraph(options_),
       .workers = options_.workers});
  if (!status) failure_ = status.error();
}

void Coordinator::Enter(ImportPhase phase) {
  base::MutexLock lock(mutex_);
  const base::Instant now = inputs_.clock.Now();
  if (phase == ImportPhase::kRows) organizations_time_ = now - phase_start_;
  if (phase == ImportPhase::kDone) rows_time_ = now - phase_start_;
  phase_ = phase;
  phase_start_ = now;
}

bool Coordinator::WaitFor(std::chrono::milliseconds real) {
  base::MutexLock lock(mutex_);
  if (!ended_) changed_.WaitFor(mutex_, real);
  return ended_;
}

void Coordinator::Tell(std::function<void(dispatch::Dispatcher&)> what) {
  inputs_.loop.Post([stoppable = stoppable_, what = std::move(what)] {
    if (*stoppable != nullptr) what(**stoppable);
  });
}

void Coordinator::Interrupt() {
  stop_.store(true);
  Tell([](dispatch::Dispatcher& dispatcher) { dispatcher.Stop(); });
}

void Coordinator::Stop(base::Error error) {
  stop_.store(true);
  Tell([error = std::move(error)](dispatch::Dispatcher& dispatcher) { dispatcher.Stop(error); });
}

void Coordinator::Pause() {
  Tell([](dispatch::Dispatcher& dispatcher) { dispatcher.Pause(); });
}

void Coordinator::Resume() {
  Tell([](dispatch::Dispatcher& dispatcher) { dispatcher.Resume(); });
}

void Coordinator::SetPace(const dispatch::PaceSettings& pace) {
  Tell([pace](dispatch::Dispatcher& dispatcher) { dispatcher.SetPace(pace); });
}

void Coordinator::SetRowsInFlight(std::optional<int> rows) {
  Tell([rows](dispatch::Dispatcher& dispatcher) { dispatcher.SetRowsInFlight(rows); });
}

Progress Coordinator::Look() const {
  Progress progress;
  progress.tally = tally_.Snapshot();
  base::MutexLock lock(mutex_);
  progress.phase = phase_;
  progress.organizations_time = organizations_time_;
  progress.rows_time = rows_time_;
  const base::Duration running = inputs_.clock.Now() - phase_start_;
  if (phase_ == ImportPhase::kOrganizations) progress.organizations_time = running;
  if (phase_ == ImportPhase::kRows) progress.rows_time = running;
  return progress;
}

}  // namespace rehome::pipeline
