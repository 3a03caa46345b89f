#include "http/failure.h"

#include "base/check.h"
#include "base/text.h"

namespace rehome::http {
namespace {

using Kind = TransportError::Kind;

Kind KindOf(const Failure& failure) {
  if (failure.stop == Failure::Stop::kCancelled) return Kind::kNotSent;
  if (failure.certificate && !failure.departed) return Kind::kCertificate;
  return failure.departed ? Kind::kAmbiguous : Kind::kNotSent;
}

std::string Seconds(base::Duration duration) {
  const std::int64_t ms = base::ToMilliseconds(duration);
  return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

std::string SentenceOf(const Failure& failure) {
  switch (failure.stop) {
    case Failure::Stop::kCancelled:
      return "cancelled before sending";
    case Failure::Stop::kRepeat:
      return "the connection broke before an answer came; the request was not sent again";
    case Failure::Stop::kHeadTooLarge:
      return "the headers of the answer are over 64 KiB";
    case Failure::Stop::kBodyTooLarge:
      return "the body of the answer is over 4 MiB";
    case Failure::Stop::kNone:
      break;
  }
  if (failure.timed_out) {
    return (failure.departed ? "no complete answer within " : "no connection within ") +
           Seconds(failure.limit);
  }
  // Certificates carry words of the other side.
  return base::EscapeForTerminal(failure.words);
}

}  // namespace

TransportError Explain(const Failure& failure, std::string_view place) {
  return {KindOf(failure), std::string(place) + ": " + SentenceOf(failure)};
}

}  // namespace rehome::http
