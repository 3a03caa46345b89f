#include "cli/line_outlet.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <thread>

namespace rehome::cli {
namespace {

// The smallest pipe there is: one page.
constexpr int kPipeBytes = 4096;

class LineOutletTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    ASSERT_EQ(pipe(ends.data()), 0);
    reader_ = ends[0];
    writer_ = ends[1];
    ASSERT_EQ(fcntl(writer_, F_SETPIPE_SZ, kPipeBytes), kPipeBytes);
  }
  void TearDown() override {
    CloseReader();
    close(writer_);
  }
  void CloseReader() {
    if (reader_ >= 0) close(reader_);
    reader_ = -1;
  }
  // What is in the pipe now.
  std::string ReadAll() const {
    std::string text;
    std::array<char, kPipeBytes> buffer{};
    pollfd stream{.fd = reader_, .events = POLLIN, .revents = 0};
    while (poll(&stream, 1, 0) == 1) {
      const ssize_t count = read(reader_, buffer.data(), buffer.size());
      if (count <= 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return text;
  }
  static std::string Numbered(int first, int last) {
    std::string lines;
    for (int i = first; i <= last; ++i) lines += "line " + std::to_string(i) + "\n";
    return lines;
  }

  int reader_ = -1;
  int writer_ = -1;
};

TEST_F(LineOutletTest, WritesAtOnceWhatIsNotHeld) {
  LineOutlet outlet(writer_);
  outlet.Put("a\n");
  EXPECT_EQ(ReadAll(), "a\n");
  EXPECT_TRUE(outlet.Idle());
}

TEST_F(LineOutletTest, WritesWhatIsNotHeldIntoAPipeThatHasRoomButIsNotReady) {
  LineOutlet outlet(writer_);
  outlet.Put("a\n");
  outlet.Put("b\n");
  EXPECT_EQ(ReadAll(), "a\nb\n");
}

TEST_F(LineOutletTest, OnlyKeepsWhatIsHeldUntilItIsToWrite) {
  LineOutlet outlet(writer_);
  outlet.Hold();
  outlet.Put("a\n");
  outlet.Put("b\n");
  EXPECT_EQ(ReadAll(), "");
  EXPECT_FALSE(outlet.Idle());
  outlet.WriteReady();
  EXPECT_EQ(ReadAll(), "a\nb\n");
  outlet.Release();
  outlet.Put("c\n");
  EXPECT_EQ(ReadAll(), "c\n");
}

TEST_F(LineOutletTest, NeverWaitsForAReaderWhileLinesAreHeldAndLosesNone) {
  LineOutlet outlet(writer_);
  outlet.Hold();
  std::string got;
  for (int i = 0; i < 1000; ++i) {
    outlet.Put(Numbered(i, i));
    outlet.WriteReady();
  }
  EXPECT_FALSE(outlet.Idle());
  while (!outlet.Idle()) {
    const std::string piece = ReadAll();
    EXPECT_LE(piece.size(), kPipeBytes);
    EXPECT_EQ(piece.back(), '\n') << "a line was cut in two";
    got += piece;
    outlet.WriteReady();
  }
  EXPECT_EQ(got + ReadAll(), Numbered(0, 999));
}

TEST_F(LineOutletTest, WaitsForTheReaderOnceReleased) {
  std::string got;
  {
    LineOutlet outlet(writer_);
    outlet.Hold();
    outlet.Put(Numbered(0, 4999));
    std::thread reader([&] {
      std::array<char, 100> buffer{};
      while (got.size() < Numbered(0, 4999).size()) {
        const ssize_t count = read(reader_, buffer.data(), buffer.size());
        ASSERT_GT(count, 0);
        got.append(buffer.data(), static_cast<std::size_t>(count));
      }
    });
    outlet.Release();
    EXPECT_TRUE(outlet.Idle());
    reader.join();
  }
  EXPECT_EQ(got, Numbered(0, 4999));
}

TEST_F(LineOutletTest, LetsATextGoAheadOfTheLinesThatWait) {
  LineOutlet outlet(writer_);
  outlet.Hold();
  outlet.Put("line\n");
  outlet.WriteFirst("first");
  EXPECT_EQ(ReadAll(), "first");
  outlet.WriteReady();
  EXPECT_EQ(ReadAll(), "line\n");
}

TEST_F(LineOutletTest, CutsALineOnlyWhenItIsLongerThanAPipe) {
  LineOutlet outlet(writer_);
  outlet.Hold();
  const std::string line = std::string(3 * kPipeBytes, 'x') + "\n";
  outlet.Put(line + "short\n");
  std::string got;
  while (!outlet.Idle()) {
    outlet.WriteReady();
    got += ReadAll();
  }
  EXPECT_EQ(got, line + "short\n");
}

TEST_F(LineOutletTest, GoesOnWhenTheReaderHasLeft) {
  LineOutlet outlet(writer_);
  CloseReader();
  outlet.Put("a\n");
  outlet.Hold();
  outlet.Put(Numbered(0, 4999));
  outlet.Release();
  EXPECT_TRUE(outlet.Idle());
}

TEST_F(LineOutletTest, AsksAgainWhereSomebodyElseMadeTheStreamNotWait) {
  ASSERT_EQ(fcntl(writer_, F_SETFL, O_NONBLOCK), 0);
  LineOutlet outlet(writer_);
  outlet.Hold();
  outlet.Put(Numbered(0, 1999));
  outlet.WriteReady();
  EXPECT_FALSE(outlet.Idle());
  std::string got;
  while (!outlet.Idle()) {
    got += ReadAll();
    outlet.WriteReady();
  }
  EXPECT_EQ(got + ReadAll(), Numbered(0, 1999));
}

}  // namespace
}  // namespace rehome::cli
