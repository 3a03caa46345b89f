#include "http/task_queue.h"

#include <sys/eventfd.h>

#include <utility>

#include "base/check.h"

namespace rehome::http {

TaskQueue::TaskQueue() : bell_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void TaskQueue::Post(Task task) {
  const base::MutexLock lock(mutex_);
  tasks_.push_back(std::move(task));
  Ring();
}

void TaskQueue::Wake() {
  const base::MutexLock lock(mutex_);
  Ring();
}

std::vector<TaskQueue::Task> TaskQueue::Take() {
  std::vector<Task> taken;
  const base::MutexLock lock(mutex_);
  rung_ = false;
  taken.swap(tasks_);
  return taken;
}

bool TaskQueue::empty() {
  const base::MutexLock lock(mutex_);
  return tasks_.empty();
}

void TaskQueue::Ring() {
  if (rung_) return;
  rung_ = true;
  // Fails only when the counter is full, after 2^64 rings.
  CHECK(eventfd_write(bell_.descriptor(), 1) == 0);
}

}  // namespace rehome::http
