#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"

namespace rehome::http {

enum class Method { kGet, kPost, kPut, kDelete };

std::string_view NameOf(Method method);

/// May the connection of an earlier answer be used?
enum class Connection { kAny, kFresh };

/// One request on its way out. The transport adds authorization, cache-busting headers, content
/// type and user agent.
struct Request {
  Method method = Method::kGet;
  std::string target;           ///< path and query below the endpoint, percent-encoded, from "/"
  base::Secret body;            ///< JSON; may hold a password
  std::string request_id;       ///< our X-Request-ID, unique for every request that leaves
  std::string idempotency_key;  ///< sent when not empty
  base::Duration timeout = std::chrono::seconds(30);
  Connection connection = Connection::kAny;
  /// Asked on the event-loop thread when the connection stands, right before the first byte leaves;
  /// false gives the request up as kNotSent. Empty = yes. It must not call the transport.
  std::function<bool()> may_send;
};

/// What an answer says of the target's quotas, as sent; empty when absent.
struct QuotaLines {
  std::string remaining;  ///< RateLimit-Remaining or X-RateLimit-Remaining
  std::string reset;      ///< RateLimit-Reset or X-RateLimit-Reset
  std::string combined;   ///< RateLimit
};

/// One complete answer.
struct Response {
  int status = 0;
  std::string body;
  std::string content_type;
  std::string request_id;   ///< the server's X-Request-Id, empty when it gave none
  std::string retry_after;  ///< as sent, empty when absent
  std::string date;         ///< as sent
  std::string age;          ///< the Age header of caches, empty when absent
  /// What caches, proxies and servers say of themselves, `Via: 1.1 edge, Age: 3`: printable ASCII
  /// of bounded length, empty when they say nothing.
  std::string traces;
  QuotaLines quota = {};
};

/// Why there is no answer.
struct TransportError {
  enum class Kind {
    kNotSent,      ///< nothing left this machine: name look-up, connect, TLS handshake
    kAmbiguous,    ///< bytes may have left: reset, time-out, broken or oversized answer
    kCertificate,  ///< the server's certificate or name is not to be trusted
  };
  Kind kind = Kind::kAmbiguous;
  std::string message;  ///< what the library said, no secrets
};

/// What became of a request.
struct Completion {
  std::optional<Response> response;  ///< set, or
  TransportError error;              ///< this counts
};

}  // namespace rehome::http
