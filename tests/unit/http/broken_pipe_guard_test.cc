#include "http/broken_pipe_guard.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>

#include "base/file.h"

namespace rehome::http {
namespace {

bool IsBlocked() {
  sigset_t mask;
  pthread_sigmask(SIG_BLOCK, nullptr, &mask);
  return sigismember(&mask, SIGPIPE) == 1;
}

void WriteToClosedPipe() {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  const base::File writer(ends[1]);
  close(ends[0]);
  EXPECT_EQ(write(writer.descriptor(), "x", 1), -1);
}

TEST(BrokenPipeGuard, SurvivesAWriteToAClosedPipeAndLeavesNoTrace) {
  ASSERT_FALSE(IsBlocked());
  {
    const BrokenPipeGuard guard;
    WriteToClosedPipe();  // without the guard this ends the test program
  }
  EXPECT_FALSE(IsBlocked());
}

TEST(BrokenPipeGuard, MayStandInsideAnother) {
  {
    const BrokenPipeGuard outer;
    {
      const BrokenPipeGuard inner;
      WriteToClosedPipe();
    }
    EXPECT_TRUE(IsBlocked());
    WriteToClosedPipe();
  }
  EXPECT_FALSE(IsBlocked());
}

}  // namespace
}  // namespace rehome::http
