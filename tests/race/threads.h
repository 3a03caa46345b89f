#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <latch>
#include <thread>
#include <vector>

namespace rehome {

/// For `INSTANTIATE_TEST_SUITE_P`: a race that needs many threads shows with 32, one that needs
/// time between two with 2; 1 shows that the test itself is right.
inline auto ThreadCounts() { return testing::Values(1, 2, 8, 32); }

/// Runs `body(0)` to `body(count - 1)` at once and waits for all.
inline void OnThreads(int count, const std::function<void(int)>& body) {
  std::latch ready(count);
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) {
    threads.emplace_back([&, i] {
      ready.arrive_and_wait();
      body(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace rehome
