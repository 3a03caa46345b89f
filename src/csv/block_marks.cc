#include "csv/block_marks.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace rehome::csv {
namespace {

// The bytes of interest in one block, wherever they stand.
struct Bytes {
  std::uint64_t quotes = 0;
  std::uint64_t delimiters = 0;
  std::uint64_t newlines = 0;
  bool plain_text = true;  // ASCII without NUL
};

// Bit i of the answer is the parity of bits 0 to i.
std::uint64_t PrefixXor(std::uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// Notes the block if it needs a look; `parity` is the prefix xor of its quotes. Part of each finder
// because a call for each block would cost as much as all the rest; for the same reason `state` is
// a local copy, which lives in registers.
[[gnu::always_inline]] inline void Note(const Bytes& bytes, std::uint64_t parity, std::size_t block,
                                        MarkState& state, BlockMarks*& next) {
  // Set for an opening quotation mark and what it encloses, not for the closing one.
  const std::uint64_t inside = parity ^ state.inside;
  const std::uint64_t outside = ~(inside | bytes.quotes);
  // A sequence of UTF-8 that a block begins must be looked for in the next one too.
  const bool check_text = !bytes.plain_text || state.text_before;
  state.inside = ~((inside >> 63) - 1);
  state.text_before = !bytes.plain_text;
  // The short way of a block amid a quoted field.
  if ((outside | bytes.newlines | state.plain_before) == 0 && !check_text) {
    state.quote_before = bytes.quotes >> 63;
    return;
  }
  const std::uint64_t delimiters = bytes.delimiters & ~inside;
  const std::uint64_t ends = bytes.newlines & ~inside;
  const std::uint64_t plain = outside & ~(delimiters | ends);
  const std::uint64_t suspects = (plain & (bytes.quotes << 1 | state.quote_before)) |
                                 (bytes.quotes & inside & (plain << 1 | state.plain_before));
  if ((delimiters | bytes.newlines | suspects) != 0 || check_text) {
    *next++ = {delimiters, ends, bytes.newlines, suspects, block, check_text};
  }
  state.quote_before = bytes.quotes >> 63;
  state.plain_before = plain >> 63;
}

std::size_t MarkPortably(const char* text, std::span<BlockMarks> marks, char delimiter,
                         MarkState& state) {
  MarkState at = state;
  BlockMarks* next = marks.data();
  for (std::size_t block = 0; block < marks.size(); ++block, text += kBlockBytes) {
    Bytes bytes;
    for (unsigned i = 0; i < kBlockBytes; ++i) {
      const char c = text[i];
      bytes.quotes |= std::uint64_t{c == '"'} << i;
      bytes.delimiters |= std::uint64_t{c == delimiter} << i;
      bytes.newlines |= std::uint64_t{c == '\n'} << i;
      if (c == '\0' || static_cast<unsigned char>(c) >= 0x80) bytes.plain_text = false;
    }
    Note(bytes, PrefixXor(bytes.quotes), block, at, next);
  }
  state = at;
  return static_cast<std::size_t>(next - marks.data());
}

#if defined(__x86_64__)

std::size_t MarkSse2(const char* text, std::span<BlockMarks> marks, char delimiter,
                     MarkState& state) {
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i separator = _mm_set1_epi8(delimiter);
  const __m128i newline = _mm_set1_epi8('\n');
  MarkState at = state;
  BlockMarks* next = marks.data();
  for (std::size_t block = 0; block < marks.size(); ++block, text += kBlockBytes) {
    Bytes bytes;
    __m128i lowest = _mm_set1_epi8(1);
    int high = 0;
    for (unsigned i = 0; i < kBlockBytes; i += 16) {
      const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
      const auto mask = [&part, i](__m128i what) {
        const int bits = _mm_movemask_epi8(_mm_cmpeq_epi8(part, what));
        return static_cast<std::uint64_t>(static_cast<unsigned>(bits)) << i;
      };
      bytes.quotes |= mask(quote);
      bytes.delimiters |= mask(separator);
      bytes.newlines |= mask(newline);
      lowest = _mm_min_epu8(lowest, part);
      high |= _mm_movemask_epi8(part);
    }
    const int nul = _mm_movemask_epi8(_mm_cmpeq_epi8(lowest, _mm_setzero_si128()));
    bytes.plain_text = (nul | high) == 0;
    Note(bytes, PrefixXor(bytes.quotes), block, at, next);
  }
  state = at;
  return static_cast<std::size_t>(next - marks.data());
}

// Carry-less multiplication by all ones.
__attribute__((target("pclmul"))) inline std::uint64_t FastPrefixXor(std::uint64_t bits) {
  const __m128i factor = _mm_set_epi64x(0, static_cast<std::int64_t>(bits));
  const __m128i product = _mm_clmulepi64_si128(factor, _mm_set1_epi8(-1), 0);
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(product));
}

__attribute__((target("avx2"))) inline std::uint64_t Join(__m256i low, __m256i high) {
  const auto low_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  const auto high_bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(high));
  return std::uint64_t{high_bits} << 32 | low_bits;
}

