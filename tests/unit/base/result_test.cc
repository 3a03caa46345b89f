#include "base/result.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace rehome::base {
namespace {

Status Step(bool ok) {
  if (ok) return {};
  return Error{ErrorCode::kIo, "cannot write a: full"};
}

Result<int> TwoSteps(bool second) {
  RETURN_IF_ERROR(Step(true));
  RETURN_IF_ERROR(Step(second));
  return 2;
}

TEST(Result, HoldsAValueOrAnError) {
  const Result<int> good = TwoSteps(true);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(*good, 2);
  const Result<int> bad = TwoSteps(false);
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().code, ErrorCode::kIo);
  EXPECT_EQ(bad.error().message, "cannot write a: full");
}

TEST(Result, HandsOverWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = std::move(result).value();
  EXPECT_EQ(*taken, 7);
}

TEST(ResultDeathTest, ReadingTheWrongHalfIsABugThatNamesItsPlace) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const Result<int> bad = TwoSteps(false);
  EXPECT_DEATH(static_cast<void>(*bad), "internal error: ok\\(\\) is false .*result\\.h:[0-9]+");
}

}  // namespace
}  // namespace rehome::base
