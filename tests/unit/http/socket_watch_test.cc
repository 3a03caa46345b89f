#include "http/socket_watch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace rehome::http {
namespace {

using Interest = SocketWatch::Interest;
constexpr base::Duration kNow{0};

struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    ours = base::File(ends[0]);
    theirs = base::File(ends[1]);
  }
  void Arrive() const { EXPECT_EQ(write(theirs.descriptor(), "x", 1), 1); }
  base::File ours;
  base::File theirs;
};

TEST(SocketWatch, TellsWhatIsReadyAndForWhom) {
  const Pair pair;
  SocketWatch watch;
  watch.Opened(pair.ours.descriptor());
  watch.Want(pair.ours.descriptor(), 7, Interest::kReadWrite);
  pair.Arrive();
  const auto ready = watch.Wait(kNow);
  ASSERT_EQ(ready.size(), 1U);
  EXPECT_EQ(ready[0].socket, pair.ours.descriptor());
  EXPECT_EQ(ready[0].owner, 7U);
  EXPECT_TRUE(ready[0].readable);
  EXPECT_TRUE(ready[0].writable);
  EXPECT_FALSE(ready[0].failed);
}

TEST(SocketWatch, ReportsAConnectionAgainAfterSomethingArrivedWhileItWasIdle) {
  const Pair pair;
  SocketWatch watch;
  const int socket = pair.ours.descriptor();
  watch.Opened(socket);
  watch.Want(socket, 0, Interest::kRead);
  watch.Want(socket, 0, Interest::kNone);
  pair.Arrive();
  EXPECT_TRUE(watch.Wait(kNow).empty());
  watch.Want(socket, 0, Interest::kRead);
  EXPECT_EQ(watch.Wait(kNow).size(), 1U);
}

// libcurl makes descriptors of its own for name look-ups and closes them without a word; the next
// connection gets the same number.
TEST(SocketWatch, WatchesADescriptorThatWasClosedUnseenAndMadeAgain) {
  SocketWatch watch;
  Pair first;
  const int number = first.ours.descriptor();
  watch.Want(number, 0, Interest::kRead);
  watch.Want(number, 0, Interest::kNone);
  const Pair second;
  ASSERT_EQ(dup2(second.ours.descriptor(), number), number);
  watch.Want(number, 0, Interest::kRead);
  second.Arrive();
  EXPECT_EQ(watch.Wait(kNow).size(), 1U);
}

TEST(SocketWatch, ReportsAHangUp) {
  Pair pair;
  SocketWatch watch;
  watch.Opened(pair.ours.descriptor());
  watch.Want(pair.ours.descriptor(), 0, Interest::kRead);
  pair.theirs = base::File();
  const auto ready = watch.Wait(kNow);
  ASSERT_EQ(ready.size(), 1U);
  EXPECT_TRUE(ready[0].failed);
}

}  // namespace
}  // namespace rehome::http
