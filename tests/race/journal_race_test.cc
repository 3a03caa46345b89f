#include <atomic>
#include <latch>
#include <string>
#include <vector>

#include "threads.h"
#include "unit/journal/journal_fixture.h"

namespace rehome::journal {
namespace {

class JournalRace : public JournalTest, public testing::WithParamInterface<int> {
 protected:
  const int threads_ = GetParam();
};
INSTANTIATE_TEST_SUITE_P(Threads, JournalRace, ThreadCounts());

TEST_P(JournalRace, AppendsOfAllThreadsAreCommittedInEachThreadsOrder) {
  const int appends = 1280 / threads_;
  Create();
  auto journal = Open();
  std::vector<std::vector<int>> order(
      static_cast<std::size_t>(threads_));  // written on the journal's thread only
  std::latch committed(threads_ * appends);
  OnThreads(threads_, [&](int thread) {
    for (int i = 0; i < appends; ++i) {
      const std::int64_t row = thread * appends + i + 1;
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
    ASSERT_EQ(one.size(), static_cast<std::size_t>(appends));
    for (int i = 0; i < appends; ++i) EXPECT_EQ(one[static_cast<std::size_t>(i)], i);
  }
  const auto known = journal->Load(1, threads_ * appends);
  ASSERT_TRUE(known.ok());
  EXPECT_EQ(known->effects.size(), static_cast<std::size_t>(threads_ * appends));
}

TEST_P(JournalRace, QuestionsAndClaimsGoBetweenTheAppendsOfOthers) {
  const int questions = 160 / threads_;
  Create(200);
  auto journal = Open();
  std::atomic<int> claimed{0};
  std::latch answered(threads_ * questions);
  OnThreads(threads_, [&](int thread) {
    for (int i = 0; i < questions; ++i) {
      const std::string key = "key:" + std::to_string(thread) + ":" + std::to_string(i);
      journal->Append({EffectOf(thread * questions + i + 1, key)}, [](const base::Status&) {});
      journal->FindEffect(key, [&](const auto& found) {
        EXPECT_TRUE(found && found->has_value());  // its own append came before
        answered.count_down();
      });
      if (i % 2 == 0) {
        const auto chunks = journal->Claim(1);
        EXPECT_TRUE(chunks.ok());
        if (chunks) claimed += static_cast<int>(chunks->size());
      }
      EXPECT_TRUE(journal->Health().ok());
    }
  });
  answered.wait();
  EXPECT_EQ(claimed.load(), threads_ * ((questions + 1) / 2));
}

TEST_P(JournalRace, ClosingWhileOthersAppendAnswersEveryCall) {
  Create();
  auto journal = Open();
  std::atomic<int> answered{0};
  // The first has the part of the owner.
  OnThreads(threads_ + 1, [&](int thread) {
    if (thread == 0) {
      EXPECT_TRUE(journal->Close().ok());
      return;
    }
    for (int i = 0; i < 50; ++i) {
      journal->Append({EffectOf(thread * 100 + i)}, [&](const base::Status&) { ++answered; });
    }
  });
  EXPECT_TRUE(journal->Close().ok());
  EXPECT_EQ(answered.load(), threads_ * 50);
}

}  // namespace
}  // namespace rehome::journal
