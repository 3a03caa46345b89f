#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"

namespace rehome::sandbox {

/// Makes ids such as `user_01K0SR53HJ58M957MYAB6TDZ9X`: prefix, 48 bits of milliseconds, 80 bits
/// of seeded randomness, in Crockford's base 32. Ids grow, also within one millisecond and when
/// the clock goes back. One owner.
class IdSource {
 public:
  explicit IdSource(std::uint64_t seed) : random_(seed) {}
  std::string Next(std::string_view prefix, base::WallTime time);
  /// For the X-Request-Id of an answer.
  std::string Uuid() { return random_.Uuid(); }
  base::Random& random() { return random_; }

 private:
  base::Random random_;
  std::uint64_t last_ms_ = 0;
  std::uint64_t high_ = 0;  // the upper 16 of the random bits
  std::uint64_t low_ = 0;   // the lower 64
};

}  // namespace rehome::sandbox