__attribute__((target("avx2,pclmul"))) std::size_t MarkAvx2(const char* text,
                                                            std::span<BlockMarks> marks,
                                                            char delimiter, MarkState& state) {
  const __m256i quote = _mm256_set1_epi8('"');
  const __m256i separator = _mm256_set1_epi8(delimiter);
  const __m256i newline = _mm256_set1_epi8('\n');
  MarkState at = state;
  BlockMarks* next = marks.data();
  for (std::size_t block = 0; block < marks.size(); ++block, text += kBlockBytes) {
    const __m256i a = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text));
    const __m256i b = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text + 32));
    Bytes bytes;
    bytes.quotes = Join(_mm256_cmpeq_epi8(a, quote), _mm256_cmpeq_epi8(b, quote));
    bytes.delimiters = Join(_mm256_cmpeq_epi8(a, separator), _mm256_cmpeq_epi8(b, separator));
    bytes.newlines = Join(_mm256_cmpeq_epi8(a, newline), _mm256_cmpeq_epi8(b, newline));
    // As signed bytes, NUL and everything from 0x80 on are not greater than 0.
    const __m256i plain = _mm256_cmpgt_epi8(_mm256_min_epi8(a, b), _mm256_setzero_si256());
    bytes.plain_text = _mm256_movemask_epi8(plain) == -1;
    Note(bytes, FastPrefixXor(bytes.quotes), block, at, next);
  }
  state = at;
  return static_cast<std::size_t>(next - marks.data());
}

__attribute__((target("avx512f,avx512bw,pclmul"))) std::size_t MarkAvx512(
    const char* text, std::span<BlockMarks> marks, char delimiter, MarkState& state) {
  const __m512i quote = _mm512_set1_epi8('"');
  const __m512i separator = _mm512_set1_epi8(delimiter);
  const __m512i newline = _mm512_set1_epi8('\n');
  MarkState at = state;
  BlockMarks* next = marks.data();
  for (std::size_t block = 0; block < marks.size(); ++block, text += kBlockBytes) {
    const __m512i all = _mm512_loadu_si512(text);
    Bytes bytes;
    bytes.quotes = _mm512_cmpeq_epi8_mask(all, quote);
    bytes.delimiters = _mm512_cmpeq_epi8_mask(all, separator);
    bytes.newlines = _mm512_cmpeq_epi8_mask(all, newline);
    bytes.plain_text = _mm512_cmpgt_epi8_mask(all, _mm512_setzero_si512()) == ~std::uint64_t{0};
    Note(bytes, FastPrefixXor(bytes.quotes), block, at, next);
  }
  state = at;
  return static_cast<std::size_t>(next - marks.data());
}

#endif

}  // namespace

MarkFinder FinderOf(MarkMethod method) {
  switch (method) {
    case MarkMethod::kPortable:
      return MarkPortably;
    case MarkMethod::kSse2:
#if defined(__x86_64__)
      return MarkSse2;
#else
      return nullptr;
#endif
    case MarkMethod::kAvx2:
#if defined(__x86_64__)
      if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul")) return MarkAvx2;
#endif
      return nullptr;
    case MarkMethod::kAvx512:
#if defined(__x86_64__)
      if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("pclmul")) return MarkAvx512;
#endif
      return nullptr;
  }
  return nullptr;
}

MarkFinder BestFinder() {
  for (const MarkMethod method : {MarkMethod::kAvx512, MarkMethod::kAvx2, MarkMethod::kSse2}) {
    if (const MarkFinder finder = FinderOf(method)) return finder;
  }
  return MarkPortably;
}

}  // namespace rehome::csv
