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
  if (counts.done >= counts.all) return false;
  const std::int64_t tenths = TenthsOf(counts);
  if (tenths <= tenths_told_ && now < next_) return false;
  tenths_told_ = tenths;
  next_ = now + kLongestSilence;
  return true;
}

}  // namespace rehome::cli
