#include "sandbox/sandbox.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/clock.h"

namespace rehome::sandbox {
namespace {

/// A client's end of one connection; every read gives up after half a minute.
class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience = {.tv_sec = 30, .tv_usec = 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool connected() const { return connected_; }
  void Send(std::string_view bytes) const {
    EXPECT_EQ(send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void EndSending() const { shutdown(socket_, SHUT_WR); }
  /// Reads until what came ends with `end`, or the connection does.
  std::string ReadTo(std::string_view end) const {
    std::string text;
    while (!text.ends_with(end) && ReadSome(text)) {
    }
    return text;
  }
  /// The server has closed its end and sent nothing more.
  bool IsClosed() const {
    char byte = 0;
    const ssize_t count = recv(socket_, &byte, 1, 0);
    return count == 0 || (count < 0 && errno == ECONNRESET);
  }

 private:
  bool ReadSome(std::string& text) const {
    std::array<char, 4096> buffer{};
    const ssize_t count = recv(socket_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    return true;
  }

  int socket_;
  bool connected_ = false;
};

/// A sandbox that serves for the length of a test.
class RunningSandbox {
 public:
  explicit RunningSandbox(const SandboxOptions& options) {
    base::Result<std::unique_ptr<Sandbox>> made = MakeSandbox(options, clock_);
    EXPECT_TRUE(made.ok());
    sandbox_ = *std::move(made);
    thread_ = std::jthread([this] { sandbox_->Run(); });
  }
  ~RunningSandbox() { sandbox_->Stop(); }
  std::uint16_t port() const { return sandbox_->port(); }

 private:
  base::SystemClock clock_;
  std::unique_ptr<Sandbox> sandbox_;
  std::jthread thread_;  // joined before the sandbox goes
};

constexpr std::string_view kListRequest =
    "GET /organizations HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
    "sk_test_default\r\n\r\n";
constexpr std::string_view kEmptyList =
    R"({"object":"list","data":[],"list_metadata":{"before":null,"after":null}})";

TEST(Sandbox, ServesSeveralRequestsOnOneConnection) {
  const RunningSandbox sandbox({.threads = 2});
  const Connection connection(sandbox.port());
  ASSERT_TRUE(connection.connected());
  connection.Send(
      "POST /user_management/users HTTP/1.1\r\nHost: localhost\r\nauthorization: Bearer "
      "sk_test_default\r\nContent-Length: 25\r\n\r\n{\"email\":\"a@example.com\"}");
  const std::string created = connection.ReadTo("\"external_id\":null}");
  EXPECT_TRUE(created.starts_with("HTTP/1.1 201 Created\r\nDate: ")) << created;
  EXPECT_NE(created.find("\r\nContent-Type: application/json; charset=utf-8\r\n"),
            std::string::npos);
  EXPECT_NE(created.find("\r\nX-Request-Id: "), std::string::npos);
  EXPECT_NE(created.find("\r\nConnection: keep-alive\r\n"), std::string::npos);
  connection.Send(kListRequest);
  EXPECT_TRUE(connection.ReadTo(kEmptyList).ends_with(kEmptyList));
}

TEST(Sandbox, ClosesTheConnectionAfterItsShareOfAnswers) {
  const RunningSandbox sandbox({.keep_alive_requests = 2});
  const Connection connection(sandbox.port());
  connection.Send(kListRequest);
  EXPECT_NE(connection.ReadTo(kEmptyList).find("Connection: keep-alive"), std::string::npos);
  connection.Send(kListRequest);
  EXPECT_NE(connection.ReadTo(kEmptyList).find("Connection: close"), std::string::npos);
  EXPECT_TRUE(connection.IsClosed());
}

TEST(Sandbox, StopsWithConnectionsOpenAndAnswersWaiting) {
  std::unique_ptr<Connection> connection;
  {
    const RunningSandbox sandbox(
        {.latency_min = std::chrono::hours(1), .latency_max = std::chrono::hours(1)});
    connection = std::make_unique<Connection>(sandbox.port());
    connection->Send(kListRequest);
  }
  EXPECT_TRUE(connection->IsClosed());
}

TEST(Sandbox, CutsResetsEndsAndHoldsConnectionsAsItsFaultsSay) {
  const RunningSandbox sandbox({.faults =
                                    R"({"faults":[{"kind":"half_body"},{"kind":"reset","nth":2},)"
                                    R"({"kind":"close","nth":3},{"kind":"hang","nth":4},)"
                                    R"({"kind":"wrong_length","length_error":5,"nth":5}]})"});
  const auto ask = [&sandbox](std::string_view end) {
    const Connection connection(sandbox.port());
    connection.Send(kListRequest);
    return connection.ReadTo(end);
  };
  const std::string half = ask(kEmptyList);
  EXPECT_TRUE(half.ends_with(kEmptyList.substr(0, kEmptyList.size() / 2))) << half;
  EXPECT_NE(half.find("Content-Length: " + std::to_string(kEmptyList.size())), std::string::npos);
  EXPECT_EQ(ask(kEmptyList), "") << "reset";
  EXPECT_EQ(ask(kEmptyList), "") << "ended";
  {
    const Connection held(sandbox.port());
    held.Send(kListRequest);
    held.EndSending();  // it is held until its client leaves
    EXPECT_TRUE(held.IsClosed());
  }
  const std::string wrong = ask(kEmptyList);
  EXPECT_NE(wrong.find("Content-Length: " + std::to_string(kEmptyList.size() + 5)),
            std::string::npos)
      << wrong;
}

TEST(Sandbox, HitsOnlyConnectionsThatWereUsedBefore) {
  const RunningSandbox sandbox(
      {.faults = R"({"faults":[{"kind":"close","reused_connection":true}]})"});
  const Connection connection(sandbox.port());
  connection.Send(kListRequest);
  EXPECT_TRUE(connection.ReadTo(kEmptyList).ends_with(kEmptyList));
  connection.Send(kListRequest);
  EXPECT_TRUE(connection.IsClosed());
}

TEST(Sandbox, RecordsOnWhichConnectionARequestCame) {
  const RunningSandbox sandbox({});
  const auto ask = [](const Connection& connection, std::string_view path) {
    const std::string request = "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    connection.Send(request);
    return connection.ReadTo("}\n");
  };
  const Connection first(sandbox.port());
  first.Send(kListRequest);
  EXPECT_TRUE(first.ReadTo(kEmptyList).ends_with(kEmptyList));
  first.Send(kListRequest);
  EXPECT_TRUE(first.ReadTo(kEmptyList).ends_with(kEmptyList));
  const Connection second(sandbox.port());
  second.Send(kListRequest);
  EXPECT_TRUE(second.ReadTo(kEmptyList).ends_with(kEmptyList));
  const std::string record = ask(second, "/_sandbox/record");
  EXPECT_NE(record.find(R"("connection":1,"number_on_connection":1)"), std::string::npos) << record;
  EXPECT_NE(record.find(R"("connection":1,"number_on_connection":2)"), std::string::npos);
  EXPECT_NE(record.find(R"("connection":2,"number_on_connection":1)"), std::string::npos);
}

TEST(Sandbox, RefusesToStartWithFaultsThatMakeNoSense) {
  const base::SystemClock clock;
  const auto made = MakeSandbox({.faults = R"({"rate":7})"}, clock);
  ASSERT_FALSE(made.ok());
  EXPECT_NE(made.error().message.find("the faults are refused: "), std::string::npos);
}

TEST(Sandbox, SaysWhichPortIsTaken) {
  const base::SystemClock clock;
  const auto first = MakeSandbox({}, clock);
  ASSERT_TRUE(first.ok());
  const std::uint16_t port = (*first)->port();
  const auto second = MakeSandbox({.port = port}, clock);
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(
      second.error().message,
      "127.0.0.1:" + std::to_string(port) +
          ": cannot bind: Address already in use; choose another port (0 takes any free one)");
}

}  // namespace
}  // namespace rehome::sandbox
