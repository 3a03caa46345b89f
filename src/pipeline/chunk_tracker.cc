#include "pipeline/chunk_tracker.h"

#include <vector>

namespace rehome::pipeline {

void ChunkTracker::OnChunk(std::int64_t chunk, bool whole) {
  base::MutexLock lock(mutex_);
  chunks_[chunk].complete = whole;
}

void ChunkTracker::OnRow(std::int64_t chunk) {
  base::MutexLock lock(mutex_);
  ++chunks_[chunk].under_way;
}

void ChunkTracker::OnChunkEnd(std::int64_t chunk) {
  base::MutexLock lock(mutex_);
  chunks_[chunk].read_to_end = true;
  CompleteIfDone(chunk);
}

void ChunkTracker::OnRowDone(const dispatch::RowJob& job) {
  base::MutexLock lock(mutex_);
  State& state = chunks_[job.chunk];
  --state.under_way;
  if (job.outcome.kind == model::OutcomeKind::kUnprocessed) state.complete = false;
  CompleteIfDone(job.chunk);
}

void ChunkTracker::CompleteIfDone(std::int64_t chunk) {
  const auto found = chunks_.find(chunk);
  if (!found->second.read_to_end || found->second.under_way > 0) return;
  const bool complete = found->second.complete;
  chunks_.erase(found);
  if (!complete) return;
  std::vector<journal::Record> records;
  records.emplace_back(
      journal::ChunkChange{.number = chunk, .state = journal::Chunk::State::kCompleted});
  // Nobody waits: a chunk that is not marked is read again on resume and found settled.
  journal_.Append(std::move(records), [](const base::Status&) {});
}

}  // namespace rehome::pipeline
