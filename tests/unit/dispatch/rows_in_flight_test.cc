#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A stage whose target answers after `latency`, and serves `lines` requests at once at most.
struct Distant {
  explicit Distant(base::Duration wanted, std::size_t lines = 0) : latency(wanted), free(lines) {
    stage.instead = [this](const http::Request& request) {
      support::Scripted scripted = stage.target.Answer(request);
      const base::Instant now = stage.clock.Now();
      scripted.after = latency;
      if (free.empty()) return std::optional(std::move(scripted));
      const auto line = std::min_element(free.begin(), free.end());
      *line = std::max(*line, now) + latency;
      scripted.after = *line - now;
      return std::optional(std::move(scripted));
    };
    Reach(stage);
  }
  /// How long `rows` rows take.
  double Time(int rows, std::optional<int> in_flight) {
    stage.dispatcher->SetRowsInFlight(in_flight);
    const base::Instant began = stage.clock.Now();
    SubmitRows(stage, 1, rows);
    stage.Run();
    EXPECT_EQ(stage.target.users.size(), static_cast<std::size_t>(rows));
    return std::chrono::duration<double>(stage.clock.Now() - began).count();
  }

  DispatchStage stage;
  base::Duration latency;
  std::vector<base::Instant> free;
};

TEST(RowsInFlight, NoMoreAreUnderWayThanWereAskedFor) {
  for (const int rows : {1, 2, 8}) {
    Distant distant{milliseconds(100)};
    DispatchStage& stage = distant.stage;
    int most = 0;
    stage.transport.on_start = [&](const http::Request&) {
      most = std::max(most, stage.transport.in_flight() + 1);
      EXPECT_LE(stage.counters.rows_in_flight.load(), rows);
    };
    EXPECT_NEAR(distant.Time(40, rows), 4.0 / rows, 0.2);
    EXPECT_EQ(most, rows);
    EXPECT_EQ(stage.counters.rows_in_flight.load(), 0);
  }
}

TEST(RowsInFlight, AnotherNumberHoldsAtOnce) {
  Distant distant{milliseconds(100)};
  DispatchStage& stage = distant.stage;
  stage.dispatcher->SetRowsInFlight(2);
  SubmitRows(stage, 1, 500);
  stage.RunFor(seconds(1));
  EXPECT_EQ(stage.transport.in_flight(), 2);
  stage.dispatcher->SetRowsInFlight(50);
  stage.RunFor(milliseconds(150));
  EXPECT_EQ(stage.transport.in_flight(), 50);
  stage.dispatcher->SetRowsInFlight(1);
  stage.RunFor(milliseconds(250));
  EXPECT_EQ(stage.transport.in_flight(), 1);
  stage.dispatcher->SetRowsInFlight(std::nullopt);
  stage.Run();
  EXPECT_EQ(stage.target.users.size(), 500U);
}

TEST(RowsInFlight, AsManyAsAreUsefulIsAsFastAsTheBestNumber) {
  for (const auto latency : {milliseconds(20), milliseconds(200), milliseconds(1000)}) {
    SCOPED_TRACE(latency.count());
    const int rows = 1000;
    const double automatic = Distant(latency).Time(rows, std::nullopt);
    double before = 1e9;
    for (const int in_flight : {1, 2, 8, 64}) {
      const double fixed = Distant(latency).Time(rows, in_flight);
      EXPECT_LE(fixed, before * 1.01) << "more is never slower than fewer: " << in_flight;
      before = fixed;
    }
    EXPECT_LE(automatic, before * 1.05);
    EXPECT_GE(Distant(latency).Time(rows, 1), automatic * 9);
  }
}

TEST(RowsInFlight, MoreThanTheFirstNumberAreUsedWhereTheTargetIsFarAway) {
  const int rows = 4000;
  const double few = Distant(seconds(1)).Time(rows, 64);
  const double automatic = Distant(seconds(1)).Time(rows, std::nullopt);
  EXPECT_LE(automatic * 3, few);
}

TEST(RowsInFlight, ABusyTargetIsNotGivenMoreThanItCanServe) {
  Distant distant(milliseconds(100), 16);
  int most = 0;
  distant.stage.transport.on_start = [&](const http::Request&) {
    most = std::max(most, distant.stage.transport.in_flight() + 1);
  };
  const double automatic = distant.Time(3000, std::nullopt);
  EXPECT_LE(most, 128);
  EXPECT_NEAR(automatic, 3000 / 160.0, 1);
}

TEST(RowsInFlight, RowsStartInTheOrderInWhichTheyWereReadWhicheverComesFirst) {
  DispatchStage stage;
  Reach(stage);
  stage.dispatcher->SetRowsInFlight(1);
  const std::vector<std::int64_t> read = {3, 4, 5, 6, 7, 8};
  for (const std::int64_t row : read) stage.dispatcher->ExpectInTurn(row);
  for (const std::int64_t row : {8, 5, 4, 7}) stage.Submit(MakeRow(row, Email(row)));
  stage.RunFor(seconds(1));
  EXPECT_TRUE(stage.came_back.empty());  // 3 is with a worker yet
  for (const std::int64_t row : {6, 3}) stage.Submit(MakeRow(row, Email(row)));
  stage.Run();
  std::vector<std::int64_t> sent;
  for (const support::TargetUser& user : stage.target.users) sent.push_back(user.email[1] - '0');
  EXPECT_EQ(sent, read);
}

// The second row of a user waits for the first, which must not wait for the second one's place.
TEST(RowsInFlight, OneAtATimeIsEnoughForRowsThatShareAUser) {
  DispatchStage stage;
  Reach(stage);
  stage.dispatcher->SetRowsInFlight(1);
  const auto shared = [](std::int64_t row) {
    auto job = MakeRow(row, Email(1), "org_" + std::to_string(row));
    job->plan.lead_row = 1;
    job->plan.repeated_user = true;
    return job;
  };
  for (const std::int64_t row : {1, 2, 3}) {
    stage.dispatcher->ExpectInTurn(row);
    stage.dispatcher->Expect(1, row);
  }
  for (const std::int64_t row : {3, 2, 1}) stage.Submit(shared(row));
  stage.Run();
  EXPECT_EQ(stage.came_back.size(), 3U);
  EXPECT_EQ(stage.target.users.size(), 1U);
  EXPECT_EQ(stage.target.memberships.size(), 3U);
}

TEST(RowsInFlight, RowsThatWaitForTheirTurnComeBackWhenTheRunStops) {
  Distant distant{milliseconds(100)};
  DispatchStage& stage = distant.stage;
  stage.dispatcher->SetRowsInFlight(2);
  for (std::int64_t row = 1; row <= 51; ++row) stage.dispatcher->ExpectInTurn(row);
  SubmitRows(stage, 2, 51);
  stage.RunFor(milliseconds(50));
  EXPECT_EQ(stage.transport.in_flight(), 0);
  stage.Submit(MakeRow(1, Email(1)));
  stage.RunFor(milliseconds(50));
  EXPECT_EQ(stage.transport.in_flight(), 2);
  stage.dispatcher->Stop();
  stage.dispatcher->Finish();
  stage.Run();
  EXPECT_EQ(stage.came_back.size(), 51U);
  EXPECT_EQ(stage.target.users.size(), 2U);
  EXPECT_TRUE(stage.dispatcher->finished());
}

}  // namespace
}  // namespace rehome::dispatch
