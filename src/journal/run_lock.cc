#include "journal/run_lock.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "base/digest.h"
#include "base/file.h"
#include "base/random.h"
#include "journal/lock_directory.h"
#include "journal/lock_file.h"

namespace rehome::journal {
namespace {

using std::chrono::milliseconds;

// Between two tries of a waiting start: shorter wakes the machine for nothing, longer lets a free
// target idle. The jitter keeps many waiters from trying in step.
constexpr base::Duration kShortestPause = milliseconds(200);
constexpr base::Duration kLongestPause = milliseconds(2000);
// How long a signal may go unnoticed while waiting, in real time.
constexpr base::Duration kCancelSlice = milliseconds(100);

// A holder that has only just taken the lock needs a moment to write who it is; until then the file
// names the one before. In real time; the sum is small against the 100 ms in which a start must be
// refused.
constexpr int kHolderReads = 5;
constexpr base::Duration kHolderPause = milliseconds(4);

// A file is exchanged under our feet only when somebody removes it.
constexpr int kLockTries = 20;

class HeldLock final : public RunLock {
 public:
  HeldLock(LockFile file, LockHolder self)
      : path_(file.path()), file_(std::move(file)), self_(std::move(self)) {
    Write();
  }
  bool StillHeld() const override { return file_ && file_->IsInPlace(); }
  const std::string& path() const override { return path_; }
  void NameRun(const std::string& run_id, const std::string& run_directory) override {
    self_.run_id = run_id;
    self_.run_directory = run_directory;
    Write();
  }
  void Release() override { file_.reset(); }

 private:
  // The lock is what counts: a full disk must not keep it from us.
  void Write() {
    if (file_) static_cast<void>(file_->WriteText(EncodeLockHolder(self_)).ok());
  }

  const std::string path_;
  std::optional<LockFile> file_;
  LockHolder self_;
};

struct Try {
  LockFile file;
  bool locked = false;
};

base::Result<Try> TryOnce(const std::string& path) {
  for (int i = 0; i < kLockTries; ++i) {
    auto file = LockFile::Open(path, LockFile::IfMissing::kCreate);
    if (!file) return file.error();
    const auto locked = file->TryLock();
    if (!locked) return locked.error();
    // Removed and made anew between open and lock: what we have is another file.
    if (*locked && !file->IsInPlace()) continue;
    return Try{*std::move(file), *locked};
  }
  return base::Error{base::ErrorCode::kIo, path + ": is removed again and again"};
}

std::optional<LockHolder> ReadHolder(const LockFile& file) {
  std::optional<LockHolder> holder;
  for (int i = 0; i < kHolderReads; ++i) {
    if (i > 0) std::this_thread::sleep_for(kHolderPause);
    holder = DecodeLockHolder(file.ReadText());
    if (holder && LifeOf(*holder) != HolderLife::kNotSeen) break;
  }
  return holder;
}

LockHolder Complete(const LockHolder& self, base::WallTime now) {
  LockHolder complete = DescribeThisProcess();
  complete.run_id = self.run_id;
  complete.command = self.command;
  complete.run_directory = self.run_directory;
  complete.file = self.file;
  complete.acquired_at = base::FormatIso8601(now);
  return complete;
}

// False when cancelled.
bool Pause(base::Duration real, const std::function<bool()>& cancelled) {
  while (real.count() > 0) {
    if (cancelled && cancelled()) return false;
    const base::Duration slice = std::min(real, kCancelSlice);
    std::this_thread::sleep_for(slice);
    real -= slice;
  }
  return !(cancelled && cancelled());
}

}  // namespace

std::string LockPath(const std::string& endpoint, const std::string& target_name) {
  const std::string key = base::Sha256Hex(OriginOf(endpoint) + "\n" + target_name);
  return LockDirectory() + "/" + key.substr(0, 16) + ".lock";
}

base::Result<std::unique_ptr<RunLock>> AcquireRunLock(const std::string& path,
                                                      const std::string& target_name,
                                                      const LockHolder& self, base::Duration wait,
                                                      const base::Clock& clock,
                                                      const OnLockWait& on_wait,
                                                      const std::function<bool()>& cancelled) {
  RETURN_IF_ERROR(
      PrepareLockDirectory(std::filesystem::path(base::AbsolutePath(path)).parent_path().string()));
  const base::Instant give_up = clock.Now() + wait;
  base::Random jitter(base::EntropySeed());
  bool waited = false;
  while (true) {
    auto attempt = TryOnce(path);
    if (!attempt) return attempt.error();
    if (attempt->locked) {
      return std::unique_ptr<RunLock>(
          std::make_unique<HeldLock>(std::move(attempt->file), Complete(self, clock.WallNow())));
    }
    const base::Duration left = give_up - clock.Now();
    const bool last = left.count() <= 0;
    if (last || !waited) {
      const auto holder = ReadHolder(attempt->file);
      const std::string message = LockedMessage(target_name, path, holder, clock.WallNow());
      if (last) return base::Error{base::ErrorCode::kLocked, message};
      if (on_wait) on_wait(message, holder);
    }
    waited = true;
    const base::Duration pause =
        kShortestPause + base::Duration(static_cast<std::int64_t>(jitter.Below(
                             std::uint64_t((kLongestPause - kShortestPause).count()))));
    if (!Pause(clock.ToReal(std::min(pause, left)), cancelled)) {
      return base::Error{base::ErrorCode::kLocked,
                         "target \"" + target_name + "\" is still locked: waiting was interrupted"};
    }
  }
}

base::Result<LockState> InspectRunLock(const std::string& path) {
  const auto file = LockFile::Open(path, LockFile::IfMissing::kFail);
  if (!file && file.error().code == base::ErrorCode::kNotFound) return LockState{};
  if (!file) return file.error();
  const auto held = file->IsHeld();
  if (!held) return held.error();
  return LockState{*held, *held ? ReadHolder(*file) : DecodeLockHolder(file->ReadText())};
}

}  // namespace rehome::journal
