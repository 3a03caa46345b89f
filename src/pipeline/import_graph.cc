#include "pipeline/import_graph.h"

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/mutex.h"

namespace rehome::pipeline {
namespace {

using SourceRowPtr = std::shared_ptr<const SourceRow>;
using dispatch::RowJobPtr;
using Submission = tbb::flow::async_node<RowJobPtr, RowJobPtr>;

/// Lets a thread sleep until every row that the source gave has come to the sink. A thread that
/// waits for a flow graph spins, which costs as much CPU as the rows.
class RowCount {
 public:
  void Gave() { given_.fetch_add(1); }
  void SourceEnded() {
    ended_.store(true);
    Check();
  }
  void Sank() {
    sunk_.fetch_add(1);
    if (ended_.load()) Check();
  }
  void Wait() {
    const base::MutexLock lock(mutex_);
    while (!all_sunk_) changed_.Wait(mutex_);
  }

 private:
  void Check() {
    if (sunk_.load() != given_.load()) return;
    const base::MutexLock lock(mutex_);
    all_sunk_ = true;
    changed_.NotifyAll();
  }

  std::atomic<std::int64_t> given_{0};
  std::atomic<std::int64_t> sunk_{0};
  std::atomic<bool> ended_{false};
  base::Mutex mutex_;
  base::Condition changed_;
  bool all_sunk_ GUARDED_BY(mutex_) = false;
};

// The bodies are noexcept: an exception would cancel the graph and leave whoever waits for the
// count asleep, with the lock held; a process that ends can be resumed.
void BuildAndRun(const ImportGraph& setup, tbb::task_arena& arena,
                 std::optional<base::Error>& failure) {
  RowCount count;
  std::optional<tbb::flow::graph> made;
  arena.execute([&] { made.emplace(); });
  tbb::flow::graph& graph = *made;
  tbb::flow::input_node<SourceRowPtr> source(
      graph, [&](tbb::flow_control& control) noexcept -> SourceRowPtr {
        if (!failure && !setup.stop.load(std::memory_order_relaxed)) {
          auto row = setup.source.Next();
          if (row && *row) {
            count.Gave();
            setup.on_read(**row);
            return std::make_shared<const SourceRow>(std::move(**row));
          }
          if (!row) failure = row.error();
        }
        count.SourceEnded();
        control.stop();
        return nullptr;
      });
  // Directly behind the input node: behind any other node it loses messages.
  tbb::flow::limiter_node<SourceRowPtr, int> limiter(graph,
                                                     static_cast<std::size_t>(setup.in_flight));
  tbb::flow::function_node<SourceRowPtr, RowJobPtr> workers(
      graph, tbb::flow::unlimited,
      [&](const SourceRowPtr& row) noexcept { return setup.worker.Work(*row); });
  Submission submission(graph, tbb::flow::unlimited,
                        [&](const RowJobPtr& job, Submission::gateway_type& gateway) noexcept {
                          gateway.reserve_wait();
                          setup.submit(job, [&gateway](const RowJobPtr& done) {
                            CHECK(gateway.try_put(done));
                            gateway.release_wait();
                          });
                        });
  tbb::flow::function_node<RowJobPtr, int> sink(graph, tbb::flow::serial,
                                                [&](const RowJobPtr& job) noexcept {
                                                  setup.sink(*job);
                                                  count.Sank();
                                                  return 1;
                                                });
  tbb::flow::make_edge(source, limiter);
  tbb::flow::make_edge(limiter, workers);
  tbb::flow::make_edge(workers, submission);
  tbb::flow::make_edge(submission, sink);
  tbb::flow::make_edge(sink, limiter.decrementer());
  arena.execute([&] { source.activate(); });
  count.Wait();
  graph.wait_for_all();
}

}  // namespace

base::Status RunImportGraph(const ImportGraph& graph) {
  const auto threads = static_cast<std::size_t>(graph.workers);
  const tbb::global_control control(tbb::global_control::max_allowed_parallelism, threads + 1);
  tbb::task_arena arena(graph.workers + 1);
  std::optional<base::Error> failure;
  BuildAndRun(graph, arena, failure);
  if (failure) return *failure;
  return {};
}

}  // namespace rehome::pipeline
