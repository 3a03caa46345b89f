#pragma once

#include <cstddef>
#include <string_view>

#include "http/request.h"

namespace rehome::http {

/// Reads the header lines of one answer, as the library hands them over, into a Response. Interim
/// (1xx) heads are forgotten when the next status line comes; trailers are ignored. One thread.
class ResponseHead {
 public:
  /// What all lines of one answer may take together. A healthy answer needs 2 KiB; more would let a
  /// broken server fill our memory.
  static constexpr std::size_t kMaxBytes = 64 * 1024;

  /// `response` must outlive this object or the next call of Reset.
  void Reset(Response& response);
  /// Takes the next line, with or without its line end; false when the bound is passed.
  bool Accept(std::string_view line);
  /// True when the blank line was seen that ends the final head.
  bool ended() const { return ended_; }

 private:
  Response* response_ = nullptr;
  std::size_t bytes_ = 0;
  bool ended_ = false;
};

}  // namespace rehome::http
