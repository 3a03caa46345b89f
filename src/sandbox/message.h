#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "sandbox/effect.h"

namespace rehome::sandbox {

/// One request as it came over the wire. The views must outlive the call they are given to.
struct Request {
  std::string_view method;
  std::string_view target;  ///< path and query, still percent-encoded
  std::string_view authorization;
  std::string_view request_id;  ///< the client's X-Request-ID
  std::string_view idempotency_key;
  std::string_view cache_control;
  std::string_view pragma;
  std::string_view expires;
  std::string_view body;
  std::int64_t connection = 1;            ///< its number, from 1 in the order of accepts
  std::int64_t number_on_connection = 1;  ///< among the requests of its connection
};

inline constexpr std::string_view kJson = "application/json; charset=utf-8";
inline constexpr std::string_view kJsonLines = "application/x-ndjson; charset=utf-8";

/// What is answered, and what the request changed.
struct Response {
  int status = 200;
  std::string body;
  std::string_view content_type = kJson;
  std::optional<Effect> effect = std::nullopt;
};

/// A value, or the answer that refuses the request.
template <class T>
using Checked = std::variant<T, Response>;

}  // namespace rehome::sandbox
