#include "journal/run_lock.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <fstream>
#include <thread>

#include "base/text.h"
#include "journal_fixture.h"

namespace rehome::journal {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class RunLockTest : public JournalTest {
 protected:
  base::Result<std::unique_ptr<RunLock>> Acquire(base::Duration wait = seconds(0)) {
    return AcquireRunLock(lock_path(), "acme", self_, wait, clock_);
  }
  std::string lock_path() const { return InFolder("locks/0123456789abcdef.lock"); }

  LockHolder self_ = {.run_id = "20261123-093000-ab12",
                      .host = {},
                      .user = {},
                      .command = "rehome import users.csv",
                      .run_directory = "/runs/20261123-093000-ab12",
                      .file = {},
                      .acquired_at = {},
                      .boot_id = {},
                      .pid_namespace = {}};
};

TEST_F(RunLockTest, RefusesASecondStartWithinATenthOfASecond) {
  const auto first = Acquire();
  ASSERT_TRUE(first.ok());
  // The quickest of five: the others may have waited for the machine.
  auto quickest = std::chrono::steady_clock::duration::max();
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    const auto second = Acquire();
    quickest = std::min(quickest, std::chrono::steady_clock::now() - start);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().code, base::ErrorCode::kLocked);
  }
  EXPECT_LT(quickest, milliseconds(100));
}

TEST_F(RunLockTest, TellsWhoSinceWhenWhyAndWhatNow) {
  const auto first = Acquire();
  ASSERT_TRUE(first.ok());
  const LockHolder me = DescribeThisProcess();
  const auto state = InspectRunLock(lock_path());
  ASSERT_TRUE(state.ok() && state->holder);
  const std::string& since = state->holder->acquired_at;
  EXPECT_EQ(LockedMessage("acme", lock_path(), state->holder,
                          base::ParseIso8601(since) + std::chrono::minutes(65)),
            "target \"acme\" is locked: another run is working on it, so nothing was sent\n"
            "  holder:  " +
                me.user + "@" + me.host + ", pid " + std::to_string(me.pid) +
                " (running)\n"
                "  command: rehome import users.csv\n"
                "  run:     20261123-093000-ab12 in /runs/20261123-093000-ab12\n"
                "  since:   " +
                since +
                " (1:05:00 ago)\n"
                "why: two imports at once can be given each other's cached answers, and both would "
                "create the same organizations and users (docs/parallel-runs.md)\n"
                "what now: wait for it with `--wait 10m`, look at it with `rehome status "
                "20261123-093000-ab12`, or stop it (it can be resumed)\n"
                "a holder that crashed blocks nobody: its lock ended with its process");
}

TEST_F(RunLockTest, IsRefusedAlsoWhenTheHolderLeftNoName) {
  for (const char* torn : {"", "{\"run_id\":\"2026", "null", "{}", "{\"pid\":\"x\"}"}) {
    const auto first = Acquire();
    ASSERT_TRUE(first.ok()) << torn;
    std::filesystem::resize_file(lock_path(), 0);
    auto file = base::OpenForAppending(lock_path());
    ASSERT_TRUE(file->Write(torn).ok());
    const auto second = Acquire();
    ASSERT_FALSE(second.ok());
    EXPECT_NE(second.error().message.find("  holder:  unknown (it left no name in " + lock_path()),
              std::string::npos)
        << second.error().message;
    EXPECT_FALSE(InspectRunLock(lock_path())->holder);
    EXPECT_TRUE(InspectRunLock(lock_path())->held);
  }
}

