#include "unit/http/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace rehome::http {
namespace {

constexpr std::chrono::seconds kLifetime{30};

// Takes one complete request off the front of `bytes`.
std::optional<SeenRequest> TakeRequest(std::string& bytes) {
  const std::size_t head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string::npos) return std::nullopt;
  SeenRequest request;
  std::size_t begin = 0;
  while (begin < head_end) {
    const std::size_t end = std::min(bytes.find("\r\n", begin), head_end);
    const std::string line = bytes.substr(begin, end - begin);
    if (request.line.empty()) {
      request.line = line;
    } else {
      request.headers.push_back(line);
    }
    begin = end + 2;
  }
  const std::size_t length =
      static_cast<std::size_t>(base::ParseInt(request.Header("Content-Length")).value_or(0));
  if (bytes.size() < head_end + 4 + length) return std::nullopt;
  request.body = bytes.substr(head_end + 4, length);
  bytes.erase(0, head_end + 4 + length);
  return request;
}

void SendAll(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the client went away, which some tests want
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

}  // namespace

std::string SeenRequest::Header(std::string_view name) const {
  for (const std::string& header : headers) {
    const std::size_t colon = header.find(':');
    if (colon == std::string::npos) continue;
    if (base::EqualsFolded(std::string_view(header).substr(0, colon), name)) {
      return std::string(base::Trim(std::string_view(header).substr(colon + 1)));
    }
  }
  return "(absent)";
}

std::string Answer(int status, std::string_view body, std::string_view headers) {
  return "HTTP/1.1 " + std::to_string(status) +
         " Scripted\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)),
      listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(eventfd(0, EFD_CLOEXEC)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  CHECK(bind(listener_.descriptor(), generic, size) == 0);
  CHECK(listen(listener_.descriptor(), 512) == 0);
  CHECK(getsockname(listener_.descriptor(), generic, &size) == 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

ScriptedServer::~ScriptedServer() {
  eventfd_write(stop_.descriptor(), 1);
  thread_.join();
}

std::vector<SeenRequest> ScriptedServer::seen() {
  const base::MutexLock lock(mutex_);
  return seen_;
}

int ScriptedServer::connections() {
  const base::MutexLock lock(mutex_);
  return connections_;
}

void ScriptedServer::Serve() {
  const auto end = std::chrono::steady_clock::now() + kLifetime;
  std::vector<Peer> peers;
  while (std::chrono::steady_clock::now() < end) {
    std::vector<pollfd> waiting{{stop_.descriptor(), POLLIN, 0},
                                {listener_.descriptor(), POLLIN, 0}};
    for (const Peer& peer : peers) waiting.push_back({peer.socket.descriptor(), POLLIN, 0});
    poll(waiting.data(), waiting.size(), 1000);
    if (waiting[0].revents != 0) return;
    std::vector<Peer> open;
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if (waiting[i + 2].revents == 0 || Receive(peers[i])) open.push_back(std::move(peers[i]));
    }
    peers = std::move(open);
    if (waiting[1].revents != 0) Accept(peers);
  }
}

void ScriptedServer::Accept(std::vector<Peer>& peers) {
  base::File socket(accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!socket.is_open()) return;
  const base::MutexLock lock(mutex_);
  peers.push_back({std::move(socket), {}, connections_++});
}

bool ScriptedServer::Receive(Peer& peer) {
  std::array<char, 65536> bytes{};
  const ssize_t got = recv(peer.socket.descriptor(), bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  peer.unread.append(bytes.data(), static_cast<std::size_t>(got));
  while (std::optional<SeenRequest> request = TakeRequest(peer.unread)) {
    request->connection = peer.number;
    {
      const base::MutexLock lock(mutex_);
      request->number = static_cast<int>(seen_.size());
      seen_.push_back(*request);
    }
    const Action action = script_(*request);
    SendAll(peer.socket.descriptor(), action.bytes);
    if (action.then == Action::Then::kClose) return false;
  }
  return true;
}

}  // namespace rehome::http
