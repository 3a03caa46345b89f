#include "pace/quota_model.h"

#include <chrono>

#include "gtest/gtest.h"

namespace rehome::pace {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr base::Instant kStart{std::chrono::hours(1)};
constexpr base::Duration kWindow = seconds(10);

TEST(QuotaModel, BelievesTheDocumentationUntilItIsRefused) {
  const QuotaModel model(500, kWindow);
  EXPECT_EQ(model.limit(kStart), 500);
  EXPECT_FALSE(model.lowered());
  EXPECT_FALSE(model.TryAt());
}

TEST(QuotaModel, TakesWhatWasCountedForTheMostThatIsAllowed) {
  QuotaModel model(500, kWindow);
  model.Refused(300, kStart);
  EXPECT_EQ(model.limit(kStart), 300);
  EXPECT_TRUE(model.lowered());
}

TEST(QuotaModel, TakesARefusalFarBelowTheLimitForASlip) {
  QuotaModel model(500, kWindow);
  model.Refused(20, kStart);
  EXPECT_EQ(model.limit(kStart), 500);
  EXPECT_EQ(model.TryAt(), 20);
  // Not so the next one.
  model.Refused(20, kStart + seconds(1));
  EXPECT_EQ(model.limit(kStart + seconds(1)), 125);
}

TEST(QuotaModel, LosesNoMoreThanThreeQuartersInOneStorm) {
  QuotaModel model(500, kWindow);
  for (int i = 0; i < 100; ++i) model.Refused(i == 0 ? 500 : 0, kStart + seconds(i));
  EXPECT_EQ(model.limit(kStart + seconds(99)), 125);
}

TEST(QuotaModel, TriesAtFewerAndFewerCountedEvents) {
  QuotaModel model(500, kWindow);
  std::int64_t before = 501;
  for (int i = 0; i < 6; ++i) {
    model.Refused(500, kStart + seconds(i));
    ASSERT_TRUE(model.TryAt());
    EXPECT_LT(*model.TryAt(), before);
    before = *model.TryAt();
  }
  model.Served(kStart + seconds(6));
  EXPECT_FALSE(model.TryAt());
}

TEST(QuotaModel, ClimbsBackWithinFourWindows) {
  QuotaModel model(500, kWindow);
  model.Refused(167, kStart);
  model.Served(kStart + seconds(1));
  EXPECT_EQ(model.limit(kStart + 2 * kWindow), 167);
  EXPECT_EQ(model.limit(kStart + 4 * kWindow), 500);
  model.Served(kStart + 4 * kWindow);
  EXPECT_FALSE(model.lowered());
}

TEST(QuotaModel, AClimbThatIsRefusedFallsBackAndComesLaterInTime) {
  QuotaModel model(500, kWindow);
  model.Refused(167, kStart);
  model.Served(kStart);
  base::Instant now = kStart;
  base::Duration longest{0};
  for (int i = 0; i < 60; ++i) {
    const base::Instant begin = now;
    while (model.limit(now) <= 180) now += seconds(1);
    longest = std::max<base::Duration>(longest, now - begin);
    model.Refused(167, now);
    EXPECT_EQ(model.limit(now), 167);
    model.Served(now);
    EXPECT_LE(now - begin, i < 8 ? 4 * kWindow : minutes(6)) << i;
  }
  EXPECT_GE(longest, minutes(4));
  EXPECT_LE(longest, minutes(6));
}

TEST(QuotaModel, FindsALimitThatIsALittleHigherThanBelieved) {
  QuotaModel model(500, kWindow);
  model.Refused(167, kStart);
  model.Served(kStart);
  base::Instant now = kStart;
  for (int i = 0; i < 6; ++i) {
    while (model.limit(now) <= 200) now += seconds(1);
    model.Refused(200, now);
    model.Served(now);
  }
  EXPECT_GE(model.limit(now), 190);
  EXPECT_LE(model.limit(now), 200);
}

TEST(QuotaModel, NeverClimbsAboveItsBound) {
  QuotaModel model(500, kWindow);
  model.Refused(400, kStart);
  model.Served(kStart);
  model.SetBound(300, kStart);
  EXPECT_EQ(model.limit(kStart + minutes(10)), 300);
  model.SetBound(600, kStart + minutes(10));
  EXPECT_EQ(model.limit(kStart + minutes(10)), 600);
}

TEST(QuotaModel, IsAsBeforeWhenItIsAcquitted) {
  QuotaModel model(500, kWindow);
  for (int i = 0; i < 8; ++i) model.Refused(300, kStart + seconds(i));
  EXPECT_TRUE(model.implausible());
  model.Acquit();
  EXPECT_FALSE(model.implausible());
  EXPECT_EQ(model.limit(kStart + seconds(8)), 500);
}

TEST(QuotaModel, LearnsNothingWithoutALimit) {
  QuotaModel model(0, kWindow);
  model.Refused(300, kStart);
  EXPECT_EQ(model.limit(kStart), 0);
  EXPECT_FALSE(model.TryAt());
}

}  // namespace
}  // namespace rehome::pace
