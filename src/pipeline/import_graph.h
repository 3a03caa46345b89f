#pragma once

#include <atomic>
#include <functional>

#include "base/result.h"
#include "dispatch/row_job.h"
#include "pipeline/row_source.h"
#include "pipeline/row_worker.h"

namespace rehome::pipeline {

/// The flow graph of an import: source → limiter → workers → dispatcher → sink → slot given back.
/// Every row that passes the limiter reaches the sink exactly once; no node blocks but the source,
/// which reads the file.
struct ImportGraph {
  RowSource& source;
  /// Called for each row that was read, in the order of the file.
  std::function<void(const SourceRow&)> on_read;
  const RowWorker& worker;
  /// Hands a row to the dispatcher from any thread; `done` is called once, on any thread.
  std::function<void(dispatch::RowJobPtr, std::function<void(dispatch::RowJobPtr)> done)> submit;
  /// Called for each row that is done, one at a time.
  std::function<void(const dispatch::RowJob&)> sink;
  /// True = read no more rows.
  const std::atomic<bool>& stop;
  int in_flight = 1024;  ///< rows between limiter and sink (the source holds one more)
  int workers = 2;       ///< TBB threads
};

/// Runs the graph to its end; an error when the source failed (rows under way are finished first).
base::Status RunImportGraph(const ImportGraph& graph);

}  // namespace rehome::pipeline