// Waits until somebody has read the file since this was made.
class FirstRead {
 public:
  explicit FirstRead(const std::string& path) : events_(inotify_init1(IN_CLOEXEC)) {
    EXPECT_GE(inotify_add_watch(events_.descriptor(), path.c_str(), IN_ACCESS), 0);
  }
  bool Wait() const {
    pollfd read{.fd = events_.descriptor(), .events = POLLIN, .revents = 0};
    return poll(&read, 1, 10'000) == 1;
  }

 private:
  base::File events_;
};

TEST_F(RunLockTest, IsNotTakenForTheOneBeforeWhileItWritesItsName) {
  const auto lock = Acquire();
  ASSERT_TRUE(lock.ok());
  const auto file = base::ReadWholeFile(lock_path());
  LockHolder before = *DecodeLockHolder(*file);
  before.pid = 99999999;  // larger than any pid that Linux gives
  // The name is always written after the first look. On a loaded machine it may come after the last
  // one too, 16 ms later; then this round showed nothing.
  std::int64_t told = 0;
  for (int round = 0; round < 50 && told != getpid() && !HasFailure(); ++round) {
    std::ofstream(lock_path(), std::ios::trunc) << EncodeLockHolder(before);
    const FirstRead first_read(lock_path());
    std::thread writer([&] {
      EXPECT_TRUE(first_read.Wait());
      (*lock)->NameRun("20261123-093000-ab12", "/runs");
    });
    const auto state = InspectRunLock(lock_path());
    writer.join();
    ASSERT_TRUE(state.ok() && state->holder);
    EXPECT_TRUE(state->held);
    told = state->holder->pid;
  }
  EXPECT_EQ(told, getpid());
}

TEST_F(RunLockTest, IsFreeAgainWhenTheHolderLetsGo) {
  EXPECT_FALSE(InspectRunLock(lock_path())->held);
  { ASSERT_TRUE(Acquire().ok()); }
  const auto state = InspectRunLock(lock_path());
  EXPECT_FALSE(state->held);
  ASSERT_TRUE(state->holder);
  EXPECT_EQ(state->holder->run_id, "20261123-093000-ab12");
  EXPECT_TRUE(Acquire().ok());
}

TEST_F(RunLockTest, KeepsItsFileAndLetsEveryUserLockIt) {
  const mode_t before = umask(077);
  { ASSERT_TRUE(Acquire().ok()); }
  umask(before);
  EXPECT_EQ(base::Stat(lock_path())->mode, 0666U);
  EXPECT_EQ(base::Stat(InFolder("locks"))->mode, 01777U);
  EXPECT_EQ(base::ListDirectory(InFolder("locks"))->size(), 1U);
}

TEST_F(RunLockTest, SeesThatItsFileWasTakenAway) {
  const auto lock = Acquire();
  ASSERT_TRUE(lock.ok());
  EXPECT_TRUE((*lock)->StillHeld());
  ASSERT_TRUE(base::RemoveFile(lock_path()).ok());
  EXPECT_FALSE((*lock)->StillHeld());
  const auto other = Acquire();
  ASSERT_TRUE(other.ok());
  EXPECT_FALSE((*lock)->StillHeld());
  EXPECT_TRUE((*other)->StillHeld());
}

TEST_F(RunLockTest, RefusesALinkAndAPipeInItsPlace) {
  ASSERT_TRUE(base::MakeDirectories(InFolder("locks")).ok());
  std::filesystem::create_symlink(InFolder("elsewhere"), lock_path());
  EXPECT_EQ(Acquire().error().code, base::ErrorCode::kIo);
  EXPECT_FALSE(base::Stat(InFolder("elsewhere")).ok());
  ASSERT_TRUE(base::RemoveFile(lock_path()).ok());
  ASSERT_EQ(mkfifo(lock_path().c_str(), 0600), 0);
  EXPECT_EQ(Acquire().error().message,
            lock_path() + ": is not a regular file, so it cannot be locked; remove it");
}

TEST_F(RunLockTest, WaitsUntilTheHolderIsGoneAndSaysSoOnce) {
  auto first = Acquire();
  ASSERT_TRUE(first.ok());
  const base::SystemClock fast(50);
  std::vector<std::string> said;
  const auto second = AcquireRunLock(lock_path(), "acme", self_, std::chrono::hours(1), fast,
                                     [&](const std::string& message, const auto& holder) {
                                       EXPECT_EQ(holder->pid, getpid());
                                       said.push_back(message);
                                       first->reset();
                                     });
  EXPECT_TRUE(second.ok());
  ASSERT_EQ(said.size(), 1U);
  EXPECT_TRUE(said[0].starts_with("target \"acme\" is locked")) << said[0];
}

TEST_F(RunLockTest, GivesUpWhenTheWaitIsOverOrCancelled) {
  const auto first = Acquire();
  ASSERT_TRUE(first.ok());
  const base::SystemClock fast(100);
  const auto late = AcquireRunLock(lock_path(), "acme", self_, seconds(3), fast);
  EXPECT_EQ(late.error().code, base::ErrorCode::kLocked);
  EXPECT_TRUE(late.error().message.starts_with("target \"acme\" is locked"));
  const auto cancelled = AcquireRunLock(lock_path(), "acme", self_, std::chrono::hours(1), clock_,
                                        {}, [] { return true; });
  EXPECT_EQ(cancelled.error().message, "target \"acme\" is still locked: waiting was interrupted");
}

TEST_F(RunLockTest, IsNeverRefusedBecauseSomebodyLooks) {
  { ASSERT_TRUE(Acquire().ok()); }
  std::atomic<bool> stop = false;
  std::atomic<int> looks = 0;
  std::vector<std::thread> lookers;
  for (int i = 0; i < 2; ++i) {
    lookers.emplace_back([&] {
      while (!stop) {
        EXPECT_TRUE(InspectRunLock(lock_path()).ok());
        ++looks;
      }
    });
  }
  // A machine with other work may not let the lookers run at once.
  for (int i = 0; i < 1000 || (looks <= 100 && i < 100'000); ++i) {
    const auto lock = Acquire();
    ASSERT_TRUE(lock.ok()) << i << ": " << lock.error().message;
    ASSERT_TRUE(InspectRunLock(lock_path())->held) << i;
  }
  stop = true;
  for (auto& looker : lookers) looker.join();
  EXPECT_GT(looks, 100);
}

// One starter: tells on `results` whether it won, and keeps what it has until `go` is closed.
[[noreturn]] void StartOnce(const std::function<bool()>& acquire, int results, int go) {
  const char won = acquire() ? 'w' : 'l';
  char none = 0;
  const bool told = write(results, &won, 1) == 1;
  const bool released = read(go, &none, 1) == 0;
  _exit(told && released ? 0 : 1);
}

TEST_F(RunLockTest, HasOneWinnerAmongProcessesAndNoneIsBlockedByAKilledOne) {
  for (int round = 0; round < 50; ++round) {
    int results[2];
    int go[2];
    ASSERT_TRUE(pipe(results) == 0 && pipe(go) == 0);
    // Kept beyond StartOnce, which never returns.
    std::unique_ptr<RunLock> mine;
    std::vector<pid_t> pids;
    for (int i = 0; i < 4; ++i) {
      pids.push_back(fork());
      if (pids.back() != 0) continue;
      close(go[1]);
      StartOnce(
          [&] {
            auto lock = Acquire();
            if (lock) mine = *std::move(lock);
            return mine != nullptr;
          },
          results[1], go[0]);
    }
    int winners = 0;
    for (int i = 0; i < 4; ++i) {
      char result = 0;
      ASSERT_EQ(read(results[0], &result, 1), 1);
      winners += result == 'w' ? 1 : 0;
    }
    EXPECT_EQ(winners, 1) << "round " << round;
    EXPECT_TRUE(InspectRunLock(lock_path())->held);
    if (round % 2 == 0) {
      for (const pid_t pid : pids) kill(pid, SIGKILL);
    }
    for (const int end : {results[0], results[1], go[0], go[1]}) close(end);
    for (const pid_t pid : pids) waitpid(pid, nullptr, 0);
    EXPECT_FALSE(InspectRunLock(lock_path())->held) << "round " << round;
  }
}

}  // namespace
}  // namespace rehome::journal
