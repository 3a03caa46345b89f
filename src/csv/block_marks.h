#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace rehome::csv {

inline constexpr std::size_t kBlockBytes = 64;

/// What a scanner must look at in one 64-byte block; bit i stands for byte i.
struct BlockMarks {
  std::uint64_t delimiters = 0;  ///< outside quotes
  std::uint64_t ends = 0;        ///< LFs outside quotes
  std::uint64_t newlines = 0;    ///< all LFs
  /// Quotation marks behind an ordinary byte outside quotes, and ordinary bytes behind a closing
  /// one: strays, but for the CR of a CRLF.
  std::uint64_t suspects = 0;
  std::size_t block = 0;   ///< number of the block
  bool check_text = true;  ///< may hold a NUL or a part of a sequence of UTF-8
  bool operator==(const BlockMarks&) const = default;
};

/// What the blocks before say about the next one.
struct MarkState {
  std::uint64_t inside = 0;        ///< all ones inside quotes, else 0
  std::uint64_t quote_before = 0;  ///< 1 when the last byte is a quotation mark
  std::uint64_t plain_before = 0;  ///< 1 when it is an ordinary byte outside quotes
  bool text_before = false;        ///< the last block was no plain ASCII
  bool operator==(const MarkState&) const = default;
};

/// Looks at `marks.size()` blocks from `bytes` on and writes the marks of those that need a look,
/// in order; gives their number. Most blocks of wide rows need none.
using MarkFinder = std::size_t (*)(const char* bytes, std::span<BlockMarks> marks, char delimiter,
                                   MarkState& state);

/// Ways of finding marks; all give the same.
enum class MarkMethod { kPortable, kSse2, kAvx2, kAvx512 };

/// The finder of this method, or null when this machine cannot run it.
MarkFinder FinderOf(MarkMethod method);
/// The fastest finder that this machine can run.
MarkFinder BestFinder();

}  // namespace rehome::csv
