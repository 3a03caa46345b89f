#include "cli/progress_view.h"

#include <gtest/gtest.h>

#include "cli/live_line.h"

namespace rehome::cli {
namespace {

struct Wish {
  const char* name;
  const char* progress;
  Screen screen;
  ProgressMode mode;
};

constexpr Wish kWishes[] = {
    {"a terminal", "auto", {.terminal = true}, ProgressMode::kBar},
    {"a pipe", "auto", {.terminal = false}, ProgressMode::kPlain},
    {"TERM=dumb", "auto", {.terminal = true, .rewrites = false}, ProgressMode::kPlain},
    {"events on the terminal", "auto", {.terminal = true, .events = true}, ProgressMode::kPlain},
    {"asked for lines", "plain", {.terminal = true}, ProgressMode::kPlain},
    {"asked for a bar", "bar", {.terminal = false, .rewrites = false}, ProgressMode::kBar},
    {"asked for none", "none", {.terminal = true}, ProgressMode::kNone},
};

TEST(ProgressMode, FollowsTheStreamUnlessAskedOtherwise) {
  for (const Wish& wish : kWishes) {
    SCOPED_TRACE(wish.name);
    OutputOptions output;
    output.progress = wish.progress;
    EXPECT_EQ(ModeOf(output, wish.screen), wish.mode);
    output.quiet = true;
    EXPECT_EQ(ModeOf(output, wish.screen), ProgressMode::kNone);
  }
}

TEST(LiveLine, WaitsWithTheCursorAtItsBeginning) {
  LiveLine line;
  EXPECT_EQ(line.Show("rows 1/2", 80), "\r\x1b[Jrows 1/2\r");
}

TEST(LiveLine, IsWrittenWhenTextOrWidthChange) {
  LiveLine line;
  line.Show("rows 1/2", 80);
  EXPECT_EQ(line.Show("rows 1/2", 80), "");
  EXPECT_NE(line.Show("rows 2/2", 80), "");
  EXPECT_NE(line.Show("rows 2/2", 40), "");
}

TEST(LiveLine, IsClearedOnce) {
  LiveLine line;
  EXPECT_EQ(line.Clear(), "");
  line.Show("rows 1/2", 80);
  EXPECT_EQ(line.Clear(), "\r\x1b[J");
  EXPECT_EQ(line.Clear(), "");
  // And then anew, though it is the same text.
  EXPECT_NE(line.Show("rows 1/2", 80), "");
}

}  // namespace
}  // namespace rehome::cli
