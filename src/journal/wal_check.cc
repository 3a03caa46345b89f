#include "journal/wal_check.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/file.h"

namespace rehome::journal {
namespace {

// https://www.sqlite.org/fileformat2.html, "The Write-Ahead Log".
constexpr std::uint32_t kMagic = 0x377f0682;  // the last bit: sums are of big-endian words
constexpr std::size_t kHeaderBytes = 32;
constexpr std::size_t kFrameHeaderBytes = 24;
constexpr std::size_t kSummedOfHeader = 24;
constexpr std::size_t kSummedOfFrame = 8;
constexpr std::uint32_t kLargestPage = 65536;

std::uint32_t WordAt(std::span<const char> bytes, std::size_t at) {
  std::array<unsigned char, 4> word{};
  std::memcpy(word.data(), bytes.data() + at, word.size());
  return std::uint32_t{word[0]} << 24 | std::uint32_t{word[1]} << 16 | std::uint32_t{word[2]} << 8 |
         std::uint32_t{word[3]};
}

struct Sums {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
  friend bool operator==(const Sums&, const Sums&) = default;
};

Sums SumsAt(std::span<const char> bytes, std::size_t at) {
  return {WordAt(bytes, at), WordAt(bytes, at + 4)};
}

Sums Add(Sums sums, std::span<const char> bytes, bool big_endian) {
  for (std::size_t at = 0; at + 8 <= bytes.size(); at += 8) {
    std::uint32_t even = WordAt(bytes, at);
    std::uint32_t odd = WordAt(bytes, at + 4);
    if (!big_endian) {
      even = __builtin_bswap32(even);
      odd = __builtin_bswap32(odd);
    }
    sums.first += even + sums.second;
    sums.second += odd + sums.first;
  }
  return sums;
}

struct Header {
  bool is_whole = false;
  bool big_endian = false;
  std::size_t page_bytes = 0;
  Sums salts;
  Sums sums;
};

Header ReadHeader(std::span<const char> bytes) {
  Header header;
  header.big_endian = (WordAt(bytes, 0) & 1) != 0;
  header.page_bytes = WordAt(bytes, 8);
  header.salts = SumsAt(bytes, 16);
  header.sums = SumsAt(bytes, 24);
  const bool fits = header.page_bytes >= 512 && header.page_bytes <= kLargestPage &&
                    std::has_single_bit(header.page_bytes);
  header.is_whole = fits && (WordAt(bytes, 0) & ~1U) == kMagic &&
                    Add({}, bytes.first(kSummedOfHeader), header.big_endian) == header.sums;
  return header;
}

/// Goes over the frames of a log, one after the other.
class FrameWalk {
 public:
  explicit FrameWalk(const Header& header) : header_(header), before_(header.sums) {}

  /// False when the frame shows that something before it is wrong that was durable.
  bool Take(std::span<const char> frame) {
    const Sums stored = SumsAt(frame, 16);
    const Sums counted = Add(Add(before_, frame.first(kSummedOfFrame), header_.big_endian),
                             frame.subspan(kFrameHeaderBytes), header_.big_endian);
    // Of an earlier use of the file when not: it goes on behind what was written since.
    const bool is_of_this_log = SumsAt(frame, 8) == header_.salts;
    const bool is_whole = is_of_this_log && counted == stored;
    // Only directly behind a commit: what a cut commit has left lies further on until it is
    // overwritten, and is whole in itself.
    if (is_whole && wrong_ && after_commit_) return false;
    if (!is_whole) wrong_ = true;
    after_commit_ = is_of_this_log && WordAt(frame, 4) != 0;
    before_ = stored;
    return true;
  }

 private:
  const Header& header_;
  Sums before_;
  bool wrong_ = false;
  bool after_commit_ = false;
};

base::Error Damage(const std::string& path, const std::string& what) {
  return {base::ErrorCode::kFormat, what + " of its log " + path + " is wrong"};
}

}  // namespace

base::Status CheckWal(const std::string& path) {
  const auto file = base::OpenForReading(path);
  if (!file && file.error().code == base::ErrorCode::kNotFound) return {};
  if (!file) return file.error();
  std::array<char, kHeaderBytes> head{};
  const auto got = file->ReadAt(0, head);
  if (!got) return got.error();
  if (*got < head.size()) return {};
  const Header header = ReadHeader(head);
  std::vector<char> frame(kFrameHeaderBytes + (header.is_whole ? header.page_bytes : 1));
  std::int64_t at = kHeaderBytes;
  FrameWalk walk(header);
  for (std::int64_t number = 1;; ++number) {
    const auto read = file->ReadAt(at, frame);
    if (!read) return read.error();
    if (*read < frame.size()) return {};
    // The header is durable before the first frame is written.
    if (!header.is_whole) return Damage(path, "the header");
    if (!walk.Take(frame)) {
      return Damage(path, "a frame before number " + std::to_string(number));
    }
    at += static_cast<std::int64_t>(frame.size());
  }
}

}  // namespace rehome::journal
