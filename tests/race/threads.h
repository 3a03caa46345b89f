#pragma once

#include <functional>
#include <latch>
#include <thread>
#include <vector>

namespace rehome {

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
