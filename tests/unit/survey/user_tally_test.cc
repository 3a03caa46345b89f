#include "survey/user_tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <string>
#include <system_error>

#include "base/random.h"
#include "survey/repeated_keys.h"

namespace rehome::survey {
namespace {

std::string EmailOf(std::uint64_t user) { return "user" + std::to_string(user) + "@example.com"; }

TEST(UserTally, ComparesEmailsTrimmedAndWithoutCase) {
  UserTally tally(::testing::TempDir());
  tally.Count(" Alice@Example.com", {1, 2, 20}, true);
  tally.Count("", {2, 3, 40}, true);
  tally.Count("  ", {3, 4, 50}, true);
  tally.Count("alice@example.COM\t", {4, 5, 60}, true);
  tally.Count("bob@example.com", {5, 6, 80}, true);
  tally.Count("ALICE@example.com", {6, 7, 99}, true);
  const auto users = tally.Finish();
  ASSERT_TRUE(users.ok());
  EXPECT_EQ(users->distinct_selected, 2);
  EXPECT_EQ(users->repeated->count(), 1);
  const auto first = *users->repeated->FirstRow("alice@example.com ");
  ASSERT_TRUE(first.has_value());
  EXPECT_EQ(first->row, 1);
  EXPECT_EQ(first->line, 2);
  EXPECT_EQ(first->offset, 20);
  EXPECT_EQ(*users->repeated->FirstRow("bob@example.com"), std::nullopt);
  EXPECT_EQ(*users->repeated->FirstRow("carol@example.com"), std::nullopt);
}

TEST(UserTally, KeepsAnEmailOfAnyLength) {
  const std::string email(100000, 'E');
  UserTally tally(::testing::TempDir());
  tally.Count(email, {1, 2, 20}, true);
  tally.Count(std::string(100000, 'e'), {2, 3, 30}, true);
  EXPECT_EQ(tally.Finish()->repeated->FirstRow(email)->value().row, 1);
}

struct SizeCase {
  const char* name;
  std::uint64_t rows;
  std::uint64_t users;
};

TEST(UserTally, IsRightHoweverManyUsersThereAre) {
  const SizeCase cases[] = {
      {"in memory", 5000, 4000},
      {"runs in a file, few users", 300000, 3000},
      {"runs in a file, repeated users in memory", 100000, 10000000},
      {"runs in a file, repeated users in a file", 400000, 200000},
  };
  for (const SizeCase& c : cases) {
    SCOPED_TRACE(std::string(c.name) + ", seed " + std::to_string(c.rows));
    base::Random random(c.rows);
    std::map<std::uint64_t, std::pair<model::Position, int>> expected;
    UserTally tally(::testing::TempDir());
    std::int64_t selected_users = 0;
    for (std::uint64_t i = 1; i <= c.rows; ++i) {
      const std::uint64_t user = random.Below(c.users);
      const auto row = static_cast<std::int64_t>(i);
      const model::Position position{row, 3 * row, 1000 * row};
      tally.Count(EmailOf(user), position, true);
      auto& entry = expected.try_emplace(user, position, 0).first->second;
      if (++entry.second == 1) ++selected_users;
    }
    const auto users = tally.Finish();
    ASSERT_TRUE(users.ok()) << users.error().message;
    EXPECT_EQ(users->distinct_selected, selected_users);
    std::int64_t repeated = 0;
    for (const auto& [user, entry] : expected) {
      if (entry.second > 1) ++repeated;
      const auto first = *users->repeated->FirstRow(EmailOf(user));
      ASSERT_EQ(first.has_value(), entry.second > 1) << user;
      if (!first) continue;
      ASSERT_EQ(first->row, entry.first.row);
      ASSERT_EQ(first->line, entry.first.line);
      ASSERT_EQ(first->offset, entry.first.offset);
    }
    EXPECT_EQ(users->repeated->count(), repeated);
  }
}

TEST(UserTally, CountsAUserAsSelectedWhenAnyOfItsRowsIs) {
  for (const std::uint64_t others : {std::uint64_t{10}, std::uint64_t{200000}}) {
    UserTally tally(::testing::TempDir());
    tally.Count("a@x.com", {1, 2, 3}, false);
    for (std::uint64_t i = 0; i < others; ++i) {
      tally.Count(EmailOf(i), {static_cast<std::int64_t>(i) + 2, 3, 4}, false);
    }
    tally.Count("a@x.com", {900000, 2, 3}, true);
    const auto users = tally.Finish();
    EXPECT_EQ(users->distinct_selected, 1);
    EXPECT_EQ(users->repeated->FirstRow("a@x.com")->value().row, 1);
  }
}

TEST(UserTally, SaysWhenItsTemporaryDirectoryIsGone) {
  UserTally tally("/absent");
  for (std::uint64_t i = 0; i < 200000; ++i) {
    tally.Count(EmailOf(i), {static_cast<std::int64_t>(i) + 1, 1, 1}, true);
  }
  const auto users = tally.Finish();
  ASSERT_FALSE(users.ok());
  EXPECT_EQ(users.error().message,
            "cannot create a temporary file in /absent: No such file or directory");
}

// Cuts off every file without a name that this process has open.
int CutUnnamedFiles() {
  int cut = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string to = std::filesystem::read_symlink(entry.path(), gone);
    if (to.ends_with(" (deleted)") && truncate(entry.path().c_str(), 0) == 0) ++cut;
  }
  return cut;
}

TEST(RepeatedKeys, SayThatTheirFileCannotBeRead) {
  RepeatedKeysWriter writer(::testing::TempDir());
  for (std::uint64_t i = 1; i <= 70000; ++i) {
    ASSERT_TRUE(writer.Add(KeyEntry({i << 32, i}, {1, 2, 3}, true)).ok());
  }
  const auto users = writer.Finish();
  ASSERT_TRUE(users.ok());
  ASSERT_EQ(CutUnnamedFiles(), 1);
  const auto first = (*users)->FirstRow(UserKey("a@x.com"));
  ASSERT_FALSE(first.ok());
  EXPECT_EQ(first.error().code, base::ErrorCode::kIo);
  EXPECT_THAT(first.error().message,
              ::testing::StartsWith("the temporary file of the survey cannot be read ("));
}

TEST(KeyEntry, HoldsPositionsOfVeryLargeFiles) {
  const model::Position position{(std::int64_t{1} << 38) - 1, (std::int64_t{1} << 44) - 1,
                                 (std::int64_t{1} << 44) - 1};
  KeyEntry entry({1, 2}, position, false);
  EXPECT_FALSE(entry.repeated());
  EXPECT_FALSE(entry.selected());
  entry.Absorb(KeyEntry({1, 2}, {1, 1, 1}, true));
  EXPECT_TRUE(entry.repeated());
  EXPECT_TRUE(entry.selected());
  EXPECT_EQ(entry.position().row, position.row);
  EXPECT_EQ(entry.position().line, position.line);
  EXPECT_EQ(entry.position().offset, position.offset);
}

}  // namespace
}  // namespace rehome::survey
