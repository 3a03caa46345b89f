#include "sandbox/id_source.h"

#include <algorithm>
#include <array>

namespace rehome::sandbox {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// Within one millisecond the random part grows by a random step of at most this: smaller makes
// neighbouring ids look alike, larger could run out of the 80 bits.
constexpr std::uint64_t kMaxStep = 1ULL << 40;

}  // namespace

std::string IdSource::Next(std::string_view prefix, base::WallTime time) {
  const auto ms =
      static_cast<std::uint64_t>(std::max<std::int64_t>(time.time_since_epoch().count(), 0));
  if (ms > last_ms_) {
    last_ms_ = ms;
    high_ = random_.Next() & 0x7fff;  // the top bit stays free for steps to carry into
    low_ = random_.Next();
  } else {
    const std::uint64_t before = low_;
    low_ += 1 + random_.Below(kMaxStep);
    if (low_ < before) ++high_;
  }
  // 128 bits as two words, written from the low end, five bits at a time.
  std::uint64_t upper = last_ms_ << 16 | high_;
  std::uint64_t lower = low_;
  std::array<char, 26> digits{};
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
    *digit = kAlphabet[lower & 31];
    lower = lower >> 5 | upper << 59;
    upper >>= 5;
  }
  std::string id(prefix);
  id.append(digits.data(), digits.size());
  return id;
}

}  // namespace rehome::sandbox
