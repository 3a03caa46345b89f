#include "base/local_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

namespace rehome::base {
namespace {

using RealTime = std::chrono::steady_clock;

// Clients at once. Those beyond wait in the queue of the system; each is gone after a second.
constexpr std::size_t kMostClients = 16;
constexpr int kBacklog = 16;
constexpr std::chrono::seconds kPatience(1);
// Of an answer; none of ours comes near.
constexpr std::size_t kMostOfAnswer = std::size_t{64} << 10;

// Short whatever the path is: an address holds 108 bytes.
std::optional<sockaddr_un> AddressOf(const File& directory, const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = "/proc/self/fd/" + std::to_string(directory.descriptor()) + "/" + name;
  if (path.size() >= sizeof address.sun_path) return std::nullopt;
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

File OpenDirectory(const std::string& path) {
  return File(open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC), path);
}

File MakeSocket(int more) { return File(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | more, 0)); }

int Connect(const File& socket, const sockaddr_un& address) {
  return connect(socket.descriptor(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
}

bool SomebodyListens(const sockaddr_un& address) {
  const File socket = MakeSocket(SOCK_NONBLOCK);
  // With a full queue it would have to wait.
  return socket.is_open() && (Connect(socket, address) == 0 || errno == EAGAIN);
}

std::optional<std::uint64_t> InodeOf(const File& directory, const std::string& name) {
  struct stat facts {};
  const int seen = fstatat(directory.descriptor(), name.c_str(), &facts, AT_SYMLINK_NOFOLLOW);
  if (seen != 0) return std::nullopt;
  return facts.st_ino;
}

LocalPeer PeerOf(const File& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket.descriptor(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return {.pid = 0, .uid = -1};
  }
  return {.pid = peer.pid, .uid = static_cast<std::int64_t>(peer.uid)};
}

bool MayAsk(const LocalPeer& peer) {
  return peer.uid == 0 || peer.uid == static_cast<std::int64_t>(geteuid());
}

// Waits until there is something to read; false when `until` comes first.
bool AwaitBytes(const File& socket, RealTime::time_point until) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - RealTime::now()).count();
    if (left <= 0) return false;
    pollfd ready{.fd = socket.descriptor(), .events = POLLIN, .revents = 0};
    const int seen = poll(&ready, 1, static_cast<int>(left));
    if (seen > 0) return true;
    if (seen == 0 || errno != EINTR) return false;
  }
}

// Not whoever only sends nothing more, and waits for the answer.
bool HasGone(const File& socket) {
  pollfd look{.fd = socket.descriptor(), .events = 0, .revents = 0};
  return poll(&look, 1, 0) > 0 && (look.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace

// Made under another name and moved, so that whoever finds the name finds somebody who listens.
Result<std::unique_ptr<LocalListener>> LocalListener::Open(const std::string& directory,
                                                           const std::string& name) {
  const std::string path = directory + "/" + name;
  const auto fail = [&](int why) { return SystemError("make the socket", path, why); };
  File above = OpenDirectory(directory);
  if (!above.is_open()) return fail(errno);
  const std::string making = name + ".new";
  const auto address = AddressOf(above, making);
  const auto final_address = AddressOf(above, name);
  if (!address || !final_address) return fail(ENAMETOOLONG);
  if (SomebodyListens(*final_address)) {
    return Error{ErrorCode::kLocked, "another process listens at " + path};
  }
  File socket = MakeSocket(SOCK_NONBLOCK);
  if (!socket.is_open()) return fail(errno);
  unlinkat(above.descriptor(), making.c_str(), 0);
  const auto* where = reinterpret_cast<const sockaddr*>(&*address);
  if (bind(socket.descriptor(), where, sizeof *address) != 0) return fail(errno);
  const bool made =
      fchmodat(above.descriptor(), making.c_str(), 0600, 0) == 0 &&
      listen(socket.descriptor(), kBacklog) == 0 &&
      renameat(above.descriptor(), making.c_str(), above.descriptor(), name.c_str()) == 0;
  if (!made) {
    const int why = errno;
    unlinkat(above.descriptor(), making.c_str(), 0);
    return fail(why);
  }
  const std::uint64_t inode = InodeOf(above, name).value_or(0);
  return std::unique_ptr<LocalListener>(
      new LocalListener(std::move(above), name, std::move(socket), inode));
}

LocalListener::~LocalListener() {
  if (InodeOf(directory_, name_) == inode_) {
    unlinkat(directory_.descriptor(), name_.c_str(), 0);
  }
}

void LocalListener::Serve(const Answer& answer) {
  Accept();
  std::erase_if(clients_, [&](Client& client) { return Attend(client, answer); });
}

void LocalListener::Accept() {
  while (clients_.size() < kMostClients) {
    File socket(accept4(socket_.descriptor(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.is_open()) return;
    const LocalPeer peer = PeerOf(socket);
    if (!MayAsk(peer)) continue;
    clients_.push_back(
        {.socket = std::move(socket), .peer = peer, .came = RealTime::now(), .asked = {}});
  }
}

bool LocalListener::Attend(Client& client, const Answer& answer) {
  std::array<char, kMostBytes> bytes{};
  const ssize_t got = recv(client.socket.descriptor(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got == 0) return true;
  if (got < 0 && errno != EAGAIN && errno != EINTR) return true;
  if (got > 0) client.asked.append(bytes.data(), static_cast<std::size_t>(got));
  const std::size_t end = client.asked.find('\n');
  if (end == std::string::npos) {
    const bool too_long = client.asked.size() >= kMostBytes;
    return too_long || RealTime::now() - client.came > kPatience;
  }
  // Who has gone meanwhile told somebody that it was not done.
  if (HasGone(client.socket)) return true;
  client.asked.resize(end);
  const std::string line = answer(client.asked, client.peer) + "\n";
  // What the socket does not take at once nobody reads.
  const ssize_t sent =
      send(client.socket.descriptor(), line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  static_cast<void>(sent);
  return true;
}

Result<std::string> AskLocalSocket(const std::string& directory, const std::string& name,
                                   std::string_view line, std::chrono::milliseconds patience) {
  const std::string path = directory + "/" + name;
  const auto fail = [&](int why) { return SystemError("open", path, why); };
  const File above = OpenDirectory(directory);
  if (!above.is_open()) return fail(errno);
  const auto address = AddressOf(above, name);
  if (!address) return fail(ENAMETOOLONG);
  const File socket = MakeSocket(0);
  if (!socket.is_open()) return fail(errno);
  const auto until = RealTime::now() + patience;
  // Both of what follows would wait for as long as nobody takes the connection.
  const timeval most{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
  setsockopt(socket.descriptor(), SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
  if (Connect(socket, *address) != 0) {
    if (errno != ECONNREFUSED && errno != EAGAIN) return fail(errno);
    return Error{ErrorCode::kUnreachable, "nobody listens at " + path};
  }
  const std::string question = std::string(line) + "\n";
  const Error silent{ErrorCode::kUnreachable, "no answer from who listens at " + path};
  const ssize_t sent = send(socket.descriptor(), question.data(), question.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(question.size())) return silent;
  std::string answer;
  while (answer.size() < kMostOfAnswer && AwaitBytes(socket, until)) {
    std::array<char, 4096> bytes{};
    const ssize_t got = recv(socket.descriptor(), bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    answer.append(bytes.data(), static_cast<std::size_t>(got));
    const std::size_t end = answer.find('\n');
    if (end != std::string::npos) return answer.substr(0, end);
  }
  return silent;
}

}  // namespace rehome::base
