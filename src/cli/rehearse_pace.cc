#include "cli/rehearse_pace.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <utility>

#include "cli/overheads.h"
#include "model/outcome.h"

namespace rehome::cli {
namespace {

using dispatch::Brake;

// Where answers set the pace. A request costs this machine some 0.3 ms beside its latency: at ten
// times real time 3 ms. Smaller would be truer and take longer.
constexpr double kSlowDown = 10;

// The pace is judged over at least this time: a whole window of the quota, within which requests
// may come in bunches.
constexpr base::Duration kJudgedOver = std::chrono::seconds(10);

// Of the time that a window took. Above the first the machine does not keep up, and the clock is
// slowed down; below the second it may go faster. Closer together, the clock would waver.
constexpr double kTooLate = 0.035;
constexpr double kInTime = 0.02;
constexpr double kFaster = 2;
constexpr double kSlower = 0.6;

double Seconds(base::Duration duration) { return static_cast<double>(duration.count()) / 1e9; }
base::Duration FromSeconds(double seconds) {
  return base::Duration(static_cast<std::int64_t>(seconds * 1e9));
}

using Times = std::array<base::Duration, dispatch::kBrakeCount>;

base::Duration Sum(const Times& times, std::initializer_list<Brake> brakes) {
  base::Duration sum{0};
  for (const Brake brake : brakes) sum += times[static_cast<std::size_t>(brake)];
  return sum;
}

// What held the import back and was not its pace: the target's pauses, its illness, back-off, and
// whoever paused it.
base::Duration PausedBy(const Times& times) {
  return Sum(times, {Brake::kPaused, Brake::kLimited, Brake::kExcused, Brake::kUnreached,
                     Brake::kIll, Brake::kLock, Brake::kBackoff});
}

// A limit that set the pace for a smaller part of the time than this did not matter.
constexpr int kNoticed = 20;

// From so much of what may be out at once on, all of it was.
constexpr double kAllAtOnce = 0.6;

}  // namespace

RehearsalPace::RehearsalPace(Setup setup)
    : setup_(std::move(setup)),
      slowest_(std::max(1.0, setup_.fastest / kSlowDown)),
      rate_(slowest_) {
  setup_.set_rate(rate_);
}

void RehearsalPace::SetRate(double rate) {
  const double wanted = std::clamp(rate, slowest_, setup_.fastest);
  if (wanted == rate_) return;
  rate_ = wanted;
  setup_.set_rate(wanted);
}

// By the import's own time, which stands still once it has ended.
RehearsalPace::Sample RehearsalPace::Take(const pipeline::Progress& progress,
                                          const dispatch::Counters& counters) {
  Sample sample;
  sample.elapsed = progress.organizations_time + progress.rows_time;
  if (!began_) began_ = setup_.clock.Now() - sample.elapsed;
  for (const auto of :
       {model::Phase::kOrganizations, model::Phase::kUsers, model::Phase::kMemberships}) {
    const std::int64_t requests = counters.requests[dispatch::Counters::At(of)].load();
    sample.sent += requests;
    if (of != model::Phase::kOrganizations) sample.writes += requests;
  }
  for (const std::int64_t rows : progress.tally.rows) sample.rows += rows;
  sample.answers = round_trips_.count.load();
  sample.answering = base::Duration(round_trips_.total_ns.load());
  sample.brakes = counters.brakes.Copy().Until(*began_ + sample.elapsed);
  return sample;
}

RehearsalPace::Sample RehearsalPace::Between(const Sample& before, const Sample& after) {
  Sample window;
  window.elapsed = after.elapsed - before.elapsed;
  window.sent = after.sent - before.sent;
  window.writes = after.writes - before.writes;
  window.rows = after.rows - before.rows;
  window.answers = after.answers - before.answers;
  window.answering = after.answering - before.answering;
  for (std::size_t i = 0; i < window.brakes.size(); ++i) {
    window.brakes[i] = after.brakes[i] - before.brakes[i];
  }
  return window;
}

void RehearsalPace::Look(const pipeline::Progress& progress, const dispatch::Counters& counters) {
  const Sample now = Take(progress, counters);
  EndOrganizations(progress, now);
  const Sample window = Between(judged_, now);
  if (window.elapsed < kJudgedOver) return;
  judged_ = now;
  Judge(window);
}

// Once the rows have begun, what came before them is judged by itself: what sets the pace is
// another from then on. How long each brake held in which of the two is not known, so it counts by
// the time.
void RehearsalPace::EndOrganizations(const pipeline::Progress& progress, const Sample& now) {
  if (progress.phase == pipeline::ImportPhase::kOrganizations || in_rows_) return;
  Sample border = judged_;
  border.elapsed = progress.organizations_time;
  border.sent = now.sent - now.writes;
  border.answers = round_trips_.organizations.load();
  border.answering = base::Duration(round_trips_.organizations_ns.load());
  const double all = Seconds(now.elapsed - judged_.elapsed);
  const double share = all > 0 ? Seconds(border.elapsed - judged_.elapsed) / all : 0;
  for (std::size_t i = 0; i < border.brakes.size(); ++i) {
    border.brakes[i] += FromSeconds(Seconds(now.brakes[i] - judged_.brakes[i]) * share);
  }
  const Sample window = Between(judged_, border);
  judged_ = border;
  Judge(window);
  in_rows_ = true;
}

void RehearsalPace::RowsEnded(const pipeline::Progress& progress,
                              const dispatch::Counters& counters) {
  const Sample now = Take(progress, counters);
  EndOrganizations(progress, now);
  Judge(Between(judged_, now));
  SetRate(slowest_);
}

void RehearsalPace::Judge(const Sample& window) {
  const auto& times = window.brakes;
  const auto limits = Sum(times, {Brake::kWriteQuota, Brake::kReadQuota, Brake::kTotalQuota});
  const auto delay = Sum(times, {Brake::kMinDelay});
  const auto answers = Sum(times, {Brake::kAnswers, Brake::kJournal, Brake::kMachine});
  Pacer pacer = limits >= answers ? Pacer::kLimit : Pacer::kAnswers;
  if (delay > std::max(limits, answers)) pacer = Pacer::kDelay;
  const base::Duration lost = LostIn(window, pacer);
  lost_ += lost;
  if (window.elapsed.count() <= 0) return;
  const double late = Seconds(lost) / Seconds(window.elapsed);
  if (pacer == Pacer::kAnswers) return SetRate(slowest_);
  if (late > kTooLate) return SetRate(rate_ * kSlower);
  if (late < kInTime) SetRate(rate_ * kFaster);
}

// The least time that the limits allow for what was sent, in seconds.
double RehearsalPace::LeastFor(const Sample& window) const {
  const dispatch::PaceSettings& limits = setup_.limits;
  double seconds = 0;
  if (limits.user_writes_per_10s > 0) {
    seconds =
        static_cast<double>(window.writes) * 10 / static_cast<double>(limits.user_writes_per_10s);
  }
  if (limits.all_per_60s > 0) {
    seconds = std::max(
        seconds, static_cast<double>(window.sent) * 60 / static_cast<double>(limits.all_per_60s));
  }
  return seconds * kWindowGuard;
}

base::Duration RehearsalPace::LostIn(const Sample& window, Pacer pacer) const {
  const base::Duration passed = window.elapsed - PausedBy(window.brakes);
  const base::Duration limited =
      Sum(window.brakes, {Brake::kWriteQuota, Brake::kReadQuota, Brake::kTotalQuota});
  const base::Duration over_limit = passed - FromSeconds(LeastFor(window));
  switch (pacer) {
    case Pacer::kLimit:
      return std::max(base::Duration(0), over_limit);
    case Pacer::kDelay:
      return passed - window.sent * (setup_.limits.min_delay + kCommitTime);
    case Pacer::kAnswers:
      // While a limit holds requests back too, commits that take longer cost nothing.
      return std::clamp(LostToAnswers(window),
                        limited > passed / kNoticed ? base::Duration(0) : -passed,
                        std::max(base::Duration(0), over_limit));
  }
  return base::Duration(0);
}

// Of each answer the sandbox knows how long it should have taken; what is more is this machine's,
// and so is what commits took beyond what they take when they are synced. Side by side, less of
// both is lost.
base::Duration RehearsalPace::LostToAnswers(const Sample& window) const {
  if (window.answers == 0 || window.answering.count() <= 0) return base::Duration(0);
  const double answering = Seconds(window.answering);
  const double due =
      static_cast<double>(window.answers) * (Seconds(setup_.latency) + Seconds(kRequestTime));
  const double synced = static_cast<double>(window.sent + window.rows) * Seconds(kCommitTime);
  const double waited = Seconds(Sum(window.brakes, {Brake::kAnswers}));
  const double commits = Seconds(Sum(window.brakes, {Brake::kJournal, Brake::kMachine}));
  const double side_by_side = std::max(1.0, waited > 0 ? answering / waited : 1.0);
  const double most =
      in_rows_ ? std::max<double>(setup_.in_flight, side_by_side) : setup_.warm_concurrency;
  // While one commits another may wait for its answer: what neither did is seen only in all.
  if (side_by_side >= kAllAtOnce * most) {
    return FromSeconds(waited + commits - (due + synced) / most);
  }
  const double late = waited * std::max(0.0, 1 - due / answering);
  return FromSeconds(late + commits - synced / side_by_side);
}

}  // namespace rehome::cli
