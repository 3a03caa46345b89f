#include "cli/rehearse_pace.h"

#include <gtest/gtest.h>

#include <chrono>

#include "support/fake_clock.h"

namespace rehome::cli {
namespace {

using std::chrono::seconds;

/// An import of which the test says how many requests it sent.
class RehearsalPaceTest : public testing::Test {
 protected:
  RehearsalPace Pace(const dispatch::PaceSettings& limits) {
    return {clock_, [this](double rate) { rate_ = rate; }, limits, 100};
  }
  void Rows(RehearsalPace& pace, std::int64_t sent, base::Duration passed) {
    clock_.Advance(passed);
    counters_.requests[dispatch::Counters::At(model::Phase::kUsers)] += sent;
    pace.Look(pipeline::ImportPhase::kRows, counters_);
  }

  support::FakeClock clock_;
  dispatch::Counters counters_;
  double rate_ = 0;
};

TEST_F(RehearsalPaceTest, IsATenthWhileOrganizationsAreMadeOneAfterAnother) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  EXPECT_EQ(rate_, 10);
  clock_.Advance(seconds(60));
  pace.Look(pipeline::ImportPhase::kOrganizations, counters_);
  EXPECT_EQ(rate_, 10);
}

TEST_F(RehearsalPaceTest, GrowsToTheWholeWhileTheImportKeepsUpWithItsLimit) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  Rows(pace, 0, seconds(0));
  for (int i = 0; i < 5; ++i) Rows(pace, 498, seconds(10));
  EXPECT_EQ(rate_, 100);
  EXPECT_EQ(pace.lost(), base::Duration(0));
  pace.RowsEnded();
  EXPECT_EQ(rate_, 10);
}

TEST_F(RehearsalPaceTest, FallsWhenTheMachineDoesNotKeepUpAndTellsWhatThatCost) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  Rows(pace, 0, seconds(0));
  for (int i = 0; i < 4; ++i) Rows(pace, 500, seconds(10));
  EXPECT_EQ(rate_, 100);
  Rows(pace, 400, seconds(10));
  EXPECT_EQ(rate_, 60);
  EXPECT_NEAR(static_cast<double>(pace.lost().count()), 2e9, 1e6);
}

TEST_F(RehearsalPaceTest, StaysSlowWhereAnswersSetThePace) {
  RehearsalPace pace = Pace(dispatch::NoPace());
  Rows(pace, 0, seconds(0));
  for (int i = 0; i < 5; ++i) Rows(pace, 1000, seconds(10));
  EXPECT_EQ(rate_, 10);
  EXPECT_EQ(pace.lost(), base::Duration(0));
}

TEST_F(RehearsalPaceTest, DoesNotTakeAPauseOfTheTargetForASlowMachine) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  Rows(pace, 0, seconds(0));
  for (int i = 0; i < 4; ++i) Rows(pace, 500, seconds(10));
  counters_.brakes.Note(dispatch::Brake::kLimited, std::nullopt, clock_.Now());
  Rows(pace, 0, seconds(4));
  counters_.brakes.Note(dispatch::Brake::kWriteQuota, std::nullopt, clock_.Now());
  Rows(pace, 300, seconds(6));
  EXPECT_EQ(rate_, 100);
  EXPECT_EQ(pace.lost(), base::Duration(0));
}

}  // namespace
}  // namespace rehome::cli
