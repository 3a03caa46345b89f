#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

// Thread-safety annotations that clang checks (-Wthread-safety); other compilers ignore them.
#if defined(__clang__)
#define REHOME_ANNOTATE(x) __attribute__((x))
#else
#define REHOME_ANNOTATE(x)
#endif
#define CAPABILITY(x) REHOME_ANNOTATE(capability(x))
#define SCOPED_CAPABILITY REHOME_ANNOTATE(scoped_lockable)
#define GUARDED_BY(x) REHOME_ANNOTATE(guarded_by(x))
#define REQUIRES(...) REHOME_ANNOTATE(requires_capability(__VA_ARGS__))
#define ACQUIRE(...) REHOME_ANNOTATE(acquire_capability(__VA_ARGS__))
#define RELEASE(...) REHOME_ANNOTATE(release_capability(__VA_ARGS__))
#define EXCLUDES(...) REHOME_ANNOTATE(locks_excluded(__VA_ARGS__))
#define NO_THREAD_SAFETY_ANALYSIS REHOME_ANNOTATE(no_thread_safety_analysis)

namespace rehome::base {

/// std::mutex that clang's thread-safety analysis understands.
class CAPABILITY("mutex") Mutex {
 public:
  void Lock() ACQUIRE() { mutex_.lock(); }
  void Unlock() RELEASE() { mutex_.unlock(); }
  std::mutex& native() { return mutex_; }

 private:
  std::mutex mutex_;
};

/// Holds a Mutex for a scope.
class SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ACQUIRE(mutex) : mutex_(mutex) { mutex_.Lock(); }
  ~MutexLock() RELEASE() { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

/// A condition to wait for under a Mutex. Waits are in real time.
class Condition {
 public:
  void NotifyOne() { condition_.notify_one(); }
  void NotifyAll() { condition_.notify_all(); }
  /// Waits for a notification (or a spurious one).
  void Wait(Mutex& mutex) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.native(), std::adopt_lock);
    condition_.wait(lock);
    lock.release();
  }
  /// Waits for a notification, at most `real`.
  template <class Rep, class Period>
  void WaitFor(Mutex& mutex, std::chrono::duration<Rep, Period> real) REQUIRES(mutex) {
    std::unique_lock<std::mutex> lock(mutex.native(), std::adopt_lock);
    condition_.wait_for(lock, real);
    lock.release();
  }

 private:
  std::condition_variable condition_;
};

}  // namespace rehome::base
