#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "journal/lock_holder.h"

namespace rehome::journal {

/// One import per target on this machine: a kernel lock (`flock`) on a file that is never removed.
/// It goes with the process, however that ends. One thread, but for `StillHeld`: any thread.
class RunLock {
 public:
  virtual ~RunLock() = default;
  /// False when somebody removed or replaced the lock file: the run must stop (exit 3).
  virtual bool StillHeld() const = 0;
  virtual const std::string& path() const = 0;
  /// Tells others which run it is, once that is known. Failure is harmless: it is for people only.
  virtual void NameRun(const std::string& run_id, const std::string& run_directory) = 0;
  /// Gives the lock back before its time, when no other thread asks `StillHeld` any more.
  virtual void Release() = 0;
};

/// Path of the lock file for a target, in `LockDirectory()`. All URLs of one scheme, host and port
/// have one lock per target name.
std::string LockPath(const std::string& endpoint, const std::string& target_name);

/// What a start that waits is told once, before the first wait: the text of a refusal, and who has
/// the lock, if that is known.
using OnLockWait =
    std::function<void(const std::string& message, const std::optional<LockHolder>& holder)>;

/// Takes the lock, or fails with kLocked and the whole message for the user: target, holder, host,
/// pid, command, since when (and how long), why two imports must not run at once, what to do.
/// `wait` > 0 polls with jitter until then. `self` names run, directory, file and command; the
/// process and the time are filled in here. `cancelled` is asked a few
/// times a second; true ends the wait at once.
base::Result<std::unique_ptr<RunLock>> AcquireRunLock(const std::string& path,
                                                      const std::string& target_name,
                                                      const LockHolder& self, base::Duration wait,
                                                      const base::Clock& clock,
                                                      const OnLockWait& on_wait = {},
                                                      const std::function<bool()>& cancelled = {});

struct LockState {
  bool held = false;
  std::optional<LockHolder> holder;  ///< the last writer, also when it is free again
};

/// Asks without taking, so that no start is ever refused because somebody looked. Waits at most
/// 16 ms, for a holder that has not written its name yet; after that the name may be of the holder
/// before (`LifeOf`). A lock may be seen as free in the microseconds in which it is being taken.
base::Result<LockState> InspectRunLock(const std::string& path);

}  // namespace rehome::journal
