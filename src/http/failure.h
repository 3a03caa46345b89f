#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/request.h"

namespace rehome::http {

/// How a request ended without an answer, as far as the library and our own hooks saw it.
struct Failure {
  /// Why we ended the request ourselves.
  enum class Stop {
    kNone,
    kCancelled,     ///< `may_send` said no
    kRepeat,        ///< the library was about to send it a second time
    kHeadTooLarge,  ///< more header bytes than ResponseHead::kMaxBytes
    kBodyTooLarge,  ///< more body bytes than kMaxBodyBytes
  };
  Stop stop = Stop::kNone;
  bool departed = false;     ///< bytes may have left
  bool timed_out = false;    ///< by the library's clock
  bool certificate = false;  ///< the certificate, its chain or its name was refused
  std::string words;         ///< what the library said
  base::Duration limit{0};   ///< the time that was over, when timed_out
};

/// The largest body of an answer that is kept. A page of 100 users is under 200 KiB.
constexpr std::size_t kMaxBodyBytes = std::size_t{4} << 20;

/// What the caller may conclude from `failure` at `place` (host:port). No secrets: the words of the
/// library tell of hosts, certificates and numbers only.
TransportError Explain(const Failure& failure, std::string_view place);

}  // namespace rehome::http
