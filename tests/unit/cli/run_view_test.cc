#include "cli/run_view.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "base/file.h"
#include "journal/run_lock.h"

namespace rehome::cli {
namespace {

// Larger than any pid that Linux gives.
constexpr std::int64_t kNoProcess = 99999999;

/// A run whose run.json says that it is running, and lock files of its own.
class RunViewTest : public testing::Test {
 protected:
  RunViewTest() {
    std::string pattern = testing::TempDir() + "rehome-view-XXXXXX";
    EXPECT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    setenv("REHOME_LOCK_DIR", (folder_ + "/locks").c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
    const auto run = journal::RunStore(folder_ + "/runs").Create(clock_.WallNow(), 1);
    EXPECT_TRUE(run.ok());
    if (run) run_ = *run;
    facts_.run_id = run_.run_id();
    facts_.endpoint = "http://127.0.0.1:1";
    facts_.target_name = "acme";
    facts_.state = "running";
    EXPECT_TRUE(run_.WriteFacts(facts_).ok());
  }
  ~RunViewTest() override {
    unsetenv("REHOME_LOCK_DIR");  // NOLINT(concurrency-mt-unsafe)
    std::error_code error;
    std::filesystem::remove_all(folder_, error);
  }

  /// A snapshot of this process, or of one that no longer is.
  void WriteStatus(const std::string& phase, bool of_this_process) {
    report::Summary summary;
    summary.run = facts_;
    summary.rows_read = 7;
    std::string text = EncodeStatus(summary, phase, clock_);
    const std::string pid = "\"pid\":" + std::to_string(getpid());
    const std::size_t at = text.find(pid);
    ASSERT_NE(at, std::string::npos);
    if (!of_this_process) text.replace(at, pid.size(), "\"pid\":" + std::to_string(kNoProcess));
    ASSERT_TRUE(base::ReplaceFile(run_.status_path(), text).ok());
  }
  std::unique_ptr<journal::RunLock> TakeLock() {
    journal::LockHolder self;
    self.run_id = facts_.run_id;
    auto lock = journal::AcquireRunLock(journal::LockPath(facts_.endpoint, facts_.target_name),
                                        facts_.target_name, self, base::Duration(0), clock_);
    EXPECT_TRUE(lock.ok()) << (lock ? "" : lock.error().message);
    return lock ? *std::move(lock) : nullptr;
  }
  RunView View() {
    const auto view = ViewRun(run_);
    EXPECT_TRUE(view.ok());
    return view ? *view : RunView{};
  }

  base::SystemClock clock_;
  journal::RunDirectory run_{""};
  journal::RunFacts facts_;

 private:
  std::string folder_;
};

TEST_F(RunViewTest, TheSnapshotOfTheProcessThatHoldsTheLockIsOfThisMoment) {
  WriteStatus("users", true);
  const auto lock = TakeLock();
  const RunView view = View();
  EXPECT_TRUE(view.live);
  ASSERT_TRUE(view.status.has_value());
  EXPECT_EQ(view.status->phase, "users");
}

TEST_F(RunViewTest, AResumedRunIsStartingUntilItHasASnapshotOfItsOwn) {
  WriteStatus("users", false);
  const auto lock = TakeLock();
  const RunView view = View();
  EXPECT_TRUE(view.live);
  ASSERT_TRUE(view.status.has_value());
  EXPECT_EQ(view.status->phase, kStarting);
  EXPECT_EQ(view.status->summary.rows_read, 7);
}

// Seen once in an end-to-end test: between taking the lock and writing its name a resumed run was
// shown with the counts of the process that was killed, as if they were of this moment.
TEST_F(RunViewTest, AResumedRunIsStartingAlsoUntilTheLockHasItsName) {
  WriteStatus("users", false);
  const auto lock = TakeLock();
  journal::LockHolder dead = journal::DescribeThisProcess();
  dead.run_id = facts_.run_id;
  dead.pid = kNoProcess;
  std::ofstream(lock->path(), std::ios::trunc) << journal::EncodeLockHolder(dead);
  const RunView view = View();
  EXPECT_TRUE(view.live);
  ASSERT_TRUE(view.status.has_value());
  EXPECT_EQ(view.status->phase, kStarting);
}

TEST_F(RunViewTest, ARunThatHoldsTheLockLivesAlsoWithoutASnapshot) {
  const auto lock = TakeLock();
  const RunView view = View();
  EXPECT_TRUE(view.live);
  EXPECT_FALSE(view.status.has_value());
  EXPECT_EQ(StateText(view), "running");
}

TEST_F(RunViewTest, WithoutALockItLivesWhileItsProcessDoes) {
  WriteStatus("users", true);
  EXPECT_TRUE(View().live);
  WriteStatus("users", false);
  EXPECT_FALSE(View().live);
  EXPECT_EQ(View().status->phase, "users");
  EXPECT_EQ(StateText(View()), "dead (resume it)");
}

TEST_F(RunViewTest, AnotherRunsLockIsNotThisOnes) {
  WriteStatus("users", false);
  const auto lock = TakeLock();
  lock->NameRun("another", "/elsewhere");
  EXPECT_FALSE(View().live);
}

}  // namespace
}  // namespace rehome::cli
