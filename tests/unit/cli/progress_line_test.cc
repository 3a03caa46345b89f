#include "cli/progress_line.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

#include "report/text_table.h"

namespace rehome::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

PhaseProgress Rows() {
  return {.counts = {.name = "rows",
                     .done = 1200,
                     .all = 14997,
                     .worked = 1200,
                     .time = seconds(27),
                     .errors = {{"failed", 3}, {"rejected", 1000}}},
          .per_second = 45.2,
          .left = seconds(306),
          .limit = {.words = "quota of all requests", .brief = "total quota", .waiting = false},
          .ended = false};
}

TEST(ProgressLine, TellsEverythingWhereThereIsRoom) {
  EXPECT_EQ(ProgressLine(Rows(), kAnyWidth),
            "rows 1,200/14,997 (8 %) · 45/s · 5:06 left · limit: quota of all requests · 3 failed "
            "· 1,000 rejected");
}

TEST(ProgressLine, LeavesOutWhatMattersLeast) {
  const PhaseProgress rows = Rows();
  EXPECT_EQ(ProgressLine(rows, 95),
            "rows 1,200/14,997 (8 %) · 45/s · 5:06 left · quota of all requests · 3 failed · 1,000 "
            "rejected");
  EXPECT_EQ(ProgressLine(rows, 79),
            "rows 1,200/14,997 (8 %) · 45/s · 5:06 left · total quota · 1,003 errors");
  EXPECT_EQ(ProgressLine(rows, 60), "rows 1,200/14,997 (8 %) · 45/s · 5:06 left · 1,003 errors");
  EXPECT_EQ(ProgressLine(rows, 39), "rows 8 % · 5:06 left · 1,003 errors");
  EXPECT_EQ(ProgressLine(rows, 25), "rows 8 % · 1,003 errors");
  EXPECT_EQ(ProgressLine(rows, 12), "rows 8 %");
  EXPECT_EQ(ProgressLine(rows, 5), "8 %");
  EXPECT_EQ(ProgressLine(rows, 2), "");
  EXPECT_EQ(ProgressLine(rows, 0), "");
}

TEST(ProgressLine, TellsAPauseBeforeTheRate) {
  PhaseProgress rows = Rows();
  rows.counts.errors.clear();
  rows.limit = {
      .words = "paused by 429 until 14:03:20", .brief = "429 until 14:03:20", .waiting = true};
  EXPECT_EQ(ProgressLine(rows, kAnyWidth),
            "rows 1,200/14,997 (8 %) · 45/s · 5:06 left · paused by 429 until 14:03:20");
  EXPECT_EQ(ProgressLine(rows, 39), "rows 8 % · 45/s · 429 until 14:03:20");
}

// Each word of a line stands in the widest one too: none is cut in two.
TEST(ProgressLine, NeverIsWiderThanTheTerminalNorCutsANumber) {
  PhaseProgress big = Rows();
  big.counts.done = 1'234'567;
  big.counts.all = 10'000'000;
  big.per_second = 1999.6;
  big.left = std::chrono::hours(27);
  const std::string words = " " + ProgressLine(big, kAnyWidth) + " ";
  for (int columns = 0; columns <= 160; ++columns) {
    const std::string line = ProgressLine(big, columns);
    EXPECT_LE(report::DisplayWidth(line), columns);
    std::string rest = line;
    while (!rest.empty()) {
      const std::string word = rest.substr(0, rest.find(' '));
      rest.erase(0, std::min(rest.size(), word.size() + 1));
      const bool brief =
          word == "total" || word == "errors" || word == "1,003" || word == "12" || word == "%";
      EXPECT_TRUE(brief || words.find(" " + word + " ") != std::string::npos) << line;
    }
  }
}

TEST(ProgressLine, MakesNoForecastFromNothing) {
  PhaseProgress start;
  start.counts = {.name = "rows", .done = 0, .all = 500};
  EXPECT_EQ(ProgressLine(start, 80), "rows 0/500 (0 %)");
  start.counts.all = 0;
  EXPECT_EQ(ProgressLine(start, 80), "rows 0/0");
}

TEST(ProgressLine, SaysHowAPhaseEnded) {
  PhaseProgress rows = Rows();
  rows.ended = true;
  rows.left.reset();
  rows.limit = {};
  rows.counts.errors.clear();
  rows.counts.time = seconds(333);
  EXPECT_EQ(ProgressLine(rows, 80), "rows 1,200/14,997 (8 %) · 45/s · stopped after 5:33");
  rows.counts.done = rows.counts.all;
  EXPECT_EQ(ProgressLine(rows, 80), "rows 14,997/14,997 (100 %) · 45/s · in 5:33");
}

TEST(ProgressLine, CountsWholeSecondsAndSmallRatesInTenths) {
  EXPECT_EQ(TimeLeftText(milliseconds(3400)), "0:04");
  EXPECT_EQ(TimeLeftText(seconds(306)), "5:06");
  EXPECT_EQ(TimeLeftText(milliseconds(59'900)), "1:00");
  EXPECT_EQ(RateText(0), "0/s");
  EXPECT_EQ(RateText(0.42), "0.4/s");
  EXPECT_EQ(RateText(9.96), "10/s");
  EXPECT_EQ(RateText(1234.4), "1,234/s");
}

}  // namespace
}  // namespace rehome::cli
