#include "dispatch/failure_limit.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {
namespace {

using Row = FailureLimit::Row;

struct Case {
  const char* name;
  std::string limit;
  std::string rows;  // . = well, x = failed
  std::string sentence;
};

std::string Times(int times, const std::string& rows) {
  std::string all;
  for (int i = 0; i < times; ++i) all += rows;
  return all;
}

const std::vector<Case> kCases = {
    {"a share means nothing before 50 rows", "10%", Times(49, "x"), ""},
    {"all of the first 50", "10%", Times(50, "x"),
     "50 of the 50 rows sent failed, more than 10 % (--max-failures)"},
    {"exactly 10 % is allowed", "10%", Times(10, ".........x"), ""},
    {"one more is not", "10%", Times(5, "x") + Times(45, ".") + "x",
     "6 of the 51 rows sent failed, more than 10 % (--max-failures)"},
    {"the last 200 count beside the whole", "10%", Times(1000, ".") + Times(21, "x"),
     "21 of the last 200 rows sent failed, more than 10 % (--max-failures)"},
    {"a number", "2", "x.x.x", "3 rows failed, more than the limit of 2 (--max-failures)"},
    {"a number that is not reached", "2", "x..x", ""},
    {"none at all", "0", "..x", "1 row failed, more than the limit of 0 (--max-failures)"},
    {"everything may fail", "100%", Times(500, "x"), ""},
};

TEST(FailureLimit, StopsWhenItIsPassedAndNotBefore) {
  for (const Case& one : kCases) {
    SCOPED_TRACE(one.name);
    auto limit = FailureLimit::Parse(one.limit);
    ASSERT_TRUE(limit.ok());
    std::optional<std::string> sentence;
    for (const char row : one.rows) {
      ASSERT_FALSE(sentence.has_value()) << "stopped too early: " << *sentence;
      sentence = limit->Count(row == 'x' ? Row::kFailed : Row::kWell);
    }
    EXPECT_EQ(sentence.value_or(""), one.sentence);
  }
}

TEST(FailureLimit, RefusesWhatIsNoLimit) {
  for (const std::string text : {"", "ten", "-1", "101%", "%", "5 %x"}) {
    const auto limit = FailureLimit::Parse(text);
    ASSERT_FALSE(limit.ok()) << text;
    EXPECT_EQ(limit.error().code, base::ErrorCode::kUsage);
    EXPECT_EQ(limit.error().message,
              "--max-failures wants a number of rows (25) or a share (10%), not \"" + text + "\"");
  }
}

TEST(FailureLimit, StopsTheRunAndCountsOnlyRowsThatWereSent) {
  DispatchStage stage;
  auto limit = FailureLimit::Parse("3");
  ASSERT_TRUE(limit.ok());
  stage.dispatcher->set_failure_limit(*limit);
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kRefused, 1000);
  for (std::int64_t row = 1; row <= 20; ++row) {
    const auto job = MakeRow(row, Email(row), "org_1");
    // Rows of a failed organization fail, but send nothing.
    if (row <= 10) job->organization = CachedOrganization{};
    stage.RunRow(job);
    EXPECT_EQ(stage.dispatcher->stopped(), row >= 14) << row;
  }
  ASSERT_TRUE(stage.dispatcher->failure().has_value());
  EXPECT_EQ(stage.dispatcher->failure()->code, base::ErrorCode::kLimit);
  EXPECT_EQ(stage.dispatcher->failure()->message,
            "4 rows failed, more than the limit of 3 (--max-failures)");
}

// Parked since the target gives no answer to believe: going on would send the whole file into that.
TEST(FailureLimit, CountsRowsThatAreParkedSinceTheirFateIsUnknown) {
  DispatchStage stage;
  auto limit = FailureLimit::Parse("3");
  ASSERT_TRUE(limit.ok());
  stage.dispatcher->set_failure_limit(*limit);
  FailFirst(stage, http::Method::kPost, support::kUsersPath, Fault::kResetBefore, 1000);
  Reach(stage);
  for (std::int64_t row = 1; row <= 10; ++row) {
    stage.RunRow(MakeRow(row, Email(row)));
    EXPECT_EQ(stage.dispatcher->stopped(), row >= 4) << row;
  }
}

}  // namespace
}  // namespace rehome::dispatch
