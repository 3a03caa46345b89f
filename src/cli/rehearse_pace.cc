#include "cli/rehearse_pace.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <utility>

#include "model/outcome.h"

namespace rehome::cli {
namespace {

// Where answers set the pace. A request costs this machine some 0.2 ms beside its latency: at ten
// times real time 2 ms, a twentieth of a usual round trip. Smaller would be truer and take longer.
constexpr double kSlowDown = 10;

// The pace is judged over at least this time: a whole window of the quota, within which requests
// may come in bunches.
constexpr base::Duration kJudgedOver = std::chrono::seconds(10);

// Of a window in which the target made it pause for longer nothing can be told.
constexpr double kLeastJudged = 5;

// Of what the limit allows. Below the first the machine does not keep up, and the clock is slowed
// down; above the second it may go faster. Closer together, the clock would waver.
constexpr double kTooLittle = 0.965;
constexpr double kEnough = 0.98;
constexpr double kFaster = 2;
constexpr double kSlower = 0.6;

double AllowedPerSecond(const dispatch::PaceSettings& limits) {
  double allowed = 0;
  const auto limit = [&allowed](double per_second) {
    allowed = allowed > 0 ? std::min(allowed, per_second) : per_second;
  };
  if (limits.user_writes_per_10s > 0) limit(static_cast<double>(limits.user_writes_per_10s) / 10);
  if (limits.all_per_60s > 0) limit(static_cast<double>(limits.all_per_60s) / 60);
  if (limits.min_delay.count() > 0) limit(1e9 / static_cast<double>(limits.min_delay.count()));
  return allowed;
}

// What held the import back and was not its pace: the target's pauses, its illness, back-off.
base::Duration PausedBy(const std::array<base::Duration, dispatch::kBrakeCount>& times) {
  using dispatch::Brake;
  base::Duration paused{0};
  for (const Brake brake : {Brake::kLimited, Brake::kExcused, Brake::kUnreached, Brake::kIll,
                            Brake::kLock, Brake::kBackoff}) {
    paused += times[static_cast<std::size_t>(brake)];
  }
  return paused;
}

}  // namespace

RehearsalPace::RehearsalPace(const base::Clock& clock, std::function<void(double)> set_rate,
                             const dispatch::PaceSettings& limits, double fastest)
    : clock_(clock),
      set_rate_(std::move(set_rate)),
      fastest_(fastest),
      slowest_(std::max(1.0, fastest / kSlowDown)),
      allowed_per_s_(AllowedPerSecond(limits)),
      rate_(slowest_) {
  set_rate_(rate_);
}

void RehearsalPace::SetRate(double rate) {
  const double wanted = std::clamp(rate, slowest_, fastest_);
  if (wanted == rate_) return;
  rate_ = wanted;
  set_rate_(wanted);
}

void RehearsalPace::Look(pipeline::ImportPhase phase, const dispatch::Counters& counters) {
  if (phase != pipeline::ImportPhase::kRows) return;
  const base::Instant now = clock_.Now();
  std::int64_t sent = 0;
  for (const auto of : {model::Phase::kUsers, model::Phase::kMemberships}) {
    sent += counters.requests[dispatch::Counters::At(of)].load();
  }
  const base::Duration paused = PausedBy(counters.brakes.Copy().Until(now));
  const bool began = !rows_;
  rows_ = true;
  if (!began && now - judged_at_ < kJudgedOver) return;
  if (!began) Judge(now - judged_at_ - (paused - judged_paused_), sent - judged_sent_);
  judged_paused_ = paused;
  judged_at_ = now;
  judged_sent_ = sent;
}

void RehearsalPace::Judge(base::Duration passed, std::int64_t sent) {
  const double seconds = static_cast<double>(passed.count()) / 1e9;
  if (seconds < kLeastJudged) return;
  const double share =
      allowed_per_s_ > 0 ? static_cast<double>(sent) / (allowed_per_s_ * seconds) : 0;
  if (share < kTooLittle && rate_ > slowest_) {
    lost_ += base::Duration(static_cast<std::int64_t>((1 - share) * seconds * 1e9));
  }
  if (share < kTooLittle) return SetRate(rate_ * kSlower);
  if (share > kEnough) SetRate(rate_ * kFaster);
}

}  // namespace rehome::cli
