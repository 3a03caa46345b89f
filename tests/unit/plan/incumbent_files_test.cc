// Rows of the two incumbents' sample files, as a reader hands them over: their files import
// unchanged.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/plan/rows.h"

namespace rehome::plan {
namespace {

using model::Column;

TEST(IncumbentFiles, FileOfErrorsGivesExactlyFiveRejectedRows) {
  const std::vector<model::Row> rows = {
      RowOf({{Column::kEmail, ""}, {Column::kOrgName, "Acme Corp"}}),
      RowOf({{Column::kEmail, "invalid-email"}, {Column::kOrgName, "Beta Inc"}}),
      RowOf({{Column::kEmailVerified, "invalid"},
             {Column::kMetadata, "{invalid json}"},
             {Column::kOrgName, "Gamma LLC"}}),
      RowOf({{Column::kOrgId, "org_001"},
             {Column::kOrgExternalId, "dana-org"},
             {Column::kOrgName, "Delta Co"}}),
      RowOf({{Column::kOrgExternalId, "eve-org"},
             {Column::kOrgName, "Eve Inc"},
             {Column::kPasswordHash, "hash123"}}),
  };
  std::vector<std::string> codes;
  for (const model::Row& row : rows) {
    std::string of_row;
    for (const model::Rejection& rejection : Plan(row).rejections) {
      of_row += std::string(model::CodeOf(rejection.reason)) + " ";
    }
    codes.push_back(of_row);
  }
  EXPECT_EQ(codes, (std::vector<std::string>{
                       "email_missing org_name_alone ", "email_invalid org_name_alone ",
                       "email_verified_invalid metadata_invalid org_name_alone ",
                       "org_id_conflict ", "password_hash_incomplete "}));
}

TEST(IncumbentFiles, RowsOfTheOtherFilesAreAcceptedWithoutARemark) {
  const std::vector<model::Row> rows = {
      RowOf({{Column::kEmail, "just-email@test.com"}}),
      RowOf({{Column::kEmail, "name-verified@test.com"},
             {Column::kFirstName, "Alex"},
             {Column::kEmailVerified, "yes"},
             {Column::kMetadata, R"({"plan":"starter","region":"us-east-1"})"}}),
      RowOf(
          {{Column::kPasswordHash, "$2a$10$h8wZPR/PyqyBHaH0g0qKRuet9IoVjaVaH/1OxfotVh6tLHx4Akyc2"},
           {Column::kPasswordHashType, "bcrypt"},
           {Column::kExternalId, "ext-123"}}),
      RowOf({{Column::kEmail, " alice@example.com "},
             {Column::kEmailVerified, "yes"},
             {Column::kExternalId, "user-001"},
             {Column::kOrgExternalId, "acme-corp"},
             {Column::kOrgName, "Acme Corporation"}}),
      RowOf({{Column::kEmail, "user0@org0.example.com"},
             {Column::kEmailVerified, "true"},
             {Column::kExternalId, "user_0"},
             {Column::kOrgExternalId, "org-000000"},
             {Column::kOrgName, "Acme Corp 0"},
             {Column::kMetadata, R"({"role":"admin","tier":"premium"})"}}),
      RowOf({{Column::kEmail, "jack@beta.com"},
             {Column::kEmailVerified, "1"},
             {Column::kOrgExternalId, "delta-co"},
             {Column::kOrgName, "Delta Co"}}),
  };
  for (const model::Row& row : rows) {
    SCOPED_TRACE(row[Column::kEmail]);
    EXPECT_EQ(Rejections(Plan(row)), "");
    EXPECT_EQ(Warnings(Plan(row)), "");
  }
}

}  // namespace
}  // namespace rehome::plan
