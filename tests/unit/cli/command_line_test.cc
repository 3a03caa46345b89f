#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <vector>

namespace rehome::cli {
namespace {

TEST(ImportLine, IsTheRehearsalWithoutWhatOnlyThatHas) {
  const std::vector<const char*> words = {
      "rehome", "rehearse",     "our users.csv", "--speed", "50",           "--rate",
      "9",      "--latency=20", "--faults",      "bad-day", "--org-by-name"};
  EXPECT_EQ(ImportLineOf(words), "rehome import 'our users.csv' --rate 9 --org-by-name");
}

TEST(ImportLine, TakesTheNameOfTheCommandForAFileToo) {
  const std::vector<const char*> words = {"rehome", "rehearse", "rehearse"};
  EXPECT_EQ(ImportLineOf(words), "rehome import rehearse");
}

}  // namespace
}  // namespace rehome::cli
