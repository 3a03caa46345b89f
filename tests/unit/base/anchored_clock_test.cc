#include "base/anchored_clock.h"

#include <gtest/gtest.h>

#include <chrono>

namespace rehome::base {
namespace {

using std::chrono::minutes;

TEST(AnchoredClock, BeginsAtTheMachinesTimes) {
  const SystemClock real;
  const WallTime before = real.WallNow();
  const AnchoredClock clock(1);
  EXPECT_LE(before, clock.WallNow());
  EXPECT_LT(clock.WallNow() - before, minutes(1));
  EXPECT_LT(clock.Now() - real.Now(), minutes(1));
}

TEST(AnchoredClock, GoesOnFromWhereItIsWhenItsRateChanges) {
  AnchoredClock clock(1);
  const Instant before = clock.Now();
  clock.SetRate(1000);
  EXPECT_EQ(clock.rate(), 1000);
  EXPECT_EQ(clock.ToReal(std::chrono::seconds(1)), std::chrono::milliseconds(1));
  clock.SetRate(1);
  EXPECT_GE(clock.Now(), before);
  EXPECT_LT(clock.Now() - before, minutes(10));
}

}  // namespace
}  // namespace rehome::base
