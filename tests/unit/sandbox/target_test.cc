#include "sandbox/target.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace rehome::sandbox {
namespace {

TEST(SandboxTarget, SplitsBeforeItDecodes) {
  const auto target = ParseTarget("/a/b%2Fc/+?x=1%262&y=a+b&x=3&z");
  ASSERT_TRUE(target.has_value());
  EXPECT_EQ(target->segments, (std::vector<std::string>{"a", "b/c", "+"}));
  EXPECT_EQ(target->Find("x"), "3");
  EXPECT_EQ(target->query.front().second, "1&2");
  EXPECT_EQ(target->Find("y"), "a b");
  EXPECT_EQ(target->Find("z"), std::nullopt);
  EXPECT_EQ(target->Find("w"), std::nullopt);
}

TEST(SandboxTarget, RefusesABrokenEscape) {
  for (const char* text : {"/%", "/%2", "/%zz", "/a?b=%", "/a?%=b"}) {
    EXPECT_FALSE(ParseTarget(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace rehome::sandbox
