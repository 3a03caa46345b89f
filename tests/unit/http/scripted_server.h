#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/mutex.h"

namespace rehome::http {

/// One request as it came over the wire.
struct SeenRequest {
  std::string line;  ///< `POST /users HTTP/1.1`
  std::vector<std::string> headers;
  std::string body;
  int connection = 0;  ///< counted from 0 in the order of acceptance
  int number = 0;      ///< counted from 0 over all connections

  /// The value of the header, or "(absent)".
  std::string Header(std::string_view name) const;
};

/// What the server does with a request.
struct Action {
  std::string bytes;  ///< sent as they are
  enum class Then { kKeep, kClose } then = Then::kKeep;
};

/// `HTTP/1.1 STATUS` with a Content-Length, `headers` (each ended by CRLF) and `body`.
std::string Answer(int status, std::string_view body, std::string_view headers = {});

/// A server on 127.0.0.1 that does exactly what a test tells it and keeps a record. One thread of
/// its own serves all connections; the script is called on it. Ends with the object, or by itself
/// after 30 s.
class ScriptedServer {
 public:
  using Script = std::function<Action(const SeenRequest&)>;

  explicit ScriptedServer(Script script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  std::vector<SeenRequest> seen();
  int connections();

 private:
  struct Peer {
    base::File socket;
    std::string unread;
    int number = 0;
  };

  void Serve();
  void Accept(std::vector<Peer>& peers);
  /// False when the connection is over.
  bool Receive(Peer& peer);

  const Script script_;
  base::File listener_;
  base::File stop_;
  int port_ = 0;
  base::Mutex mutex_;
  std::vector<SeenRequest> seen_ GUARDED_BY(mutex_);
  int connections_ GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

}  // namespace rehome::http
