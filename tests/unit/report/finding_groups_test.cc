#include "report/finding_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/report/findings.h"

namespace rehome::report {
namespace {

using ::testing::ElementsAre;

TEST(FindingGroups, CountByKindAndKeepTheLowestRowsOfAnyOrder) {
  FindingGroups groups;
  for (const std::int64_t row : {9, 3, 8, 3, 7, 2, 6, 5}) {
    groups.Add(Mismatch(row, "first_name", "Ann", "Anna"));
  }
  groups.Add(Missing(40, model::EffectKind::kMembership, "om_40"));
  const std::vector<ErrorGroup> found = groups.groups();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].reason, model::Reason::kVerifyMissing);
  EXPECT_EQ(found[0].phase, model::Phase::kVerification);
  EXPECT_EQ(found[0].count, 1);
  EXPECT_EQ(found[0].sample_detail, "membership om_40");
  EXPECT_EQ(found[1].reason, model::Reason::kVerifyMismatch);
  EXPECT_EQ(found[1].count, 8);
  EXPECT_THAT(found[1].sample_rows, ElementsAre(2, 3, 5, 6, 7));
  EXPECT_EQ(found[1].sample_detail,
            "user user_9, first_name: \"Ann\" was written, \"Anna\" is there");
}

TEST(FindingGroups, SayWhichObjectIsTheOther) {
  FindingGroups groups;
  groups.Add(DuplicateUser(1, "user_1", "user_2", "ANN@example.com"));
  EXPECT_EQ(groups.groups()[0].sample_detail, "user user_1 and user_2, email \"ANN@example.com\"");
}

TEST(FindingGroups, CallAnEmptyValueNothing) {
  FindingGroups groups;
  groups.Add(Mismatch(1, "last_name", "Ng", ""));
  EXPECT_EQ(groups.groups()[0].sample_detail,
            "user user_1, last_name: \"Ng\" was written, nothing is there");
}

}  // namespace
}  // namespace rehome::report
