#include "cli/file_uri.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace rehome::cli {
namespace {

TEST(FileUri, IsRelativeInAndBelowTheWorkingDirectory) {
  const std::string here = std::filesystem::current_path().string();
  EXPECT_EQ(FileUri("users.csv"), "users.csv");
  EXPECT_EQ(FileUri("./a/../users.csv"), "users.csv");
  EXPECT_EQ(FileUri(here + "/in put/users.csv"), "in%20put/users.csv");
  EXPECT_EQ(FileUri("/no such/users#1.csv"), "file:///no%20such/users%231.csv");
  EXPECT_TRUE(FileUri("../users.csv").starts_with("file:///"));
}

TEST(FileUri, OfANameWithAColonIsNoScheme) { EXPECT_EQ(FileUri("a:b.csv"), "a%3Ab.csv"); }

}  // namespace
}  // namespace rehome::cli
