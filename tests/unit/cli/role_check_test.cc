#include "cli/role_check.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rehome::cli {
namespace {

void Add(pipeline::RoleCensus& census, std::int64_t row, std::vector<std::string> slugs) {
  plan::Planned planned;
  planned.plan.position = {.row = row, .line = row + 1, .offset = 0};
  planned.plan.role_slugs = std::move(slugs);
  census.Add(planned);
}

const std::vector<std::string> kThere = {"admin", "member"};

TEST(UnknownRolesText, IsEmptyWhenAllAreThereOrBelongToOneOrganization) {
  pipeline::RoleCensus census;
  EXPECT_EQ(UnknownRolesText(census, kThere, "users.csv"), "");
  Add(census, 1, {"admin", "member"});
  Add(census, 2, {"org-billing"});
  EXPECT_EQ(UnknownRolesText(census, kThere, "users.csv"), "");
}

TEST(UnknownRolesText, NamesEachWithItsRowsItsFirstLineAndWhatWasMeant) {
  pipeline::RoleCensus census;
  Add(census, 1, {"admin"});
  Add(census, 4, {"admn"});
  Add(census, 5, {"admn", "owner"});
  EXPECT_EQ(UnknownRolesText(census, kThere, "users.csv"),
            "users.csv: 2 roles of the file are not in the environment, and nothing was written\n"
            "  \"admn\": 2 rows, first on line 5; did you mean \"admin\"?\n"
            "  \"owner\": 1 row, on line 6\n"
            "the environment has admin, member; create what is missing there, or correct "
            "role_slugs");
}

TEST(UnknownRolesText, OfARunThatGoesOnDoesNotSayThatNothingWasEverWritten) {
  pipeline::RoleCensus census;
  Add(census, 4, {"boss"});
  EXPECT_EQ(UnknownRolesText(census, kThere, "users.csv", "20261126-101112-abcd"),
            "users.csv: 1 role of the rows that are left is not in the environment; run "
            "20261126-101112-abcd stays as it is, and nothing more was written\n"
            "  \"boss\": 1 row, on line 5\n"
            "the environment has admin, member; create what is missing there and go on, or correct "
            "role_slugs in a copy of the file and import that");
}

TEST(UnknownRolesText, StaysShort) {
  pipeline::RoleCensus census;
  for (int i = 0; i < 30; ++i) Add(census, i, {"role-" + std::to_string(100 + i)});
  const std::string text = UnknownRolesText(census, kThere, "users.csv");
  EXPECT_NE(text.find("30 roles of the file are not"), std::string::npos);
  EXPECT_NE(text.find("\n  and 20 more\n"), std::string::npos);
  EXPECT_NE(text.find("the environment has admin, member; "), std::string::npos);
  EXPECT_EQ(text.find("role-110"), std::string::npos);
}

TEST(RolesUsedText, CountsTheRowsOfEach) {
  pipeline::RoleCensus census;
  EXPECT_EQ(RolesUsedText(census), "");
  Add(census, 1, {"member"});
  Add(census, 2, {"admin", "member"});
  EXPECT_EQ(RolesUsedText(census), "admin (1 row), member (2 rows)");
}

}  // namespace
}  // namespace rehome::cli
