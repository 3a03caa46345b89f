#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace rehome::pace {

/// How many rows may be under way at once: as many as the latency of the target makes useful. While
/// rows wait for their turn and nothing but answers is waited for, it tries more, and keeps to that
/// if more rows are done per second for it; else the target (or this machine) is busy, and more
/// would only wait there. While requests queue for a quota it goes down to what keeps that queue
/// filled. Passive: time comes in. One thread.
class RowsInFlight {
 public:
  static constexpr int kFirst = 64;
  static constexpr int kFewest = 4;
  static constexpr int kMost = 1024;

  /// A moment of a run, when all that may leave has left.
  struct Look {
    /// What the rows under way wait for: answers (and commits of ours), a quota of ours, or
    /// something that says nothing of how many there should be, such as a pause.
    enum class Bound { kAnswers, kQuota, kOther };
    Bound bound = Bound::kOther;
    bool rows_wait = false;      ///< for their turn
    std::int64_t rows_done = 0;  ///< so far
    std::int64_t queued = 0;     ///< requests that wait for a quota
  };

  /// Times must not go back.
  void Note(base::Instant now, const Look& look);
  int allowed() const { return allowed_; }

 private:
  /// What is added up until rows have been done about once over.
  struct Period {
    base::Instant began{};
    std::int64_t rows_before = 0;
    std::int64_t rows_wanted = 0;  // until it ends
    base::Duration hungry{0};      // more rows could be under way
    base::Duration on_quota{0};
    base::Duration other{0};
    double queued_seconds = 0;
  };
  /// What was before the last step up.
  struct Before {
    int allowed = 0;
    double per_second = 0;
  };

  void Add(base::Duration passed);
  void Begin(base::Instant now);
  void End(base::Instant now);
  void Judge(base::Instant now, double per_second);
  void Grow(double per_second);
  void Shrink(double queued, double per_second);

  int allowed_ = kFirst;
  double step_ = 2;         // by which it tries more
  base::Duration hold_{0};  // between two steps that were in vain
  base::Instant hold_until_{};
  std::optional<Before> before_;  // as long as the last step is not judged
  bool settling_ = true;          // this period began before the last step, or the run, shows
  double last_per_second_ = 0;
  std::optional<base::Instant> last_;
  Look look_;
  Period period_;
};

}  // namespace rehome::pace
