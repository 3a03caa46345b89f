#include "validate/check_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/validate/checked_file.h"

namespace rehome::validate {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(CheckFile, SaysNothingOfAFileInOrder) {
  EXPECT_THAT(CheckedFile("email\n").Told(), IsEmpty());
  EXPECT_THAT(CheckedFile("email,external_id,org_external_id,org_name\n"
                          "a@x.com,1,acme,Acme\na@x.com,1,beta,Beta\nb@x.com,2,acme,\n")
                  .Told(),
              IsEmpty());
}

TEST(CheckFile, ComparesNamesOfAnOrganizationWithTheFirstThatIsNotBlank) {
  const std::string header = "email,org_external_id,org_name\n";
  const CheckedFile file(header +
                         "a@x.com,acme,\nb@x.com,acme, Acme \nc@x.com,acme,Acme\n"
                         "d@x.com,acme,ACME\ne@x.com,,Acme\nf@x.com,acme,\n");
  EXPECT_THAT(file.Told(),
              ElementsAre("2 blanks_around_value", "4 org_name_differs", "5 org_name_alone"));
  const CheckedFile by_name(header + "a@x.com,,Acme\nb@x.com,,Beta\n",
                            {.org_by_name = true, .first_role_only = false, .all_rows = {}});
  EXPECT_THAT(by_name.Told(), IsEmpty());
}

TEST(CheckFile, ComparesNoNamesWhenOneOrganizationIsForAllRows) {
  plan::PlanOptions all_rows;
  all_rows.all_rows = model::OrganizationRef{model::OrganizationRef::Kind::kExternalId, "all"};
  const CheckedFile file("email,org_external_id,org_name\na@x.com,acme,A\nb@x.com,acme,B\n",
                         all_rows);
  EXPECT_THAT(file.Told(), IsEmpty());
  const CheckedFile twice("email\na@x.com\nA@x.com\n", all_rows);
  EXPECT_THAT(twice.Told(), ElementsAre("2 membership_repeated"));
}

// Keys that do not fit into memory are the matter of unit_survey (UserTally).
TEST(CheckFile, FindsRepeatsThatLieFarApart) {
  constexpr int kUsers = 1000;
  std::string text = "email,external_id,org_external_id,org_name\n";
  for (int pass = 0; pass < 2; ++pass) {
    for (int i = 0; i < kUsers; ++i) {
      const std::string number = std::to_string(i);
      text += "u" + number + "@x.com," + number + ",acme,Acme\n";
    }
  }
  text += "other@x.com,471,beta,Beta\n";
  const auto told = CheckedFile(text).Told();
  ASSERT_THAT(told, SizeIs(kUsers + 1));
  EXPECT_EQ(told.front(), std::to_string(kUsers + 1) + " membership_repeated");
  EXPECT_EQ(told[kUsers - 1], std::to_string(2 * kUsers) + " membership_repeated");
  EXPECT_EQ(told.back(), std::to_string(2 * kUsers + 1) + " external_id_shared");
}

TEST(CheckFile, EndsWithTheErrorOfWhoIsTold) {
  const CheckedFile file("email\nnobody\nnobody\n");
  int visited = 0;
  const base::Status checked = CheckFile(file.input(), [&visited](const CheckedRecord&) {
    ++visited;
    return base::Status(base::Error{base::ErrorCode::kIo, "enough"});
  });
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().message, "enough");
  EXPECT_EQ(visited, 1);
}

TEST(CheckFile, RefusesAFileThatIsAnotherNow) {
  const CheckedFile file("email\na@x.com\n");
  file.file.Write("email\nbb@x.com\n");
  const auto checked = CheckFile(file.input(), [](const CheckedRecord&) { return base::Status(); });
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().code, base::ErrorCode::kInput);
}

TEST(CheckFile, GivesOneEditForTwoRemarksOnACell) {
  const CheckedFile file("email;email_verified\na@x.com;\" yes \"\n");
  std::vector<Edit> edits;
  const auto checked = CheckFile(file.input(), [&edits](const CheckedRecord& record) {
    EXPECT_THAT(record.problems, SizeIs(2));
    for (const model::Problem& problem : record.problems) EXPECT_EQ(problem.repaired, "true");
    edits.insert(edits.end(), record.edits.begin(), record.edits.end());
    return base::Status();
  });
  ASSERT_TRUE(checked.ok());
  ASSERT_THAT(edits, SizeIs(1));
  EXPECT_EQ(edits[0].begin, 29);
  EXPECT_EQ(edits[0].end, 36);
  EXPECT_EQ(edits[0].bytes, "true");
}

}  // namespace
}  // namespace rehome::validate
