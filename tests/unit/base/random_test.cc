#include "base/random.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace rehome::base {
namespace {

TEST(Random, GivesTheSameNumbersForTheSameSeed) {
  Random one(42);
  Random other(42);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.Next(), other.Next());
  EXPECT_NE(Random(1).Next(), Random(2).Next());
}

// The first values of SplitMix64 for seed 0, as its author's program prints them.
TEST(Random, IsSplitMix64) {
  Random random(0);
  EXPECT_EQ(random.Next(), 0xe220a8397b1dcdafULL);
  EXPECT_EQ(random.Next(), 0x6e789e6aa1b965f4ULL);
  EXPECT_EQ(random.Next(), 0x06c45d188009454fULL);
}

TEST(Random, StaysWithinItsBounds) {
  const std::uint64_t seed = EntropySeed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t number = random.Below(4);
    EXPECT_LT(number, 4U);
    seen.insert(number);
    const double unit = random.Unit();
    EXPECT_GE(unit, 0);
    EXPECT_LT(unit, 1);
  }
  EXPECT_EQ(seen.size(), 4U);
  EXPECT_EQ(random.Below(0), 0U);
  EXPECT_EQ(random.Below(1), 0U);
}

TEST(Random, MakesUuidsOfVersionFour) {
  const std::uint64_t seed = EntropySeed();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string uuid = random.Uuid();
    ASSERT_EQ(uuid.size(), 36U);
    EXPECT_EQ(uuid.find_first_not_of("0123456789abcdef-"), std::string::npos);
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) EXPECT_EQ(uuid[dash], '-');
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 200U);
}

}  // namespace
}  // namespace rehome::base
