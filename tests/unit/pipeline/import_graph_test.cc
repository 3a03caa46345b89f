#include "pipeline/import_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "pipeline/chunk_tracker.h"
#include "source_file.h"

namespace rehome::pipeline {
namespace {

/// Completes what it is given on a thread of its own, as the event loop does.
class OtherThread {
 public:
  using Done = std::function<void(dispatch::RowJobPtr)>;
  OtherThread() : thread_([this] { Run(); }) {}
  ~OtherThread() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  OtherThread(const OtherThread&) = delete;
  OtherThread& operator=(const OtherThread&) = delete;

  void Submit(dispatch::RowJobPtr job, Done done) {
    const std::lock_guard lock(mutex_);
    queue_.emplace_back(std::move(job), std::move(done));
    most_ = std::max(most_, ++under_way_);
    changed_.notify_one();
  }
  int most_under_way() {
    const std::lock_guard lock(mutex_);
    return most_;
  }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
      if (queue_.empty()) return;
      auto [job, done] = std::move(queue_.front());
      queue_.pop_front();
      // Before `done`, which may let the next row in.
      --under_way_;
      lock.unlock();
      job->outcome.kind = model::OutcomeKind::kCreated;
      done(std::move(job));
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<dispatch::RowJobPtr, Done>> queue_;
  int under_way_ = 0;
  int most_ = 0;
  bool ending_ = false;
  std::thread thread_;
};

class CountingObserver final : public RowSource::Observer {
 public:
  void OnChunk(std::int64_t, bool) override {}
  void OnRow(std::int64_t) override { ++rows; }
  void OnChunkEnd(std::int64_t) override {}
  void OnSettledEarlier(std::int64_t) override {}
  std::int64_t rows = 0;
};

struct GraphRun {
  base::Status status;
  std::int64_t read = 0;
  std::map<std::int64_t, int> at_sink;
  int most_under_way = 0;
  std::vector<std::int64_t> order;  // of the rows that were read
};

// `stop_after` rows at the sink the run is interrupted; 0 = never.
GraphRun RunGraph(SourceFile& file, int workers, int in_flight, std::int64_t stop_after) {
  GraphRun run;
  CountingObserver observer;
  RowSource source = file.Open(observer, file.All());
  const plan::PlanOptions options;
  dispatch::OrganizationCache cache;
  for (int i = 0; i < 10; ++i) {
    cache.Put("external_id:acme" + std::to_string(i), {.id = "org_" + std::to_string(i)});
  }
  dispatch::Counters counters;
  const RowWorker worker(options, cache, counters, file.All());
  std::atomic<bool> stop{false};
  OtherThread other;
  run.status = RunImportGraph(
      {.source = source,
       .on_read =
           [&](const SourceRow& row) {
             const auto* well_formed = std::get_if<model::Row>(&row.record);
             if (well_formed != nullptr) run.order.push_back(well_formed->position.row);
           },
       .worker = worker,
       .submit = [&](dispatch::RowJobPtr job,
                     OtherThread::Done done) { other.Submit(std::move(job), std::move(done)); },
       .sink =
           [&](const dispatch::RowJob& job) {
             ++run.at_sink[job.plan.position.row];
             if (static_cast<std::int64_t>(run.at_sink.size()) == stop_after) stop.store(true);
           },
       .stop = stop,
       .in_flight = in_flight,
       .workers = workers});
  run.read = observer.rows;
  run.most_under_way = other.most_under_way();
  EXPECT_EQ(counters.cache_misses.load(), 0);
  return run;
}

TEST(ImportGraph, EveryRowThatIsReadReachesTheSinkOnce) {
  constexpr int kRows = 700;
  for (const int workers : {1, 2, 8}) {
    for (const int in_flight : {1, 4, 64}) {
      for (const std::int64_t stop_after : {0, 1, 250}) {
        SCOPED_TRACE(std::to_string(workers) + " workers, " + std::to_string(in_flight) +
                     " in flight, stopped after " + std::to_string(stop_after));
        SourceFile file(ManyRows(kRows), 100);
        const GraphRun run = RunGraph(file, workers, in_flight, stop_after);
        EXPECT_TRUE(run.status.ok());
        EXPECT_LE(run.most_under_way, in_flight);
        EXPECT_TRUE(std::is_sorted(run.order.begin(), run.order.end()));
        EXPECT_EQ(run.order.size(), run.at_sink.size());
        std::int64_t at_sink = 0;
        for (const auto& [row, times] : run.at_sink) {
          EXPECT_EQ(times, 1) << "row " << row;
          ++at_sink;
        }
        EXPECT_EQ(run.read, at_sink);
        // One more may wait in front of the limiter.
        EXPECT_LE(run.read, stop_after == 0 ? kRows : stop_after + in_flight + 1);
        EXPECT_GE(run.read, stop_after == 0 ? kRows : stop_after);
      }
    }
  }
}

TEST(ImportGraph, AnErrorOfTheSourceEndsTheRunAfterTheRowsUnderWay) {
  SourceFile file(ManyRows(300), 100);
  // The third chunk claims bytes that are no record border.
  auto chunks = file.journal.chunks();
  chunks[2].begin += 3;
  chunks[2].rows = 1;
  chunks[2].end += 100000;
  file.journal.set_chunks(chunks);
  const GraphRun run = RunGraph(file, 2, 4, 0);
  EXPECT_FALSE(run.status.ok());
  EXPECT_GE(run.at_sink.size(), 200U);
  EXPECT_EQ(run.read, static_cast<std::int64_t>(run.at_sink.size()));
}

TEST(ImportGraph, AFileWithoutRowsIsDone) {
  SourceFile file("email\n");
  const GraphRun run = RunGraph(file, 2, 4, 0);
  EXPECT_TRUE(run.status.ok());
  EXPECT_TRUE(run.at_sink.empty());
}

}  // namespace
}  // namespace rehome::pipeline
