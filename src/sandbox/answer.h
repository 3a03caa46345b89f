#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// What goes back over the connection, how, and when.
struct Answer {
  enum class Delivery {
    kWhole,
    kHalf,   ///< half of the body, then the end of the connection
    kReset,  ///< nothing but a reset of the connection
    kClose,  ///< nothing but the orderly end of the connection
    kHang,   ///< nothing, until the client goes away
  };

  Response response;
  std::string request_id;     ///< for X-Request-Id
  base::WallTime date{};      ///< for Date
  base::Duration latency{0};  ///< of the sandbox's clock: wait so long before sending
  Delivery delivery = Delivery::kWhole;
  std::string extra_headers{};    ///< lines, each with its CRLF
  std::int64_t length_error = 0;  ///< added to the true Content-Length
  std::string fault{};     ///< for the record: what was done to the request on purpose, if anything
  int applied_status = 0;  ///< with a fault: what the API had answered; 0 = it was not asked
};

}  // namespace rehome::sandbox
