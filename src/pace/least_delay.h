#pragma once

#include <algorithm>

#include "base/clock.h"

namespace rehome::pace {

/// The shortest time of late from a request to its answer: what the way there and back takes at
/// least. One thread; times must not go back.
class LeastDelay {
 public:
  void Note(base::Duration delay, base::Instant now) {
    if (now - since_ >= kSpan) {
      before_ = now - since_ < 2 * kSpan ? current_ : delay;
      current_ = delay;
      since_ = now;
    }
    current_ = std::min(current_, delay);
  }
  /// Of the last one to two minutes; 0 before the first.
  base::Duration Get() const { return std::min(before_, current_); }

 private:
  // Shorter: a minute of a busy target looks like a longer way. Longer: a way that became longer
  // costs rate meanwhile.
  static constexpr base::Duration kSpan = std::chrono::minutes(1);

  base::Duration current_{0};
  base::Duration before_{0};
  base::Instant since_{};
};

}  // namespace rehome::pace
