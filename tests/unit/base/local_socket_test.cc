#include "base/local_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>

namespace rehome::base {
namespace {

using std::chrono::milliseconds;

/// A directory of its own, whose path may be as long as wanted.
class LocalSocket : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = (std::filesystem::temp_directory_path() / "rehome-socket-XXXXXX").string();
    ASSERT_NE(mkdtemp(made.data()), nullptr);
    root_ = made;
    directory = made;
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  void GoDeep() {
    for (int i = 0; i < 4; ++i) directory += "/" + std::string(100, 'd');
    std::filesystem::create_directories(directory);
  }
  std::unique_ptr<LocalListener> Listen() const {
    auto listener = LocalListener::Open(directory, "s");
    EXPECT_TRUE(listener.ok()) << listener.error().message;
    return listener ? std::move(*listener) : nullptr;
  }
  /// Asks, while the listener is served as long as that takes.
  Result<std::string> Ask(LocalListener& listener, const std::string& line) const {
    auto answer = std::async(std::launch::async, [&] {
      return AskLocalSocket(directory, "s", line, milliseconds(5000));
    });
    while (answer.wait_for(milliseconds(2)) != std::future_status::ready) listener.Serve(echo);
    return answer.get();
  }
  /// A client that connects and does no more.
  File Connect() const {
    File above(open(directory.c_str(), O_PATH | O_CLOEXEC));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(above.descriptor()) + "/s";
    std::memcpy(address.sun_path, path.data(), path.size());
    File socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    EXPECT_EQ(
        connect(socket.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
        0);
    return socket;
  }
  /// Whether the other side has closed it, which it may have done with bytes unread.
  static bool IsClosed(const File& socket) {
    char byte = 0;
    const ssize_t got = recv(socket.descriptor(), &byte, 1, MSG_DONTWAIT);
    return got == 0 || (got < 0 && errno == ECONNRESET);
  }

  LocalListener::Answer echo = [](std::string_view line, const LocalPeer& peer) {
    EXPECT_EQ(peer.pid, getpid());
    EXPECT_EQ(peer.uid, static_cast<std::int64_t>(geteuid()));
    return "heard " + std::string(line);
  };
  std::string directory;

 private:
  std::string root_;
};

TEST_F(LocalSocket, AnswersALineWithALine) {
  const auto listener = Listen();
  for (const char* line : {"pause", "", "rate=25"}) {
    const auto answer = Ask(*listener, line);
    ASSERT_TRUE(answer.ok()) << answer.error().message;
    EXPECT_EQ(*answer, "heard " + std::string(line));
  }
}

TEST_F(LocalSocket, IsForItsOwnerOnlyAndGoesWithItsListener) {
  {
    const auto listener = Listen();
    struct stat facts {};
    ASSERT_EQ(stat((directory + "/s").c_str(), &facts), 0);
    EXPECT_TRUE(S_ISSOCK(facts.st_mode));
    EXPECT_EQ(facts.st_mode & 0777U, 0600U);
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory));
}

TEST_F(LocalSocket, TakesAPathThatIsLongerThanAnAddress) {
  GoDeep();
  ASSERT_GT(directory.size(), 400U);
  const auto listener = Listen();
  const auto answer = Ask(*listener, "status");
  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(*answer, "heard status");
}

TEST_F(LocalSocket, TakesThePlaceOfOneThatNobodyListensAtAnyMore) {
  const File dead = [&] {
    const auto listener = Listen();
    std::filesystem::rename(directory + "/s", directory + "/kept");
    return File();
  }();
  std::filesystem::rename(directory + "/kept", directory + "/s");
  const auto refused = AskLocalSocket(directory, "s", "status", milliseconds(1000));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnreachable);
  const auto listener = Listen();
  EXPECT_TRUE(Ask(*listener, "status").ok());
}

TEST_F(LocalSocket, LeavesOneAtWhichSomebodyListens) {
  const auto listener = Listen();
  const auto second = LocalListener::Open(directory, "s");
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::kLocked);
  EXPECT_TRUE(Ask(*listener, "status").ok());
}

TEST_F(LocalSocket, LeavesWhatIsAnothersAtItsEnd) {
  {
    const auto first = Listen();
    std::filesystem::remove(directory + "/s");
    const auto second = Listen();
    std::filesystem::rename(directory + "/s", directory + "/second");
    std::filesystem::rename(directory + "/second", directory + "/s");
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory));
  auto first = Listen();
  std::filesystem::remove(directory + "/s");
  const auto second = Listen();
  first.reset();
  EXPECT_TRUE(Ask(*second, "status").ok());
}

