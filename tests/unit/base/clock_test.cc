#include "base/clock.h"

#include <chrono>

#include <gtest/gtest.h>

namespace rehome::base {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

WallTime At(std::int64_t ms) { return WallTime(milliseconds(ms)); }

TEST(WallTimeText, IsIso8601InUtcWithMilliseconds) {
  EXPECT_EQ(FormatIso8601(At(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatIso8601(At(951782400007)), "2000-02-29T00:00:00.007Z");
  EXPECT_EQ(FormatIso8601(At(1753210850852)), "2025-07-22T19:00:50.852Z");
}

TEST(WallTimeText, ReadsBackWhatItWrote) {
  for (const std::int64_t ms : {0LL, 1LL, 951782400007LL, 1753210850852LL, 4102444799999LL}) {
    EXPECT_EQ(ParseIso8601(FormatIso8601(At(ms))), At(ms));
  }
}

TEST(WallTimeText, ReadsFractionsOfAnyLength) {
  EXPECT_EQ(ParseIso8601("1970-01-01T00:00:01Z"), At(1000));
  EXPECT_EQ(ParseIso8601("1970-01-01T00:00:01.5Z"), At(1500));
  EXPECT_EQ(ParseIso8601("1970-01-01T00:00:01.05Z"), At(1050));
  EXPECT_EQ(ParseIso8601("1970-01-01T00:00:01.123456Z"), At(1123));
}

TEST(WallTimeText, GivesANegativeCountForAnythingElse) {
  for (const char* text : {"", "yesterday", "2026-11-23", "12:00:00", "2026-11-23T09:30"}) {
    EXPECT_LT(ParseIso8601(text).time_since_epoch().count(), 0) << text;
  }
}

TEST(DurationText, ShowsTenthsUnderAMinuteAndHoursFromAnHour) {
  EXPECT_EQ(FormatDuration(milliseconds(0)), "0:00.0");
  EXPECT_EQ(FormatDuration(milliseconds(4250)), "0:04.2");
  EXPECT_EQ(FormatDuration(milliseconds(59999)), "0:59.9");
  EXPECT_EQ(FormatDuration(seconds(60)), "1:00");
  EXPECT_EQ(FormatDuration(seconds(199)), "3:19");
  EXPECT_EQ(FormatDuration(seconds(3909)), "1:05:09");
  EXPECT_EQ(FormatDuration(seconds(360000)), "100:00:00");
}

TEST(SystemClock, RunsFasterByItsRate) {
  const SystemClock fast(100);
  EXPECT_EQ(fast.rate(), 100);
  EXPECT_EQ(fast.ToReal(seconds(10)), Duration(milliseconds(100)));
  EXPECT_EQ(SystemClock().ToReal(seconds(10)), Duration(seconds(10)));
  const auto real = std::chrono::steady_clock::now().time_since_epoch();
  EXPECT_GE(fast.Now().time_since_epoch(), real * 99);
}

TEST(SystemClock, AgreesWithAnotherOfItsRateOnWallTime) {
  const SystemClock one(50);
  const SystemClock other(50);
  const WallTime before = one.WallNow();
  const WallTime between = other.WallNow();
  EXPECT_LE(before, between);
  EXPECT_LE(between, one.WallNow());
}

TEST(Milliseconds, AreCutNotRounded) {
  EXPECT_EQ(ToMilliseconds(std::chrono::microseconds(1999)), 1);
}

}  // namespace
}  // namespace rehome::base
