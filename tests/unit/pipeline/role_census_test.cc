#include "pipeline/role_census.h"

#include <gtest/gtest.h>

#include <string>

#include "source_file.h"

namespace rehome::pipeline {
namespace {

constexpr const char* kHeader = "email,email_verified,org_external_id,role_slugs\n";

RoleCensus CensusOf(const std::string& text, const plan::PlanOptions& options = {}) {
  SourceFile file(text);
  auto census = TakeRoleCensus(file.path, file.header, file.survey, file.All(), options);
  EXPECT_TRUE(census.ok());
  return census ? *std::move(census) : RoleCensus();
}

std::string Text(const RoleCensus& census) {
  std::string text;
  for (const auto& [slug, use] : census.roles()) {
    text += slug + " " + std::to_string(use.rows) + " from row " + std::to_string(use.first_row) +
            " on line " + std::to_string(use.first_line) + "\n";
  }
  return text;
}

TEST(RoleCensus, CountsTheRowsOfEachRoleAndKnowsTheFirst) {
  const RoleCensus census = CensusOf(std::string(kHeader) +
                                     "a@x.example,,acme,admin\n"
                                     "\n"
                                     "b@x.example,,acme,\"member,admin\"\n"
                                     "c@x.example,,acme,\n"
                                     "d@x.example,,acme,\"[\"\"member\"\"]\"\n");
  EXPECT_EQ(Text(census), "admin 2 from row 1 on line 2\nmember 2 from row 2 on line 4\n");
  EXPECT_EQ(census.several().rows, 1);
  EXPECT_EQ(census.several().first_line, 4);
  EXPECT_EQ(census.rows_beyond(), 0);
}

TEST(RoleCensus, LeavesOutWhatWillNotBeSent) {
  // A rejected row, a row without an organization, and roles that are dropped.
  const RoleCensus census =
      CensusOf(std::string(kHeader) +
                   "a@x.example,maybe,acme,one\n"
                   "b@x.example,,,two\n"
                   "c@x.example,,acme,\"three,four\"\n",
               {.org_by_name = false, .first_role_only = true, .all_rows = {}});
  EXPECT_EQ(Text(census), "three 1 from row 3 on line 4\n");
  EXPECT_EQ(census.several().rows, 0);
}

TEST(RoleCensus, KeepsToTheRowsOfThePart) {
  SourceFile file(std::string(kHeader) + "a@x.example,,acme,one\nb@x.example,,acme,two\n");
  const auto census =
      TakeRoleCensus(file.path, file.header, file.survey, {.first_row = 2, .last_row = 2}, {});
  ASSERT_TRUE(census.ok());
  EXPECT_EQ(Text(*census), "two 1 from row 2 on line 3\n");
}

TEST(RoleCensus, RemembersAThousandRolesAndCountsTheRestAsRows) {
  std::string text = kHeader;
  for (int i = 0; i < 1200; ++i) {
    const std::string n = std::to_string(i);
    text += "u" + n + "@x.example,,acme,role-" + n + "\n";
  }
  const RoleCensus census = CensusOf(text + "last@x.example,,acme,role-0\n");
  EXPECT_EQ(census.roles().size(), RoleCensus::kMostRoles);
  EXPECT_EQ(census.rows_beyond(), 200);
  EXPECT_EQ(census.roles().at("role-0").rows, 2);
}

TEST(RoleCensus, ReadsNothingWithoutTheColumn) {
  SourceFile file("email\na@x.example\n");
  const auto census = TakeRoleCensus("/no/such/file", file.header, file.survey, file.All(), {});
  ASSERT_TRUE(census.ok());
  EXPECT_TRUE(census->roles().empty());
}

TEST(RoleCensus, TellsTheRolesOfOneOrganizationByTheirSlug) {
  EXPECT_TRUE(IsOrganizationRole("org-billing"));
  EXPECT_FALSE(IsOrganizationRole("organizer"));
  EXPECT_FALSE(IsOrganizationRole("admin"));
}

}  // namespace
}  // namespace rehome::pipeline
