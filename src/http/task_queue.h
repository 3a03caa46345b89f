#pragma once

#include <functional>
#include <vector>

#include "base/file.h"
#include "base/mutex.h"

namespace rehome::http {

/// Tasks on their way from other threads to the event loop, with the bell that ends its wait. The
/// bell is rung once per batch, so a burst of posts costs one system call. Any thread.
class TaskQueue {
 public:
  using Task = std::function<void()>;

  TaskQueue();
  void Post(Task task) EXCLUDES(mutex_);
  void Wake() EXCLUDES(mutex_);
  /// Everything posted since the last call; the next post rings again.
  std::vector<Task> Take() EXCLUDES(mutex_);
  bool empty() EXCLUDES(mutex_);
  /// Becomes readable at each ring; to be watched edge-triggered, as nobody reads it empty.
  int bell() const { return bell_.descriptor(); }

 private:
  void Ring() REQUIRES(mutex_);

  base::File bell_;
  base::Mutex mutex_;
  std::vector<Task> tasks_ GUARDED_BY(mutex_);
  bool rung_ GUARDED_BY(mutex_) = false;
};

}  // namespace rehome::http
