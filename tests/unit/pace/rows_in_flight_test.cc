#include "pace/rows_in_flight.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace rehome::pace {
namespace {

using Look = RowsInFlight::Look;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// A run of which only sums are known: rows take `row_time` each, the target does `most` of them a
/// second at best, and a quota of ours lets `quota` through.
struct Model {
  double row_time = 0.4;
  double most = 1e9;
  double quota = 1e9;

  double Throughput() const {
    return std::min({static_cast<double>(rows.allowed()) / row_time, most, quota});
  }
  void RunFor(base::Duration duration, Look::Bound bound = Look::Bound::kAnswers) {
    const base::Instant end = now + duration;
    for (; now < end; now += milliseconds(5)) {
      done += Throughput() * 0.005;
      const bool waits = quota < most && quota * row_time < rows.allowed();
      const double queued = waits ? rows.allowed() - quota * row_time : 0;
      rows.Note(now, {.bound = waits ? Look::Bound::kQuota : bound,
                      .rows_wait = true,
                      .rows_done = static_cast<std::int64_t>(done),
                      .queued = static_cast<std::int64_t>(queued)});
    }
  }

  RowsInFlight rows{};
  base::Instant now{seconds(1000)};
  double done = 0;
};

TEST(RowsInFlight, GrowAsLongAsThatMakesTheRunFaster) {
  Model far{.row_time = 2};
  far.RunFor(seconds(60));
  EXPECT_EQ(far.rows.allowed(), RowsInFlight::kMost);
  Model near{.row_time = 0.04, .most = 100000};
  near.RunFor(seconds(20));
  EXPECT_EQ(near.rows.allowed(), RowsInFlight::kMost);
}

TEST(RowsInFlight, StayWhereTheTargetIsBusy) {
  Model busy{.row_time = 0.2, .most = 200};
  for (int minute = 0; minute < 60; ++minute) {
    busy.RunFor(seconds(60));
    EXPECT_GE(busy.rows.allowed(), 40);
    EXPECT_LE(busy.rows.allowed(), 128);
  }
}

TEST(RowsInFlight, AStepInVainIsTriedAgainLessAndLessOften) {
  Model busy{.row_time = 0.2, .most = 200};
  busy.RunFor(seconds(30));
  int steps = 0;
  int before = busy.rows.allowed();
  for (int i = 0; i < 3600; ++i) {
    busy.RunFor(seconds(1));
    steps += busy.rows.allowed() > before ? 1 : 0;
    before = busy.rows.allowed();
  }
  EXPECT_GE(steps, 5);
  EXPECT_LE(steps, 20);
}

TEST(RowsInFlight, FindMoreWhenTheTargetBecomesSlower) {
  Model model{.row_time = 0.2, .most = 300};
  model.RunFor(seconds(60));
  EXPECT_LE(model.rows.allowed(), 128);
  model.row_time = 4;
  model.RunFor(seconds(900));
  EXPECT_GE(model.Throughput(), 300 * 0.75);
}

TEST(RowsInFlight, GoDownToWhatKeepsTheQuotaFilled) {
  Model model{.row_time = 2};
  model.RunFor(seconds(60));
  ASSERT_EQ(model.rows.allowed(), RowsInFlight::kMost);
  model.quota = 20;
  model.RunFor(seconds(300));
  EXPECT_LE(model.rows.allowed(), 120);
  EXPECT_GE(model.rows.allowed(), 40 + 32);  // what is out, and a queue
  EXPECT_DOUBLE_EQ(model.Throughput(), 20);
  model.quota = 1e9;
  model.RunFor(seconds(120));
  EXPECT_EQ(model.rows.allowed(), RowsInFlight::kMost);
}

TEST(RowsInFlight, LearnNothingFromAPause) {
  Model model{.row_time = 2};
  model.RunFor(seconds(5));
  const int before = model.rows.allowed();
  model.row_time = 1e12;
  model.RunFor(seconds(3600), Look::Bound::kOther);
  EXPECT_GE(model.rows.allowed(), before / 2);
  EXPECT_LE(model.rows.allowed(), before);
  model.row_time = 2;
  model.RunFor(seconds(60));
  EXPECT_EQ(model.rows.allowed(), RowsInFlight::kMost);
}

// Only as many as there are rows for: the file, or this machine, sets the pace.
TEST(RowsInFlight, DoNotGrowWhileNoRowWaits) {
  RowsInFlight rows{};
  std::int64_t done = 0;
  for (base::Instant now{seconds(1000)}; now < base::Instant{seconds(1100)};
       now += milliseconds(5)) {
    rows.Note(now, {.bound = Look::Bound::kAnswers, .rows_wait = false, .rows_done = done += 10});
  }
  EXPECT_EQ(rows.allowed(), RowsInFlight::kFirst);
}

}  // namespace
}  // namespace rehome::pace
