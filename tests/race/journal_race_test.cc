#include <atomic>
#include <latch>
#include <string>
#include <vector>

#include "threads.h"
#include "unit/journal/journal_fixture.h"

namespace rehome::journal {
namespace {

constexpr int kThreads = 8;
constexpr int kAppends = 150;

TEST_F(JournalTest, AppendsOfEightThreadsAreAllCommittedInEachThreadsOrder) {
  Create();
  auto journal = Open();
  std::vector<std::vector<int>> order(kThreads);  // written on the journal's thread only
  std::latch committed(kThreads * kAppends);
  OnThreads(kThreads, [&](int thread) {
    for (int i = 0; i < kAppends; ++i) {
      const std::int64_t row = thread * kAppends + i + 1;
      journal->Append({EffectOf(row, "key:" + std::to_string(row))},
                      [&, thread, i](const base::Status& status) {
                        EXPECT_TRUE(status.ok());
                        order[static_cast<std::size_t>(thread)].push_back(i);
                        committed.count_down();
                      });
    }
  });
  committed.wait();
  for (const std::vector<int>& one : order) {
    ASSERT_EQ(one.size(), static_cast<std::size_t>(kAppends));
    for (int i = 0; i < kAppends; ++i) EXPECT_EQ(one[static_cast<std::size_t>(i)], i);
  }
  const auto known = journal->Load(1, kThreads * kAppends);
  ASSERT_TRUE(known.ok());
  EXPECT_EQ(known->effects.size(), static_cast<std::size_t>(kThreads * kAppends));
}

TEST_F(JournalTest, QuestionsAndClaimsGoBetweenTheAppendsOfOthers) {
  Create(40);
  auto journal = Open();
  std::atomic<int> claimed{0};
  std::latch answered(kThreads * 20);
  OnThreads(kThreads, [&](int thread) {
    for (int i = 0; i < 20; ++i) {
      const std::string key = "key:" + std::to_string(thread) + ":" + std::to_string(i);
      journal->Append({EffectOf(thread * 20 + i + 1, key)}, [](const base::Status&) {});
      journal->FindEffect(key, [&](const auto& found) {
        EXPECT_TRUE(found && found->has_value());  // its own append came before
        answered.count_down();
      });
      if (i % 4 == 0) {
        const auto chunks = journal->Claim(1);
        EXPECT_TRUE(chunks.ok());
        if (chunks) claimed += static_cast<int>(chunks->size());
      }
      EXPECT_TRUE(journal->Health().ok());
    }
  });
  answered.wait();
  EXPECT_EQ(claimed.load(), 40);
}

TEST_F(JournalTest, ClosingWhileOthersAppendAnswersEveryCall) {
  Create();
  auto journal = Open();
  std::atomic<int> answered{0};
  OnThreads(kThreads, [&](int thread) {
    if (thread == 0) {
      EXPECT_TRUE(journal->Close().ok());
      return;
    }
    for (int i = 0; i < 50; ++i) {
      journal->Append({EffectOf(thread * 100 + i)}, [&](const base::Status&) { ++answered; });
    }
  });
  EXPECT_TRUE(journal->Close().ok());
  EXPECT_EQ(answered.load(), (kThreads - 1) * 50);
}

}  // namespace
}  // namespace rehome::journal
