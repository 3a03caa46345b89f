#include "journal/wal_check.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "journal_fixture.h"

namespace rehome::journal {
namespace {

constexpr std::size_t kHeader = 32;
constexpr std::size_t kFrame = 24 + 4096;

/// The log of a run that was killed after some commits of several frames each.
class WalCheck : public JournalTest {
 protected:
  void SetUp() override {
    Create();
    const pid_t child = fork();
    if (child == 0) {
      auto journal = Open();
      for (std::int64_t row = 1; row <= 6; ++row) {
        model::Effect effect;
        effect.row = row;
        effect.key = "user:" + std::to_string(row);
        if (!AppendAndWait(*journal, {effect})) _exit(1);
      }
      kill(getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    log_ = Bytes("journal.db-wal");
    ASSERT_GT(Frames(), 12U);
  }

  std::size_t Frames() const { return (log_.size() - kHeader) / kFrame; }
  bool IsCommit(std::size_t frame) const {
    return log_.substr(kHeader + frame * kFrame + 4, 4) != std::string(4, '\0');
  }
  std::size_t LastCommitBefore(std::size_t frame) const {
    while (!IsCommit(--frame)) continue;
    return frame;
  }
  base::Status Check(const std::string& log) const {
    EXPECT_TRUE(base::ReplaceFile(InFolder("journal.db-wal"), log).ok());
    return CheckWal(InFolder("journal.db-wal"));
  }
  std::string Flipped(std::size_t at) const {
    std::string log = log_;
    log[at] = static_cast<char>(log[at] ^ 0x40);
    return log;
  }

  std::string log_;
};

TEST_F(WalCheck, TakesALogThatIsWholeOrAbsentOrEmpty) {
  EXPECT_TRUE(Check(log_).ok());
  EXPECT_TRUE(Check("").ok());
  EXPECT_TRUE(Check(log_.substr(0, 20)).ok());
  EXPECT_TRUE(CheckWal(InFolder("absent")).ok());
}

TEST_F(WalCheck, TakesALogOfWhichTheLastCommitIsTornInAnyWay) {
  const std::size_t last = LastCommitBefore(Frames() - 1) + 1;
  for (std::size_t frame = last; frame < Frames(); ++frame) {
    const std::size_t begin = kHeader + frame * kFrame;
    EXPECT_TRUE(Check(log_.substr(0, begin)).ok()) << frame;
    EXPECT_TRUE(Check(log_.substr(0, begin + 100)).ok()) << frame;
    std::string lost = log_;
    lost.replace(begin, kFrame, kFrame, '\0');
    EXPECT_TRUE(Check(lost).ok()) << frame;
    EXPECT_TRUE(Check(Flipped(begin + 2000)).ok()) << frame;
  }
}

TEST_F(WalCheck, FindsAByteThatIsWrongInAnyEarlierCommit) {
  const std::size_t last = LastCommitBefore(Frames() - 1);
  for (std::size_t frame = 0; frame <= last; ++frame) {
    const auto checked = Check(Flipped(kHeader + frame * kFrame + 24 + frame * 97 % 4096));
    ASSERT_FALSE(checked.ok()) << frame;
    EXPECT_EQ(checked.error().code, base::ErrorCode::kFormat);
    EXPECT_NE(checked.error().message.find("of its log"), std::string::npos);
  }
}

TEST_F(WalCheck, FindsASectorThatIsGoneFromAnEarlierCommit) {
  const std::size_t before_last = LastCommitBefore(LastCommitBefore(Frames() - 1));
  for (std::size_t at = kHeader; at + 512 < kHeader + before_last * kFrame; at += 512) {
    std::string lost = log_;
    lost.replace(at, 512, 512, '\x5a');
    EXPECT_FALSE(Check(lost).ok()) << at;
  }
}

TEST_F(WalCheck, FindsAHeaderThatIsWrong) {
  for (std::size_t at = 0; at < kHeader; ++at) EXPECT_FALSE(Check(Flipped(at)).ok()) << at;
}

TEST_F(WalCheck, TakesWhatAnEarlierUseOfTheFileHasLeftBehind) {
  // Frames of other salts behind those of this log.
  std::string log = log_;
  const std::size_t begin = kHeader + (LastCommitBefore(Frames() - 1) + 1) * kFrame;
  for (std::size_t frame = begin; frame < log.size(); frame += kFrame) {
    log.replace(frame + 8, 8, "oldsalts");
  }
  EXPECT_TRUE(Check(log).ok());
}

TEST_F(WalCheck, IsMadeBeforeARunGoesOn) {
  const std::string damaged = Flipped(kHeader + 3 * kFrame + 1000);
  ASSERT_TRUE(base::ReplaceFile(InFolder("journal.db-wal"), damaged).ok());
  const auto journal = OpenSqliteJournal(path(), clock_);
  ASSERT_FALSE(journal.ok());
  EXPECT_EQ(journal.error().code, base::ErrorCode::kFormat);
  EXPECT_NE(journal.error().message.find("the journal is damaged (a frame before number "),
            std::string::npos)
      << journal.error().message;
  EXPECT_TRUE(Bytes("journal.db-wal") == damaged) << "its bytes changed";
}

}  // namespace
}  // namespace rehome::journal
