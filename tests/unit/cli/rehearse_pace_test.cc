#include "cli/rehearse_pace.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>

#include "support/fake_clock.h"

namespace rehome::cli {
namespace {

using dispatch::Brake;
using pipeline::ImportPhase;
using std::chrono::milliseconds;
using std::chrono::seconds;

double In(base::Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

/// An import of which the test says what it did, from one look to the next.
class RehearsalPaceTest : public testing::Test {
 protected:
  RehearsalPace Pace(const dispatch::PaceSettings& limits) {
    return RehearsalPace({.clock = clock_,
                          .set_rate = [this](double rate) { rate_ = rate; },
                          .limits = limits,
                          .latency = milliseconds(40),
                          .in_flight = in_flight_,
                          .warm_concurrency = 1,
                          .fastest = 100});
  }
  void Pass(Brake brake, base::Duration passed) {
    counters_.brakes.Note(brake, std::nullopt, clock_.Now());
    clock_.Advance(passed);
    const bool rows = progress_.phase == ImportPhase::kRows;
    (rows ? progress_.rows_time : progress_.organizations_time) += passed;
  }
  void Send(RehearsalPace& pace, std::int64_t count, base::Duration each) {
    const auto phase =
        progress_.phase == ImportPhase::kRows ? model::Phase::kUsers : model::Phase::kOrganizations;
    counters_.requests[dispatch::Counters::At(phase)] += count;
    pace.round_trips().count += count;
    pace.round_trips().total_ns += (count * each).count();
  }
  void Look(RehearsalPace& pace) { pace.Look(progress_, counters_); }
  // The rows began, and ten seconds each passed at the write quota.
  void AtTheQuota(RehearsalPace& pace, int times, std::int64_t count) {
    progress_.phase = ImportPhase::kRows;
    for (int i = 0; i < times; ++i) {
      Pass(Brake::kWriteQuota, seconds(10));
      Send(pace, count, milliseconds(60));
      Look(pace);
    }
  }

  support::FakeClock clock_;
  pipeline::Progress progress_;
  dispatch::Counters counters_;
  int in_flight_ = 64;
  double rate_ = 0;
};

TEST_F(RehearsalPaceTest, GrowsToTheWholeWhileTheImportKeepsUpWithItsLimit) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  EXPECT_EQ(rate_, 10);
  Look(pace);
  AtTheQuota(pace, 4, 499);
  EXPECT_EQ(rate_, 100);
  EXPECT_NEAR(In(pace.lost()), 0, 0.1);
  pace.RowsEnded(progress_, counters_);
  EXPECT_EQ(rate_, 10);
}

TEST_F(RehearsalPaceTest, FallsWhenTheMachineDoesNotKeepUpAndTellsWhatThatCost) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  Look(pace);
  AtTheQuota(pace, 4, 499);
  AtTheQuota(pace, 1, 400);
  EXPECT_EQ(rate_, 60);
  EXPECT_NEAR(In(pace.lost()), 1.98, 0.1);
}

TEST_F(RehearsalPaceTest, DoesNotTakeAPauseOfTheTargetForASlowMachine) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  Look(pace);
  AtTheQuota(pace, 4, 499);
  Pass(Brake::kLimited, seconds(4));
  Pass(Brake::kWriteQuota, seconds(6));
  Send(pace, 300, milliseconds(60));
  Look(pace);
  EXPECT_EQ(rate_, 100);
  EXPECT_NEAR(In(pace.lost()), 0, 0.1);
}

TEST_F(RehearsalPaceTest, StaysSlowWhereAnswersSetThePaceAndLeavesOutWhatTheyWereLate) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  Look(pace);
  // A hundred requests of 40 ms, one after another, that took 80; and commits of 1.8 ms each.
  Pass(Brake::kAnswers, seconds(8));
  Pass(Brake::kJournal, milliseconds(500));
  Send(pace, 100, milliseconds(80));
  pace.RowsEnded(progress_, counters_);
  EXPECT_NEAR(In(pace.lost()), 8.5 - 100 * 0.0423, 0.01);
}

