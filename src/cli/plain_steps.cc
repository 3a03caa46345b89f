#include "cli/plain_steps.h"

#include <chrono>

namespace rehome::cli {
namespace {

constexpr base::Duration kLongestSilence = std::chrono::seconds(30);

std::int64_t TenthsOf(const PhaseCounts& counts) {
  // Warm-up has lines of its own, every ten organizations.
  if (counts.name == "organizations" || counts.all <= 0) return 0;
  return counts.done * 10 / counts.all;
}

}  // namespace

bool PlainSteps::Due(const PhaseCounts& counts, base::Instant now) {
  if (counts.name != phase_) {
    phase_ = counts.name;
    tenths_told_ = 0;
    next_ = now + kLongestSilence;
  }
  const std::int64_t tenths = TenthsOf(counts);
  // The last tenth is told by the line of the phase that has ended.
  const bool step = tenths > tenths_told_ && counts.done < counts.all;
  if (!step && now < next_) return false;
  tenths_told_ = tenths;
  next_ = now + kLongestSilence;
  return true;
}

}  // namespace rehome::cli
