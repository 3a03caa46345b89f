#include "journal/commit_queue.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "journal_fixture.h"

namespace rehome::journal {
namespace {

// So long that a test which needed its end would time out.
constexpr base::Duration kForever = std::chrono::hours(1);

Work Records(std::int64_t first, int count) {
  Work work;
  for (int i = 0; i < count; ++i) work.records.emplace_back(EffectOf(first + i));
  return work;
}

Work Query() {
  return {{}, {}, [] {}};
}

// `3r` for three records, `q` for a query.
std::string Text(const std::vector<Work>& group) {
  std::string text;
  for (const Work& work : group) {
    text += work.query ? "q " : std::to_string(work.records.size()) + "r ";
  }
  return text;
}

TEST(CommitQueue, TakesRecordsTogetherAndEachQueryAloneInOrder) {
  CommitQueue queue(kForever);
  for (const int count : {1, 2}) EXPECT_FALSE(queue.Push(Records(0, count)));
  EXPECT_FALSE(queue.Push(Query()));
  EXPECT_FALSE(queue.Push(Query()));
  EXPECT_FALSE(queue.Push(Records(9, 3)));
  queue.Close();
  for (const char* expected : {"1r 2r ", "q ", "q ", "3r ", "", ""}) {
    EXPECT_EQ(Text(queue.Take()), expected);
  }
}

TEST(CommitQueue, StopsGatheringWhenEnoughRecordsWait) {
  CommitQueue queue(kForever);
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(queue.Push(Records(i * 100, 100)));
  EXPECT_EQ(Text(queue.Take()), "100r 100r 100r 100r 100r 100r ");
  EXPECT_FALSE(queue.Push(Records(0, 512)));
  EXPECT_EQ(Text(queue.Take()), "100r 512r ");
}

TEST(CommitQueue, IsWokenByTheRecordThatMakesEnough) {
  CommitQueue queue(kForever);
  EXPECT_FALSE(queue.Push(Records(0, 1)));
  std::thread adding([&] {
    EXPECT_FALSE(queue.Push(Records(1, static_cast<int>(CommitQueue::kEnoughRecords) - 1)));
  });
  EXPECT_EQ(Text(queue.Take()), "1r 63r ");
  adding.join();
}

TEST(CommitQueue, StopsGatheringWhenNothingMoreComes) {
  CommitQueue queue(std::chrono::microseconds(1));
  EXPECT_FALSE(queue.Push(Records(0, 1)));
  EXPECT_EQ(Text(queue.Take()), "1r ");
}

TEST(CommitQueue, StopsGatheringForOneWhoAsks) {
  CommitQueue queue(kForever);
  EXPECT_FALSE(queue.Push(Records(0, 1)));
  std::thread asking([&] { EXPECT_FALSE(queue.Push(Query())); });
  EXPECT_EQ(Text(queue.Take()), "1r ");
  EXPECT_EQ(Text(queue.Take()), "q ");
  asking.join();
}

TEST(CommitQueue, GivesBackWhatComesAfterItsEnd) {
  CommitQueue queue(kForever);
  queue.Close();
  const auto refused = queue.Push(Records(0, 4));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->records.size(), 4U);
}

using GroupCommit = JournalTest;

TEST_F(GroupCommit, SharesOneCommitAmongAllThatWaited) {
  Create();
  std::promise<void> queued;
  auto go = queued.get_future();
  int commits = 0;
  auto journal = Open({{[&](std::string_view point) {
    // The first commit lasts until all others are queued.
    if (point == "before_commit" && ++commits == 1) go.wait();
  }}});
  // Whether the first commit holds one of them or more, the rest shares the second.
  for (int row = 0; row < 400; ++row) journal->Append({EffectOf(row)}, {});
  queued.set_value();
  ASSERT_TRUE(journal->Close().ok());
  EXPECT_GE(commits, 1);
  EXPECT_LE(commits, 2);
}

}  // namespace
}  // namespace rehome::journal