TEST_F(LocalSocket, ASilentClientIsDroppedAndHoldsUpNobody) {
  const auto listener = Listen();
  const File silent = Connect();
  const auto began = std::chrono::steady_clock::now();
  listener->Serve(echo);
  EXPECT_TRUE(Ask(*listener, "status").ok());
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(800));
  EXPECT_FALSE(IsClosed(silent));
  while (!IsClosed(silent)) {
    ASSERT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(10));
    listener->Serve(echo);
    std::this_thread::sleep_for(milliseconds(5));
  }
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds(900));
}

TEST_F(LocalSocket, AQuestionThatDoesNotEndIsDropped) {
  const auto listener = Listen();
  const File endless = Connect();
  const std::string bytes(LocalListener::kMostBytes, 'x');
  ASSERT_EQ(send(endless.descriptor(), bytes.data(), bytes.size(), 0),
            static_cast<ssize_t>(bytes.size()));
  for (int i = 0; i < 3; ++i) listener->Serve(echo);
  EXPECT_TRUE(IsClosed(endless));
}

TEST_F(LocalSocket, AQuestionMayComeInPieces) {
  const auto listener = Listen();
  const File client = Connect();
  for (const std::string piece : {"pa", "use", "\n"}) {
    ASSERT_GT(send(client.descriptor(), piece.data(), piece.size(), 0), 0);
    listener->Serve(echo);
  }
  std::string answer(64, '\0');
  const ssize_t got = recv(client.descriptor(), answer.data(), answer.size(), 0);
  ASSERT_GT(got, 0);
  EXPECT_EQ(answer.substr(0, static_cast<std::size_t>(got)), "heard pause\n");
}

// It has told somebody that the run cannot be reached.
TEST_F(LocalSocket, WhatAClientAskedThatHasGoneIsNotDone) {
  const auto listener = Listen();
  {
    const File client = Connect();
    ASSERT_EQ(send(client.descriptor(), "stop\n", 5, 0), 5);
  }
  int heard = 0;
  for (int i = 0; i < 3; ++i) {
    listener->Serve([&](std::string_view, const LocalPeer&) {
      ++heard;
      return std::string();
    });
  }
  EXPECT_EQ(heard, 0);
}

TEST_F(LocalSocket, WhoSendsNoMoreAndWaitsIsAnswered) {
  const auto listener = Listen();
  const File client = Connect();
  ASSERT_EQ(send(client.descriptor(), "stop\n", 5, 0), 5);
  ASSERT_EQ(shutdown(client.descriptor(), SHUT_WR), 0);
  listener->Serve(echo);
  std::string answer(64, '\0');
  EXPECT_GT(recv(client.descriptor(), answer.data(), answer.size(), 0), 0);
}

TEST_F(LocalSocket, MoreClientsThanItTakesAtOnceWaitTheirTurn) {
  const auto listener = Listen();
  std::vector<std::future<Result<std::string>>> answers;
  answers.reserve(60);
  for (int i = 0; i < 60; ++i) {
    answers.push_back(std::async(std::launch::async, [&] {
      return AskLocalSocket(directory, "s", "status", milliseconds(20000));
    }));
  }
  for (auto& answer : answers) {
    while (answer.wait_for(milliseconds(2)) != std::future_status::ready) listener->Serve(echo);
    const auto got = answer.get();
    EXPECT_TRUE(got.ok()) << got.error().message;
  }
}

TEST_F(LocalSocket, SaysWhyThereIsNoAnswer) {
  const auto none = AskLocalSocket(directory, "s", "status", milliseconds(100));
  ASSERT_FALSE(none.ok());
  EXPECT_EQ(none.error().code, ErrorCode::kNotFound);
  const auto listener = Listen();  // and is never served
  const auto silent = AskLocalSocket(directory, "s", "status", milliseconds(100));
  ASSERT_FALSE(silent.ok());
  EXPECT_EQ(silent.error().code, ErrorCode::kUnreachable);
  EXPECT_EQ(silent.error().message, "no answer from who listens at " + directory + "/s");
  const auto nowhere = LocalListener::Open(directory + "/none", "s");
  ASSERT_FALSE(nowhere.ok());
  EXPECT_EQ(nowhere.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace rehome::base
