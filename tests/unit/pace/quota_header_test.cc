#include "pace/quota_header.h"

#include <chrono>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace rehome::pace {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr base::Instant kStart{std::chrono::hours(1)};
constexpr base::WallTime kWall{milliseconds(1'780'272'000'000)};

struct Case {
  const char* name;
  http::QuotaLines lines;
  std::optional<std::pair<std::int64_t, base::Duration>> read;
};

std::vector<Case> Cases() {
  return {
      {"three headers", {.remaining = "7", .reset = "30", .combined = ""}, {{7, seconds(30)}}},
      {"a time of day",
       {.remaining = "0", .reset = "1780272012", .combined = ""},
       {{0, seconds(12)}}},
      {"the same in milliseconds",
       {.remaining = "0", .reset = "1780272012500", .combined = ""},
       {{0, milliseconds(12500)}}},
      {"one header",
       {.remaining = "", .reset = "", .combined = "\"default\";r=0;t=30"},
       {{0, seconds(30)}}},
      {"one of an older draft",
       {.remaining = "", .reset = "", .combined = "limit=100, remaining=3, reset=9"},
       {{3, seconds(9)}}},
      {"no reset", {.remaining = "0", .reset = "", .combined = ""}, {}},
      {"no number", {.remaining = "none", .reset = "1", .combined = ""}, {}},
      {"a negative one", {.remaining = "-1", .reset = "1", .combined = ""}, {}},
      {"one that does not fit",
       {.remaining = "0", .reset = "99999999999999999999999", .combined = ""},
       {}},
      {"nothing", {}, {}},
  };
}

TEST(QuotaHeader, IsReadInAllItsForms) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.name);
    const auto state = ParseQuotaLines(one.lines, kWall);
    ASSERT_EQ(state.has_value(), one.read.has_value());
    if (!state) continue;
    EXPECT_EQ(state->remaining, one.read->first);
    EXPECT_EQ(state->reset, one.read->second);
  }
}

// What answers of a window say that ends at `end`, or that slides when there is no end.
http::QuotaLines LinesAt(base::Instant now, std::optional<base::Instant> end, int remaining) {
  const auto left = end ? std::chrono::ceil<seconds>(*end - now) : seconds(10);
  return {.remaining = std::to_string(remaining),
          .reset = std::to_string(left.count()),
          .combined = ""};
}

TEST(QuotaHeader, HoldsBackUntilAFixedWindowEnds) {
  QuotaHeaders headers;
  const base::Instant end = kStart + seconds(10);
  for (base::Instant now = kStart; now < kStart + seconds(7); now += milliseconds(130)) {
    EXPECT_FALSE(headers.Note(LinesAt(now, end, 5), now, kWall));
  }
  const auto until = headers.Note(LinesAt(kStart + seconds(7), end, 0), kStart + seconds(7), kWall);
  ASSERT_TRUE(until);
  EXPECT_GE(*until, end);
  EXPECT_LE(*until, end + seconds(1));
}

TEST(QuotaHeader, IgnoresAResetThatMovesWithTheTime) {
  QuotaHeaders headers;
  for (base::Instant now = kStart; now < kStart + seconds(60); now += milliseconds(130)) {
    EXPECT_FALSE(headers.Note(LinesAt(now, std::nullopt, 0), now, kWall));
  }
}

TEST(QuotaHeader, IgnoresAResetThatIsFarAway) {
  QuotaHeaders headers;
  const base::Instant end = kStart + std::chrono::hours(1);
  for (base::Instant now = kStart; now < kStart + seconds(60); now += milliseconds(130)) {
    EXPECT_FALSE(headers.Note(LinesAt(now, end, 0), now, kWall));
  }
}

}  // namespace
}  // namespace rehome::pace
