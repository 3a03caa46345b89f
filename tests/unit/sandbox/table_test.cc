#include "sandbox/table.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace rehome::sandbox {
namespace {

base::Instant At(int seconds) { return base::Instant(std::chrono::seconds(seconds)); }

User MakeUser(const std::string& id, const std::string& email) {
  User user;
  user.id = id;
  user.email = email;
  return user;
}

std::vector<Slot> WithEmail(const Table<User>& table, const std::string& email) {
  const auto slots = table.Candidates(MakeKey(KeyKind::kEmail, email));
  return {slots.begin(), slots.end()};
}

TEST(SandboxTable, ShowsEachMomentTheVersionOfItsTime) {
  Table<User> table;
  const Slot slot = table.Add(MakeUser("user_1", "a@example.com"), At(10));
  table.Replace(slot, MakeUser("user_1", "b@example.com"), At(20));
  table.Replace(slot, MakeUser("user_1", "c@example.com"), At(30));
  table.Erase(slot, At(40));
  EXPECT_EQ(table.At(slot, At(9)), nullptr);
  EXPECT_EQ(table.At(slot, At(10))->email, "a@example.com");
  EXPECT_EQ(table.At(slot, At(29))->email, "b@example.com");
  EXPECT_EQ(table.At(slot, At(39))->email, "c@example.com");
  EXPECT_EQ(table.At(slot, At(40)), nullptr);
  EXPECT_EQ(table.Current(slot), nullptr);
  EXPECT_EQ(table.live(), 0U);
}

TEST(SandboxTable, FindsAnOldKeyUntilItsVersionIsPruned) {
  Table<User> table;
  const Slot slot = table.Add(MakeUser("user_1", "a@example.com"), At(10));
  table.Replace(slot, MakeUser("user_1", "b@example.com"), At(20));
  EXPECT_EQ(WithEmail(table, "A@example.com"), std::vector<Slot>{slot});
  table.Prune(At(19));
  EXPECT_EQ(WithEmail(table, "a@example.com"), std::vector<Slot>{slot});
  table.Prune(At(20));
  EXPECT_EQ(WithEmail(table, "a@example.com"), std::vector<Slot>{});
  EXPECT_EQ(WithEmail(table, "b@example.com"), std::vector<Slot>{slot});
}

TEST(SandboxTable, KeepsAKeyThatANewerVersionStillHas) {
  Table<User> table;
  const Slot slot = table.Add(MakeUser("user_1", "a@example.com"), At(10));
  table.Replace(slot, MakeUser("user_1", "A@EXAMPLE.com"), At(20));
  table.Prune(At(20));
  EXPECT_EQ(WithEmail(table, "a@example.com"), std::vector<Slot>{slot});
}

TEST(SandboxTable, KeepsWhatALaggingReaderStillSeesWhenItPrunes) {
  Table<User> table;
  const Slot slot = table.Add(MakeUser("user_1", "a@example.com"), At(10));
  table.Replace(slot, MakeUser("user_1", "b@example.com"), At(20));
  table.Erase(slot, At(30));
  table.Prune(At(25));
  ASSERT_NE(table.At(slot, At(25)), nullptr);
  EXPECT_EQ(table.At(slot, At(25))->email, "b@example.com");
  table.Prune(At(30));
  EXPECT_EQ(table.At(slot, At(30)), nullptr);
  EXPECT_EQ(WithEmail(table, "b@example.com"), std::vector<Slot>{});
}

TEST(SandboxTable, ShowsTheOldestVersionItKeepsWhenTheLagGrows) {
  Table<User> table;
  const Slot slot = table.Add(MakeUser("user_1", "a@example.com"), At(10));
  table.Replace(slot, MakeUser("user_1", "b@example.com"), At(20));
  table.Prune(At(20));
  ASSERT_NE(table.At(slot, At(5)), nullptr);
  EXPECT_EQ(table.At(slot, At(5))->email, "b@example.com");
}

TEST(SandboxTable, KnowsThePlaceOfAnErasedIdButNotItsObject) {
  Table<User> table;
  const Slot slot = table.Add(MakeUser("user_1", "a@example.com"), At(10));
  table.Erase(slot, At(20));
  table.Prune(At(20));
  EXPECT_EQ(table.PlaceOf("user_1"), slot);
  EXPECT_EQ(table.FindCurrent("user_1"), std::nullopt);
  EXPECT_EQ(table.PlaceOf("user_2"), std::nullopt);
}

TEST(SandboxTable, GivesTheCandidatesOfAKeyInOrderOfCreation) {
  Table<User> table;
  const Slot first = table.Add(MakeUser("user_1", "x@example.com"), At(1));
  const Slot second = table.Add(MakeUser("user_2", "a@example.com"), At(2));
  table.Replace(first, MakeUser("user_1", "a@example.com"), At(3));
  EXPECT_EQ(WithEmail(table, "a@example.com"), (std::vector<Slot>{first, second}));
}

}  // namespace
}  // namespace rehome::sandbox
