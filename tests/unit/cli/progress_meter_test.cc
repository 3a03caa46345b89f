#include "cli/progress_meter.h"

#include <gtest/gtest.h>

#include <chrono>

#include "cli/plain_steps.h"

namespace rehome::cli {
namespace {

using dispatch::Brake;
using std::chrono::milliseconds;
using std::chrono::seconds;

const base::Instant kStart{std::chrono::hours(5)};

PhaseCounts Rows(std::int64_t done, base::Duration time) {
  return {.name = "rows", .done = done, .all = 10'000, .worked = done, .time = time};
}

TEST(ProgressMeter, TellsTheRateOfTheLastHalfMinute) {
  ProgressMeter meter;
  EXPECT_FALSE(meter.PerSecond());
  base::Instant now = kStart;
  std::int64_t done = 0;
  for (int i = 0; i < 600; ++i) {  // a minute at 100 a second
    now += milliseconds(100);
    done += 10;
    meter.Note(now, Rows(done, now - kStart), {});
  }
  EXPECT_NEAR(*meter.PerSecond(), 100, 1);
  EXPECT_EQ(std::chrono::round<seconds>(*meter.Left()), seconds(40));
  for (int i = 0; i < 400; ++i) {  // 40 s at 10 a second
    now += milliseconds(100);
    done += 1;
    meter.Note(now, Rows(done, now - kStart), {});
  }
  EXPECT_NEAR(*meter.PerSecond(), 10, 0.5);
}

TEST(ProgressMeter, DoesNotCountWhatAResumedRunPassesOver) {
  ProgressMeter meter;
  PhaseCounts rows = Rows(9000, seconds(10));
  rows.worked = 100;
  meter.Note(kStart + seconds(10), rows, {});
  EXPECT_NEAR(*meter.PerSecond(), 10, 0.01);
  EXPECT_EQ(*meter.Left(), seconds(100));
}

TEST(ProgressMeter, MakesNoForecastFromAFewRows) {
  ProgressMeter meter;
  meter.Note(kStart + milliseconds(300), Rows(5, milliseconds(300)), {});
  EXPECT_FALSE(meter.PerSecond());
  meter.Note(kStart + seconds(2), Rows(20, seconds(2)), {});
  EXPECT_NEAR(*meter.PerSecond(), 10, 0.01);
  EXPECT_FALSE(meter.Left());  // under 1 %
  meter.Note(kStart + seconds(6), Rows(60, seconds(6)), {});
  EXPECT_TRUE(meter.Left());
  ProgressMeter stalled;
  stalled.Note(kStart + seconds(60), Rows(0, seconds(60)), {});
  EXPECT_FALSE(stalled.Left());
}

TEST(ProgressMeter, NamesWhatSetThePaceTheLongestOfLate) {
  ProgressMeter meter;
  dispatch::BrakeTimes brakes;
  brakes.ended[static_cast<std::size_t>(Brake::kAnswers)] = seconds(1000);  // in warm-up
  for (int i = 0; i < 40; ++i) {
    // Nine moments in ten are the quota's, and a look may fall on the tenth.
    brakes.ended[static_cast<std::size_t>(Brake::kWriteQuota)] += milliseconds(90);
    brakes.ended[static_cast<std::size_t>(Brake::kAnswers)] += milliseconds(10);
    brakes.now = Brake::kAnswers;
    meter.Note(kStart + milliseconds(100) * i, Rows(i, milliseconds(100) * i), brakes);
    if (i == 0) continue;
    EXPECT_EQ(meter.Brake(), Brake::kWriteQuota) << i;
  }
}

TEST(ProgressMeter, NamesAPauseAtOnce) {
  ProgressMeter meter;
  dispatch::BrakeTimes brakes;
  brakes.ended[static_cast<std::size_t>(Brake::kWriteQuota)] = seconds(60);
  meter.Note(kStart + seconds(60), Rows(100, seconds(60)), brakes);
  brakes.now = Brake::kLimited;
  brakes.since = kStart + seconds(60);
  meter.Note(kStart + milliseconds(60'100), Rows(100, milliseconds(60'100)), brakes);
  EXPECT_EQ(meter.Brake(), Brake::kLimited);
  // When it is over it sets the pace no more, however long it was.
  brakes.ended[static_cast<std::size_t>(Brake::kLimited)] = seconds(60);
  brakes.now = Brake::kAnswers;
  brakes.since = kStart + seconds(120);
  meter.Note(kStart + seconds(121), Rows(100, seconds(121)), brakes);
  EXPECT_EQ(meter.Brake(), Brake::kAnswers);
}

TEST(PlainSteps, AreDueAtEachTenthAndAfterHalfAMinute) {
  PlainSteps steps;
  EXPECT_FALSE(steps.Due(Rows(0, {}), kStart));
  EXPECT_FALSE(steps.Due(Rows(999, {}), kStart + seconds(1)));
  EXPECT_TRUE(steps.Due(Rows(1000, {}), kStart + seconds(2)));
  EXPECT_FALSE(steps.Due(Rows(1001, {}), kStart + seconds(3)));
  EXPECT_TRUE(steps.Due(Rows(4100, {}), kStart + seconds(4)));
  EXPECT_FALSE(steps.Due(Rows(4100, {}), kStart + seconds(33)));
  EXPECT_TRUE(steps.Due(Rows(4100, {}), kStart + seconds(34)));
  EXPECT_FALSE(steps.Due(Rows(4100, {}), kStart + seconds(35)));
}

TEST(PlainSteps, BeginAnewWithEachPhaseAndLeaveItsEndToOthers) {
  PlainSteps steps;
  EXPECT_TRUE(steps.Due(Rows(9000, {}), kStart));
  EXPECT_FALSE(steps.Due(Rows(10'000, {}), kStart + seconds(9)));
  // All is compared, and the lists are still read.
  EXPECT_TRUE(steps.Due(Rows(10'000, {}), kStart + seconds(90)));
  PhaseCounts verification = Rows(1000, {});
  verification.name = "verification";
  EXPECT_TRUE(steps.Due(verification, kStart + seconds(91)));
  PhaseCounts organizations = Rows(5000, {});
  organizations.name = "organizations";  // which have lines of their own
  EXPECT_FALSE(steps.Due(organizations, kStart + seconds(92)));
  EXPECT_TRUE(steps.Due(organizations, kStart + seconds(122)));
}

}  // namespace
}  // namespace rehome::cli
