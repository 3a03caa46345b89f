#include "pace/quota_window.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/random.h"
#include "gtest/gtest.h"

namespace rehome::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::Instant kStart{std::chrono::hours(1)};

// The most events in any sliding period [t, t + window) over sorted `times`.
std::int64_t MostInAnyPeriod(const std::vector<base::Instant>& times, base::Duration window) {
  std::int64_t most = 0;
  std::size_t first = 0;
  for (std::size_t last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] >= window) ++first;
    most = std::max(most, static_cast<std::int64_t>(last - first + 1));
  }
  return most;
}

// Admits each event as soon as it is allowed, from kStart until `end`.
std::vector<base::Instant> Saturate(QuotaWindow& quota, base::Instant end) {
  std::vector<base::Instant> times;
  for (base::Instant now = quota.NextAdmission(kStart); now < end; now = quota.NextAdmission(now)) {
    quota.Admit(now);
    times.push_back(now);
  }
  return times;
}

struct LimitCase {
  std::string name;
  std::int64_t limit;
  base::Duration window;
};

std::vector<LimitCase> Limits() {
  return {{"one a second", 1, seconds(1)},
          {"seven in three seconds", 7, seconds(3)},
          {"documented writes", 500, seconds(10)},
          {"documented reads", 1000, seconds(10)},
          {"everything", 6000, seconds(60)}};
}

TEST(QuotaWindow, NeverAdmitsMoreThanTheLimitInAnyPeriodUnderRandomArrivals) {
  for (const LimitCase& limit : Limits()) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      SCOPED_TRACE(limit.name + ", seed " + std::to_string(seed));
      base::Random random(seed);
      QuotaWindow quota(limit.limit, limit.window);
      std::vector<base::Instant> times;
      base::Instant now = kStart;
      for (std::int64_t i = 0; i < 4 * limit.limit + 20; ++i) {
        // Mostly saturated, sometimes late, now and then a pause of up to two windows.
        const std::uint64_t pause = random.Below(100);
        const auto window = static_cast<std::uint64_t>(limit.window.count());
        if (pause < 20) now += base::Duration(random.Below(window / 500 + 1));
        if (pause == 99) now += base::Duration(random.Below(2 * window));
        now = quota.NextAdmission(now);
        quota.Admit(now);
        times.push_back(now);
      }
      EXPECT_LE(MostInAnyPeriod(times, limit.window), limit.limit);
    }
  }
}

TEST(QuotaWindow, ReachesNinetyNinePercentOfTheLimitInSixtySaturatedSeconds) {
  for (const LimitCase& limit : Limits()) {
    SCOPED_TRACE(limit.name);
    QuotaWindow quota(limit.limit, limit.window);
    const std::vector<base::Instant> times = Saturate(quota, kStart + seconds(60));
    const double allowed = static_cast<double>(limit.limit) *
                           std::chrono::duration<double>(seconds(60)) / limit.window;
    EXPECT_GE(static_cast<double>(times.size()), 0.99 * allowed);
    EXPECT_LE(MostInAnyPeriod(times, limit.window), limit.limit);
  }
}

TEST(QuotaWindow, LosesNoRateWhenTheLoopIsLateByLessThanTheBurst) {
  const std::uint64_t seed = 20261123;
  SCOPED_TRACE("seed " + std::to_string(seed));
  base::Random random(seed);
  QuotaWindow quota(500, seconds(10));
  std::vector<base::Instant> times;
  base::Instant now = kStart;
  while (now < kStart + seconds(60)) {
    while (quota.NextAdmission(now) <= now) {
      quota.Admit(now);
      times.push_back(now);
    }
    now += milliseconds(1 + random.Below(300));
  }
  EXPECT_GE(times.size(), 2970U);
  EXPECT_LE(MostInAnyPeriod(times, seconds(10)), 500);
}

TEST(QuotaWindow, SpreadsEventsEvenlyAfterTheBurst) {
  QuotaWindow quota(500, seconds(10));
  EXPECT_EQ(quota.Burst(), 20);
  std::vector<base::Instant> times = Saturate(quota, kStart + seconds(5));
  EXPECT_EQ(times[19], kStart);
  for (std::size_t i = 20; i < times.size(); ++i) {
    const base::Duration apart = times[i] - times[i - 1];
    EXPECT_EQ(apart, std::chrono::microseconds(20050)) << "event " << i;
  }
}

TEST(QuotaWindow, KeepsAGuardForRequestsThatArriveCloserThanTheyLeft) {
  QuotaWindow quota(500, seconds(10));
  const std::vector<base::Instant> times = Saturate(quota, kStart + seconds(40));
  EXPECT_LE(MostInAnyPeriod(times, seconds(10) + milliseconds(25)), 500);
}

TEST(QuotaWindow, AllowsASmallBurstEvenForASmallLimitButNotMoreThanTheLimit) {
  QuotaWindow ten(10, seconds(10));
  EXPECT_EQ(ten.Burst(), 4);
  QuotaWindow two(2, seconds(10));
  two.Admit(kStart);
  two.Admit(kStart);
  EXPECT_GE(two.NextAdmission(kStart), kStart + seconds(10));
}

TEST(QuotaWindow, AdmitsEverythingWithoutALimit) {
  for (const std::int64_t limit : {std::int64_t{0}, std::int64_t{-1}}) {
    QuotaWindow quota(limit, seconds(10));
    for (int i = 0; i < 1000; ++i) {
      EXPECT_EQ(quota.NextAdmission(kStart), kStart);
      quota.Admit(kStart);
    }
  }
}

TEST(QuotaWindowDeathTest, TreatsAnEventBeforeItsTimeAsABug) {
  QuotaWindow quota(1, seconds(1));
  quota.Admit(kStart);
  EXPECT_DEATH(quota.Admit(kStart), "NextAdmission");
}

}  // namespace
}  // namespace rehome::pace
