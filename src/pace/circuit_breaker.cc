#include "pace/circuit_breaker.h"

#include <algorithm>
#include <bit>
#include <chrono>

namespace rehome::pace {
namespace {

// Fewer would open on a hiccup that back-off rides out; more would send hundreds of requests of
// unknown fate, each with its look-ups, into an outage.
constexpr int kFailuresInARow = 20;
constexpr int kAnswersRemembered = 100;
constexpr int kFailuresRemembered = kAnswersRemembered / 2;
constexpr base::Duration kFirstPause = std::chrono::seconds(5);
constexpr base::Duration kLongestPause = std::chrono::seconds(60);
// Shorter would end runs at an ordinary deployment of the target; longer keeps a person waiting
// for a run that can be resumed anyway.
constexpr base::Duration kPatience = std::chrono::minutes(30);

// The bits of the second word that belong to the remembered answers.
constexpr std::uint64_t kHighBits = (std::uint64_t{1} << (kAnswersRemembered - 64)) - 1;

}  // namespace

std::optional<base::Instant> CircuitBreaker::NextAdmission(base::Instant now) const {
  if (!open_) return now;
  if (probing_) return std::nullopt;
  return std::max(now, next_probe_);
}

void CircuitBreaker::Admit(base::Instant) {
  if (open_) probing_ = true;
}

void CircuitBreaker::Succeeded(base::Instant) {
  if (open_) Forget();
  open_ = false;
  on_trial_ = false;
  in_a_row_ = 0;
  Remember(false);
}

void CircuitBreaker::Responded() {
  if (open_) {
    Forget();
    open_ = false;
    on_trial_ = true;
    return;
  }
  if (on_trial_) return;
  in_a_row_ = 0;
  Remember(false);
}

// A fresh start: with the old failures remembered, the next one would open it again.
void CircuitBreaker::Forget() {
  probing_ = false;
  in_a_row_ = 0;
  recent_failed_[0] = recent_failed_[1] = 0;
  recent_count_ = 0;
}

void CircuitBreaker::Failed(base::Instant now) {
  if (!open_) {
    ++in_a_row_;
    Remember(true);
    if (IsIll()) Open(now);
    return;
  }
  // Requests that left before it opened may still fail: only a failed probe makes the pause longer.
  if (!probing_) return;
  probing_ = false;
  pause_ = std::min(pause_ * 2, kLongestPause);
  next_probe_ = now + pause_;
}

void CircuitBreaker::Trip(base::Instant now) {
  if (!open_) Open(now);
}

bool CircuitBreaker::GaveUp(base::Instant now) const {
  return open_ && now - opened_at_ >= kPatience;
}

void CircuitBreaker::Remember(bool failed) {
  recent_failed_[1] = ((recent_failed_[1] << 1) | (recent_failed_[0] >> 63)) & kHighBits;
  recent_failed_[0] = (recent_failed_[0] << 1) | (failed ? 1U : 0U);
  recent_count_ = std::min(recent_count_ + 1, kAnswersRemembered);
}

bool CircuitBreaker::IsIll() const {
  if (in_a_row_ >= kFailuresInARow) return true;
  return recent_count_ == kAnswersRemembered &&
         std::popcount(recent_failed_[0]) + std::popcount(recent_failed_[1]) >= kFailuresRemembered;
}

void CircuitBreaker::Open(base::Instant now) {
  open_ = true;
  probing_ = false;
  if (on_trial_) {
    pause_ = std::min(pause_ * 2, kLongestPause);
  } else {
    opened_at_ = now;
    pause_ = kFirstPause;
  }
  next_probe_ = now + pause_;
}

}  // namespace rehome::pace
