#include "pace/quota_window.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>
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
  EXPECT_GE(times.size(), 2950U);  // there is no burst at the start
  EXPECT_LE(MostInAnyPeriod(times, seconds(10)), 500);
}

// A burst at the start would come again in each window after it.
TEST(QuotaWindow, SpreadsEventsEvenlyFromTheStart) {
  QuotaWindow quota(500, seconds(10));
  const std::vector<base::Instant> times = Saturate(quota, kStart + seconds(5));
  for (std::size_t i = 1; i < times.size(); ++i) {
    EXPECT_NEAR(static_cast<double>((times[i] - times[i - 1]).count()), 20.02e6, 1e4) << i;
  }
}

TEST(QuotaWindow, MakesNothingGoodAfterAPause) {
  QuotaWindow quota(500, seconds(10));
  Saturate(quota, kStart + seconds(5));
  base::Instant now = kStart + seconds(8);
  int at_once = 0;
  for (; quota.NextAdmission(now) <= now; ++at_once) quota.Admit(now);
  EXPECT_LE(at_once, 2);
}

// The first answer of a window comes late: its request may have arrived just before it.
TEST(QuotaWindow, CountsAnEventFromItsAnswerLessTheWay) {
  QuotaWindow quota(1, seconds(10));
  quota.SetWay(milliseconds(40));
  const QuotaWindow::Ticket ticket = quota.Admit(kStart);
  quota.Answered(ticket, kStart + milliseconds(140));
  EXPECT_EQ(quota.NextAdmission(kStart + seconds(1)), kStart + milliseconds(10110));
}

TEST(QuotaWindow, CountsNoEventThatTheTargetDoesNotCount) {
  QuotaWindow quota(2, seconds(10));
  const QuotaWindow::Ticket first = quota.Admit(kStart);
  quota.Admit(quota.NextAdmission(kStart));
  EXPECT_EQ(quota.CountedBefore(kStart + seconds(9)), 2);
  quota.Uncount(first);
  EXPECT_EQ(quota.CountedBefore(kStart + seconds(9)), 1);
  EXPECT_LE(quota.NextAdmission(kStart + seconds(11)), kStart + seconds(11));
}

TEST(QuotaWindow, KeepsALowerLimitAsSoonAsItIsSet) {
  QuotaWindow quota(500, seconds(10));
  std::vector<base::Instant> times = Saturate(quota, kStart + seconds(20));
  quota.SetLimit(100);
  for (base::Instant now = quota.NextAdmission(times.back()); now < kStart + seconds(60);
       now = quota.NextAdmission(now)) {
    quota.Admit(now);
    times.push_back(now);
  }
  const auto later = std::upper_bound(times.begin(), times.end(), kStart + seconds(20));
  EXPECT_GE(*later, kStart + seconds(27));
  EXPECT_LE(MostInAnyPeriod({later, times.end()}, seconds(10)), 100);
}

TEST(QuotaWindow, KeepsTheLimitAtTheTargetWhateverTheDelayOnTheWay) {
  for (const std::int64_t limit : {50, 500, 5000}) {
    base::Random random(20261127);
    QuotaWindow quota(limit, seconds(10));
    std::vector<base::Instant> arrivals;
    std::multimap<base::Instant, QuotaWindow::Ticket> answers;
    base::Duration least = seconds(1);
    for (base::Instant now = kStart; now < kStart + seconds(60);) {
      while (!answers.empty() && answers.begin()->first <= now) {
        const auto& [when, ticket] = *answers.begin();
        least = std::min<base::Duration>(least, when - ticket.admitted);
        quota.SetWay(least);
        quota.Answered(ticket, when);
        answers.erase(answers.begin());
      }
      if (quota.NextAdmission(now) <= now) {
        const base::Instant arrival = now + milliseconds(10 + random.Below(21));
        const QuotaWindow::Ticket ticket = quota.Admit(now);
        arrivals.push_back(arrival);
        answers.emplace(arrival + milliseconds(10 + random.Below(21)), ticket);
      }
      base::Instant next = quota.NextAdmission(now);
      if (!answers.empty()) next = std::min(next, answers.begin()->first);
      now = std::max(next, now);
    }
    std::sort(arrivals.begin(), arrivals.end());
    EXPECT_LE(MostInAnyPeriod(arrivals, seconds(10)), limit);
    EXPECT_GE(static_cast<double>(arrivals.size()), 0.99 * static_cast<double>(limit) * 6);
  }
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

// 2,000 in 5 s, and then 500 in 10 s: the target's window is full.
TEST(QuotaWindow, CountsTowardsALimitWhatCameWithoutOne) {
  QuotaWindow quota(0, seconds(10));
  for (int i = 0; i < 2000; ++i) quota.Admit(kStart + i * milliseconds(5) / 2);
  const base::Instant end = kStart + seconds(5);
  quota.SetLimit(500);
  EXPECT_EQ(quota.CountedBefore(end), 500);
  const base::Instant first = quota.NextAdmission(end);
  EXPECT_GE(first, kStart + milliseconds(13'750));  // when the 500th from behind is 10 s ago
  EXPECT_LE(first, kStart + milliseconds(14'500));
  std::vector<base::Instant> times;
  for (base::Instant now = first; now < end + seconds(30); now = quota.NextAdmission(now)) {
    quota.Admit(now);
    times.push_back(now);
  }
  EXPECT_LE(MostInAnyPeriod(times, seconds(10)), 500);
  EXPECT_GE(times.size(), 950U);
}

// So few that they leave room.
TEST(QuotaWindow, IsNotClosedByTheFewThatCameWithoutALimit) {
  QuotaWindow quota(0, seconds(10));
  base::Instant now = kStart;
  for (int i = 0; i < 100; ++i) quota.Admit(now += milliseconds(100));
  quota.SetLimit(500);
  EXPECT_GE(quota.CountedBefore(now), 99);
  EXPECT_LE(quota.NextAdmission(now), now);
}

TEST(QuotaWindowDeathTest, TreatsAnEventBeforeItsTimeAsABug) {
  QuotaWindow quota(1, seconds(1));
  quota.Admit(kStart);
  EXPECT_DEATH(quota.Admit(kStart), "NextAdmission");
}

}  // namespace
}  // namespace rehome::pace
