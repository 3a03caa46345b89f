#include "sandbox/id_source.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace rehome::sandbox {
namespace {

base::WallTime Ms(std::int64_t ms) { return base::WallTime(std::chrono::milliseconds(ms)); }

TEST(SandboxIdSource, WritesTheTimeInTheFirstTenDigits) {
  IdSource ids(1);
  const std::string id = ids.Next("user_", Ms(1469918176385));
  EXPECT_EQ(id.size(), 5U + 26U);
  EXPECT_EQ(id.substr(0, 15), "user_01ARYZ6S41");  // the example of the ULID specification
}

TEST(SandboxIdSource, GrowsAlsoWhenTheClockStandsOrGoesBack) {
  IdSource ids(1);
  std::string last = ids.Next("", Ms(1000));
  for (int i = 0; i < 1000; ++i) {
    const std::string next = ids.Next("", Ms(i % 2 == 0 ? 1000 : 900));
    ASSERT_LT(last, next) << "seed 1, id " << i;
    last = next;
  }
}

TEST(SandboxIdSource, RepeatsItselfWithTheSameSeedOnly) {
  IdSource first(1);
  IdSource same(1);
  IdSource other(2);
  const std::string id = first.Next("om_", Ms(5));
  EXPECT_EQ(id, same.Next("om_", Ms(5)));
  EXPECT_NE(id, other.Next("om_", Ms(5)));
}

}  // namespace
}  // namespace rehome::sandbox