TEST_F(RehearsalPaceTest, CountsCommitsAsIfTheyWereSynced) {
  RehearsalPace pace = Pace(dispatch::NoPace());
  Look(pace);
  progress_.phase = ImportPhase::kRows;
  Pass(Brake::kAnswers, milliseconds(4050));
  Pass(Brake::kJournal, milliseconds(100));
  progress_.tally.rows[static_cast<std::size_t>(model::OutcomeKind::kCreated)] = 50;
  Send(pace, 100, milliseconds(40) + std::chrono::microseconds(500));
  pace.RowsEnded(progress_, counters_);
  EXPECT_NEAR(In(pace.lost()), 0.1 - 150 * 0.0018, 0.001);
}

// A look comes now and then: at the first one that sees rows many may have been sent already.
TEST_F(RehearsalPaceTest, JudgesOrganizationsAndRowsApartWhenItLooksLate) {
  RehearsalPace pace = Pace(dispatch::NoPace());
  Look(pace);
  // Ten requests, one after another, that took what they should.
  const auto each = milliseconds(40) + std::chrono::microseconds(500);
  Pass(Brake::kAnswers, 10 * each);
  Pass(Brake::kJournal, 10 * std::chrono::microseconds(1800));
  Send(pace, 10, each);
  pace.round_trips().organizations += 10;
  pace.round_trips().organizations_ns += base::Duration(10 * each).count();
  // Then 64 at once, and they were not late either.
  progress_.phase = ImportPhase::kRows;
  Pass(Brake::kAnswers, 20 * each);
  Pass(Brake::kJournal, 30 * std::chrono::microseconds(1800));
  progress_.tally.rows[static_cast<std::size_t>(model::OutcomeKind::kCreated)] = 640;
  Send(pace, 1280, each);
  Look(pace);
  pace.RowsEnded(progress_, counters_);
  EXPECT_NEAR(In(pace.lost()), 0, 0.01);
}

TEST_F(RehearsalPaceTest, CountsRowsSideBySideByHowManyMayBeInFlight) {
  in_flight_ = 2;
  RehearsalPace pace = Pace(dispatch::NoPace());
  Look(pace);
  progress_.phase = ImportPhase::kRows;
  Look(pace);
  // While one of the two commits the other waits: the brake does not show it.
  Pass(Brake::kAnswers, seconds(4));
  progress_.tally.rows[static_cast<std::size_t>(model::OutcomeKind::kCreated)] = 50;
  Send(pace, 100, milliseconds(60));
  pace.RowsEnded(progress_, counters_);
  EXPECT_NEAR(In(pace.lost()), 4 - (100 * 0.0405 + 150 * 0.0018) / 2, 0.001);
}

TEST_F(RehearsalPaceTest, AddsNothingForCommitsWhereALimitHoldsRequestsBackToo) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  Look(pace);
  AtTheQuota(pace, 1, 499);
  Pass(Brake::kWriteQuota, seconds(4));
  Pass(Brake::kAnswers, seconds(6));
  Send(pace, 498, milliseconds(40));
  Look(pace);
  EXPECT_NEAR(In(pace.lost()), 0, 0.01);
}

TEST_F(RehearsalPaceTest, LeavesOutNoMoreThanTheLimitWouldHaveSaved) {
  RehearsalPace pace = Pace(dispatch::DocumentedPace(0));
  Look(pace);
  AtTheQuota(pace, 1, 499);
  Pass(Brake::kWriteQuota, seconds(4));
  Pass(Brake::kAnswers, seconds(6));
  Send(pace, 490, milliseconds(400));
  Look(pace);
  EXPECT_NEAR(In(pace.lost()), 0.18, 0.05);
}

}  // namespace
}  // namespace rehome::cli
