#pragma once

#include <csignal>

namespace rehome::http {

/// Keeps a write to a connection that the server closed (TLS writes by plain `write`) from ending
/// the program: for its lifetime SIGPIPE is blocked on this thread, and one that came meanwhile is
/// taken away before the old mask returns. Lives and dies on one thread.
class BrokenPipeGuard {
 public:
  BrokenPipeGuard();
  ~BrokenPipeGuard();
  BrokenPipeGuard(const BrokenPipeGuard&) = delete;
  BrokenPipeGuard& operator=(const BrokenPipeGuard&) = delete;

 private:
  sigset_t old_mask_{};
  bool was_pending_ = false;
};

}  // namespace rehome::http
