#include "pipeline/row_returns.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace rehome::pipeline {
namespace {

using std::chrono::microseconds;

/// A driver that is polled and has nothing of its own to do, unless told.
class IdleDriver final : public http::Driver {
 public:
  void Poll(base::Instant) override { ++polls; }
  std::optional<base::Instant> NextDeadline() const override { return deadline; }
  bool finished() const override { return is_finished; }

  int polls = 0;
  std::optional<base::Instant> deadline;
  bool is_finished = true;
};

class RowReturnsTest : public testing::Test {
 protected:
  void Add(std::int64_t number) {
    auto job = std::make_shared<dispatch::RowJob>();
    job->plan.position.row = number;
    returns.Add(std::move(job),
                [this](const dispatch::RowJobPtr& row) { Returned(row->plan.position.row); });
  }
  virtual void Returned(std::int64_t row) { returned.push_back(row); }

  support::FakeClock clock;
  IdleDriver driver;
  RowReturns returns{driver, clock, 3};
  std::vector<std::int64_t> returned;
};

TEST_F(RowReturnsTest, HandsEnoughRowsOverTogetherInTheNextTurn) {
  for (const std::int64_t row : {3, 1, 2}) Add(row);
  EXPECT_TRUE(returned.empty());
  EXPECT_EQ(returns.NextDeadline(), clock.Now());
  returns.Poll(clock.Now());
  EXPECT_EQ(returned, (std::vector<std::int64_t>{3, 1, 2}));
  EXPECT_EQ(returns.NextDeadline(), std::nullopt);
  EXPECT_EQ(driver.polls, 1);
}

TEST_F(RowReturnsTest, HoldsFewRowsForAMillisecond) {
  Add(1);
  clock.Advance(microseconds(600));
  Add(2);
  EXPECT_EQ(returns.NextDeadline(), clock.Now() + microseconds(400));
  returns.Poll(clock.Now());
  EXPECT_TRUE(returned.empty());
  clock.Advance(microseconds(400));
  returns.Poll(clock.Now());
  EXPECT_EQ(returned, (std::vector<std::int64_t>{1, 2}));
}

TEST_F(RowReturnsTest, IsNotFinishedWhileItHoldsARow) {
  EXPECT_TRUE(returns.finished());
  Add(1);
  EXPECT_FALSE(returns.finished());
  clock.Advance(microseconds(1000));
  returns.Poll(clock.Now());
  EXPECT_TRUE(returns.finished());
  driver.is_finished = false;
  EXPECT_FALSE(returns.finished());
}

TEST_F(RowReturnsTest, PassesOnTheDriversEarlierDeadline) {
  driver.deadline = clock.Now() + microseconds(300);
  Add(1);
  EXPECT_EQ(returns.NextDeadline(), driver.deadline);
  driver.deadline = clock.Now() + microseconds(3000);
  EXPECT_EQ(returns.NextDeadline(), clock.Now() + microseconds(1000));
}

class ReturnsThatAddTest : public RowReturnsTest {
 protected:
  void Returned(std::int64_t row) override {
    RowReturnsTest::Returned(row);
    if (row == 1) Add(2);
  }
};

TEST_F(ReturnsThatAddTest, KeepsRowsAddedDuringAHandOverForTheNext) {
  Add(1);
  clock.Advance(microseconds(1000));
  returns.Poll(clock.Now());
  EXPECT_EQ(returned, (std::vector<std::int64_t>{1}));
  clock.Advance(microseconds(1000));
  returns.Poll(clock.Now());
  EXPECT_EQ(returned, (std::vector<std::int64_t>{1, 2}));
}

}  // namespace
}  // namespace rehome::pipeline
