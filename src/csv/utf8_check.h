#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace rehome::csv {

/// Checks that bytes which come in pieces are well-formed UTF-8 without NUL. One thread.
class Utf8Check {
 public:
  /// Bytes of the sequence that has begun and is not complete; 0 = none has.
  int open_bytes() const { return missing_ > 0 ? begun_ : 0; }
  /// Offset in `piece` of the first wrong byte: a NUL, or the first byte of a malformed sequence,
  /// which is negative when it began in the piece before.
  std::optional<std::int64_t> FindFault(std::string_view piece);

 private:
  int missing_ = 0;           // continuation bytes still to come
  int begun_ = 0;             // bytes of their sequence so far
  unsigned char low_ = 0x80;  // bounds of the next one
  unsigned char high_ = 0xbf;
};

}  // namespace rehome::csv
