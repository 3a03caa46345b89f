#pragma once

#include <array>
#include <string>
#include <string_view>

#include "http/endpoint.h"
#include "http/failure.h"
#include "http/request.h"
#include "http/response_head.h"

namespace rehome::http {

/// One request on its way, as the hooks of the HTTP library see it: it decides whether the request
/// may leave and whether the answer is still welcome. Reused for one request after the other. One
/// thread; it must stay where it is between Begin and Forget.
class Attempt {
 public:
  Attempt() = default;
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  void Begin(Request request, const std::string& endpoint);
  /// Asked right before the library sends; false = it must give up. The library repeats a request
  /// by itself, a POST too, when a reused connection dies before the first byte of the answer, so
  /// the second question is always answered with no.
  bool MayDepart();
  /// A line of the head, or bytes of the body; false = give up.
  bool TakeHeaderLine(std::string_view line);
  bool TakeBody(std::string_view bytes);

  /// The library is content with the answer. One that was cut within its head is none, though
  /// libcurl takes it for an answer with an empty body.
  Completion Answered(int status, std::string_view place);
  struct Verdict {
    bool timed_out = false;
    bool certificate = false;
    std::string words;  ///< of the library
  };
  Completion Failed(Verdict verdict, std::string_view place, base::Duration connect_timeout) const;
  /// Wipes the request.
  void Forget();

  const Request& request() const { return request_; }
  const std::string& url() const { return url_; }
  /// The header lines of this request alone; empty = not to be sent.
  static constexpr std::size_t kOwnLines = 2;
  std::array<std::string, kOwnLines>& own_lines() { return own_lines_; }

 private:
  Request request_;
  Response response_;
  ResponseHead head_;
  std::string url_;
  std::array<std::string, kOwnLines> own_lines_;
  Failure::Stop stop_ = Failure::Stop::kNone;
  bool departed_ = false;
};

}  // namespace rehome::http
