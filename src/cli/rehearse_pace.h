#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "cli/rehearse_loop.h"
#include "dispatch/counters.h"
#include "dispatch/settings.h"
#include "pipeline/coordinator.h"

namespace rehome::cli {

/// How fast the clock of a rehearsal runs, and how much of its time was this machine's. The clock
/// runs at most `fastest`, and as fast as the import keeps up with its limit. While answers set the
/// pace (organizations one after another, few rows in flight) all that this machine does in between
/// counts `rate` times, so it runs at a tenth. One thread; `clock` must outlive it.
class RehearsalPace {
 public:
  struct Setup {
    const base::Clock& clock;
    std::function<void(double)> set_rate;  ///< of `clock`
    dispatch::PaceSettings limits;
    base::Duration latency;  ///< that the sandbox takes on average
    int in_flight;           ///< rows at once
    int warm_concurrency;    ///< organizations at once
    double fastest;
  };
  explicit RehearsalPace(Setup setup);

  /// How far the import is; to be called some ten times a second.
  void Look(const pipeline::Progress& progress, const dispatch::Counters& counters);
  /// The last look. From here on only reads follow, a few at a time.
  void RowsEnded(const pipeline::Progress& progress, const dispatch::Counters& counters);

  /// How much longer the import took than it would have on a clock of real time: what this machine
  /// was late, less what it would have taken for commits that are synced. May be below 0.
  base::Duration lost() const { return lost_; }
  double rate() const { return rate_; }
  /// Where the event loop counts.
  RoundTrips& round_trips() { return round_trips_; }

 private:
  /// Counts at a moment, or between two.
  struct Sample {
    base::Duration elapsed{0};
    std::int64_t sent = 0;    ///< requests of all kinds
    std::int64_t writes = 0;  ///< those of them that the quota of users counts
    std::int64_t rows = 0;    ///< that ended
    std::int64_t answers = 0;
    base::Duration answering{0};
    std::array<base::Duration, dispatch::kBrakeCount> brakes{};
  };
  enum class Pacer { kLimit, kDelay, kAnswers };

  Sample Take(const pipeline::Progress& progress, const dispatch::Counters& counters);
  static Sample Between(const Sample& before, const Sample& after);
  void EndOrganizations(const pipeline::Progress& progress, const Sample& now);
  void Judge(const Sample& window);
  base::Duration LostIn(const Sample& window, Pacer pacer) const;
  double LeastFor(const Sample& window) const;
  base::Duration LostToAnswers(const Sample& window) const;
  void SetRate(double rate);

  const Setup setup_;
  const double slowest_;
  double rate_;
  base::Duration lost_{0};
  RoundTrips round_trips_;
  bool in_rows_ = false;  // the organizations have been judged
  std::optional<base::Instant> began_;
  Sample judged_;
};

}  // namespace rehome::cli
