#include "csv/utf8_check.h"

#include <cstddef>
#include <cstring>

namespace rehome::csv {
namespace {

// Whether all eight bytes are ASCII and none is NUL: a byte that is neither sets its top bit, or
// borrows from it when 1 is taken away.
bool AreEightPlainBytes(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kTops = 0x8080808080808080;
  return ((word | (word - kOnes)) & kTops) == 0;
}

}  // namespace

// The bounds are those of the Unicode standard (3.9, table 3-7): no overlong forms, no surrogates.
std::optional<std::int64_t> Utf8Check::FindFault(std::string_view piece) {
  for (std::size_t i = 0; i < piece.size(); ++i) {
    const auto byte = static_cast<unsigned char>(piece[i]);
    const auto at = static_cast<std::int64_t>(i);
    if (missing_ > 0) {
      if (byte < low_ || byte > high_) return at - begun_;
      --missing_;
      ++begun_;
      low_ = 0x80;
      high_ = 0xbf;
      continue;
    }
    if (byte < 0x80) {
      if (byte == 0) return at;
      while (i + 8 < piece.size() && AreEightPlainBytes(piece.data() + i + 1)) i += 8;
      continue;
    }
    if (byte < 0xc2 || byte > 0xf4) return at;
    begun_ = 1;
    missing_ = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (byte == 0xe0) low_ = 0xa0;
    if (byte == 0xed) high_ = 0x9f;
    if (byte == 0xf0) low_ = 0x90;
    if (byte == 0xf4) high_ = 0x8f;
  }
  return std::nullopt;
}

}  // namespace rehome::csv
