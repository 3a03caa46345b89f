#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>

#include "dispatch/organization_cache.h"
#include "http/event_loop.h"
#include "pipeline/chunk_tracker.h"
#include "pipeline/tally.h"
#include "support/memory_journal.h"
#include "threads.h"

namespace rehome {
namespace {

class SharedStateRace : public testing::TestWithParam<int> {
 protected:
  const int threads_ = GetParam();
};
INSTANTIATE_TEST_SUITE_P(Threads, SharedStateRace, ThreadCounts());

TEST_P(SharedStateRace, ReadersOfTheCacheSeeWholeEntriesWhileOthersPut) {
  dispatch::OrganizationCache cache;
  OnThreads(threads_, [&](int thread) {
    for (int i = 0; i < 2000; ++i) {
      const std::string key = "key" + std::to_string(i % 200);
      if (thread % 2 == 0) {
        cache.Put(key, {.id = "org_of_" + key});
        continue;
      }
      const auto found = cache.Find(key);
      EXPECT_EQ(found ? found->id : "org_of_" + key, "org_of_" + key);
    }
  });
  EXPECT_EQ(cache.entries(), 200);
}

TEST_P(SharedStateRace, TheTallyCountsEveryRowOfEveryThread) {
  pipeline::Tally tally;
  OnThreads(threads_, [&](int thread) {
    dispatch::RowJob job;
    job.outcome.kind = thread % 2 == 0 ? model::OutcomeKind::kCreated : model::OutcomeKind::kFailed;
    job.outcome.reason = model::Reason::kUserRefused;
    for (int i = 0; i < 1000; ++i) {
      tally.CountRow(job);
      if (i % 100 != 0) continue;
      EXPECT_GE(tally.Snapshot().rows_seen, i);
    }
  });
  EXPECT_EQ(tally.Snapshot().rows_seen, threads_ * 1000);
}

TEST_P(SharedStateRace, AChunkIsCompletedOnceWhoeverEndsItLast) {
  constexpr int kChunks = 50;
  const int rows = threads_;
  support::MemoryJournal journal(support::MemoryJournal::Commits::kAtOnce);
  std::vector<journal::Chunk> chunks;
  for (int i = 0; i < kChunks; ++i) {
    journal::Chunk chunk;
    chunk.number = i;
    chunks.push_back(chunk);
  }
  journal.set_chunks(chunks);
  pipeline::Tally tally;
  pipeline::ChunkTracker tracker(journal, tally);
  for (int chunk = 0; chunk < kChunks; ++chunk) {
    tracker.OnChunk(chunk, true);
    for (int row = 0; row < rows; ++row) tracker.OnRow(chunk);
  }
  // One thread ends the chunks, as the source does; each other has one row of each come back.
  OnThreads(rows + 1, [&](int thread) {
    dispatch::RowJob job;
    job.outcome.kind = model::OutcomeKind::kCreated;
    for (int chunk = 0; chunk < kChunks; ++chunk) {
      job.chunk = chunk;
      if (thread == 0) {
        tracker.OnChunkEnd(chunk);
      } else {
        tracker.OnRowDone(job);
      }
    }
  });
  EXPECT_EQ(journal.commits(), kChunks);
  for (const journal::Chunk& chunk : journal.chunks()) {
    EXPECT_EQ(chunk.state, journal::Chunk::State::kCompleted);
  }
}

/// A driver that ends when it is told to.
class Idle final : public http::Driver {
 public:
  void Poll(base::Instant) override { ++polls; }
  std::optional<base::Instant> NextDeadline() const override { return std::nullopt; }
  bool finished() const override { return done; }
  std::int64_t polls = 0;
  bool done = false;
};

TEST_P(SharedStateRace, EveryPostedTaskRunsOnceOnTheLoopsThread) {
  const base::SystemClock clock;
  http::EndpointOptions options;
  options.url = "http://127.0.0.1:1";
  auto loop = http::MakeCurlEventLoop(options, clock);
  ASSERT_TRUE(loop.ok()) << loop.error().message;
  Idle driver;
  std::int64_t ran = 0;  // on the loop's thread only
  std::thread::id on{};
  std::thread runner([&] { (*loop)->Run(driver); });
  OnThreads(threads_, [&](int thread) {
    for (int i = 0; i < 2000; ++i) {
      (*loop)->Post([&] {
        ++ran;
        on = std::this_thread::get_id();
      });
      if ((i + thread) % 3 == 0) (*loop)->Wake();
    }
  });
  (*loop)->Post([&] { driver.done = true; });
  const std::thread::id runner_id = runner.get_id();
  runner.join();
  EXPECT_EQ(ran, threads_ * 2000);
  EXPECT_EQ(on, runner_id);
}

}  // namespace
}  // namespace rehome
