#include "pace/backoff.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

namespace rehome::pace {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Mon, 23 Nov 2026 12:00:00 GMT
constexpr base::WallTime kNow{std::chrono::sys_days{std::chrono::year(2026) / 11 / 23} + hours(12)};

TEST(BackoffAfter, JittersOverTheWholeRangeOfEachAttempt) {
  struct Case {
    std::string_view name;
    int attempt;
    base::Duration ceiling;
  };
  const std::vector<Case> cases = {{"not an attempt", 0, milliseconds(500)},
                                   {"first", 1, milliseconds(500)},
                                   {"second", 2, seconds(1)},
                                   {"third", 3, seconds(2)},
                                   {"sixth", 6, seconds(16)},
                                   {"seventh is capped", 7, seconds(30)},
                                   {"absurdly many", 1'000'000, seconds(30)}};
  const std::uint64_t seed = 7;
  base::Random random(seed);
  for (const Case& c : cases) {
    SCOPED_TRACE(std::string(c.name) + ", seed 7");
    base::Duration shortest = hours(1);
    base::Duration longest{0};
    for (int i = 0; i < 2000; ++i) {
      const base::Duration wait = BackoffAfter(c.attempt, random);
      shortest = std::min(shortest, wait);
      longest = std::max(longest, wait);
    }
    EXPECT_GE(shortest, milliseconds(50));
    EXPECT_LE(shortest, milliseconds(50) + c.ceiling / 50);
    EXPECT_LE(longest, c.ceiling);
    EXPECT_GE(longest, c.ceiling * 95 / 100);
  }
}

struct RetryAfterCase {
  std::string name;
  std::string value;
  std::optional<base::Duration> wait;
};

TEST(ParseRetryAfter, ReadsSecondsAndDatesAndIgnoresWhatMakesNoSense) {
  const std::vector<RetryAfterCase> cases = {
      {"absent", "", std::nullopt},
      {"blank", "  ", std::nullopt},
      {"seconds", "55", seconds(55)},
      {"seconds with blanks", " 7 ", seconds(7)},
      {"zero is zero", "0", seconds(0)},
      {"leading zeros", "007", seconds(7)},
      {"a day", "86400", hours(24)},
      {"over a day", "86401", std::nullopt},
      {"beyond 64 bits", "99999999999999999999", std::nullopt},
      {"negative", "-1", std::nullopt},
      {"signed", "+5", std::nullopt},
      {"fraction", "1.5", std::nullopt},
      {"unit", "5s", std::nullopt},
      {"words", "soon", std::nullopt},
      {"fixdate", "Mon, 23 Nov 2026 12:01:30 GMT", seconds(90)},
      {"rfc 850 date", "Monday, 23-Nov-26 12:00:10 GMT", seconds(10)},
      {"asctime date", "Mon Nov 23 12:00:10 2026", seconds(10)},
      {"date of right now", "Mon, 23 Nov 2026 12:00:00 GMT", seconds(0)},
      {"date in the past", "Mon, 23 Nov 2026 11:59:59 GMT", std::nullopt},
      {"date over a day ahead", "Tue, 24 Nov 2026 12:00:01 GMT", std::nullopt},
      {"date far ahead", "Fri, 31 Dec 9999 23:59:59 GMT", std::nullopt},
      {"date far behind", "Sat, 01 Jan 0000 00:00:00 GMT", std::nullopt}};
  for (const RetryAfterCase& c : cases) {
    EXPECT_EQ(ParseRetryAfter(c.value, kNow), c.wait) << c.name;
  }
}

TEST(ParseRetryAfter, CountsADateFromTheMillisecondAtWhichItIsSeen) {
  EXPECT_EQ(ParseRetryAfter("Mon, 23 Nov 2026 12:00:02 GMT", kNow + milliseconds(250)),
            base::Duration(milliseconds(1750)));
}

}  // namespace
}  // namespace rehome::pace
