#pragma once

#include <cstdint>
#include <map>

#include "base/mutex.h"
#include "dispatch/row_job.h"
#include "journal/journal.h"
#include "pipeline/row_source.h"
#include "pipeline/tally.h"

namespace rehome::pipeline {

/// Knows which chunks still have rows under way, and marks a chunk completed in the journal when
/// every row of it has its outcome. Any thread. `journal` and `tally` must outlive it.
class ChunkTracker final : public RowSource::Observer {
 public:
  ChunkTracker(journal::Journal& journal, Tally& tally) : journal_(journal), tally_(tally) {}

  void OnChunk(std::int64_t chunk, bool whole) override;
  void OnRow(std::int64_t chunk) override;
  void OnChunkEnd(std::int64_t chunk) override;
  void OnSettledEarlier(std::int64_t rows) override { tally_.CountEarlier(rows); }
  /// A row came back from the dispatcher.
  void OnRowDone(const dispatch::RowJob& job);

 private:
  struct State {
    std::int64_t under_way = 0;
    bool read_to_end = false;
    bool complete = true;  // no row unprocessed, none outside the part
  };
  void CompleteIfDone(std::int64_t chunk) REQUIRES(mutex_);

  journal::Journal& journal_;
  Tally& tally_;
  base::Mutex mutex_;
  std::map<std::int64_t, State> chunks_ GUARDED_BY(mutex_);
};

}  // namespace rehome::pipeline
