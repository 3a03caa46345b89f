#include "cli/line_outlet.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include "threads.h"

namespace rehome {
namespace {

class LineOutletRace : public testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Threads, LineOutletRace, ThreadCounts());

TEST_P(LineOutletRace, KeepsEveryLineOfEveryThreadInItsOrder) {
  const int threads = GetParam();
  const int lines_of_each = 8000 / threads;
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  std::vector<int> next(static_cast<std::size_t>(threads));
  std::thread reader([&] {
    std::FILE* lines = fdopen(ends[0], "r");
    int thread = 0;
    int number = 0;
    while (std::fscanf(lines, "%d %d\n", &thread, &number) == 2) {
      const int expected = next.at(static_cast<std::size_t>(thread))++;
      EXPECT_EQ(number, expected) << "of thread " << thread;
    }
    std::fclose(lines);
  });
  {
    cli::LineOutlet outlet(ends[1]);
    outlet.Hold();
    // The last of them has the part of the main thread.
    OnThreads(threads + 1, [&](int thread) {
      for (int i = 0; i < lines_of_each; ++i) {
        if (thread == threads) {
          outlet.WriteFirst("");
          outlet.WriteReady();
        } else {
          outlet.Put(std::to_string(thread) + " " + std::to_string(i) + "\n");
        }
      }
    });
  }
  close(ends[1]);
  reader.join();
  for (const int lines : next) EXPECT_EQ(lines, lines_of_each);
}

}  // namespace
}  // namespace rehome
