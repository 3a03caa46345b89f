#include "verify/expected_objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "unit/verify/verify_stage.h"

namespace rehome::verify {
namespace {

using model::EffectKind;
using model::Provenance;
using test::VerifyStage;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What the run in `stage` is expected to have made of one object.
Fields FieldsOf(VerifyStage& stage, EffectKind kind, std::int64_t row) {
  const std::string id = stage.EffectOf(kind, row).target_id;
  stage.Start();
  auto found = stage.store->Find(KeyOfId(kind, id));
  if (!found.ok() || found->empty()) return {};
  return *Decode(found->front().fields);
}

using Pair = std::pair<std::string, std::string>;

TEST(ExpectedObjects, OfAUserThatTheRunMadeEveryFieldOfItsRowButThePassword) {
  VerifyStage stage;
  stage.AddRows(2);
  EXPECT_THAT(FieldsOf(stage, EffectKind::kUser, 2),
              ElementsAre(Pair("email", "user2@x.example"), Pair("first_name", "First2"),
                          Pair("last_name", "Last2"), Pair("email_verified", "true"),
                          Pair("external_id", "ext-2"), Pair("metadata.plan", "p2")));
}

TEST(ExpectedObjects, OfAUserThatWasThereOnlyTheEmail) {
  VerifyStage stage;
  stage.AddRows(1);
  stage.EffectOf(EffectKind::kUser, 1).provenance = Provenance::kAdopted;
  EXPECT_THAT(FieldsOf(stage, EffectKind::kUser, 1), ElementsAre(Pair("email", "user1@x.example")));
}

TEST(ExpectedObjects, OfAMembershipItsRolesInOrderWhenTheRunGaveThem) {
  VerifyStage stage;
  stage.AddRows(1);
  stage.EffectOf(EffectKind::kMembership, 1).role_slugs = "member,admin";
  const Fields fields = FieldsOf(stage, EffectKind::kMembership, 1);
  EXPECT_EQ(At(fields, "role_slugs"), "admin,member");
  EXPECT_EQ(At(fields, "status"), "active");
}

TEST(ExpectedObjects, OfAMembershipThatWasThereNoRoles) {
  VerifyStage stage;
  stage.AddRows(1);
  stage.EffectOf(EffectKind::kMembership, 1).provenance = Provenance::kAdopted;
  const Fields fields = FieldsOf(stage, EffectKind::kMembership, 1);
  EXPECT_EQ(At(fields, "status"), "active");
  EXPECT_EQ(At(fields, "role_slugs"), "");
}

TEST(ExpectedObjects, OfAnOrganizationItsFirstNameAndItsKey) {
  VerifyStage stage;
  stage.AddRows(1);
  EXPECT_THAT(FieldsOf(stage, EffectKind::kOrganization, 1),
              ElementsAre(Pair("name", "Acme 1"), Pair("external_id", "acme1")));
}

TEST(ExpectedObjects, ManyChunksAreReadRowByRow) {
  VerifyStage stage;
  // Over 1 MiB, so several chunks, and rows without an effect between those that have one.
  stage.AddRows(15'000, 15'000);
  auto& effects = stage.journal.effects;
  effects.erase(std::remove_if(effects.begin(), effects.end(),
                               [](const model::Effect& effect) { return effect.row % 3 == 1; }),
                effects.end());
  EXPECT_EQ(At(FieldsOf(stage, EffectKind::kUser, 14'999), "external_id"), "ext-14999");
  EXPECT_EQ(*stage.store->Count(EffectKind::kUser), 10'000);
}

class RefusedFileTest : public ::testing::Test {
 protected:
  /// Loads a run of three rows with another file in the place of its own.
  base::Result<std::vector<NewestObject>> LoadWith(const std::string& text, bool go_on = true) {
    stage.AddRows(3);
    stage.Start();
    std::ofstream(stage.csv_path(), std::ios::binary) << text;
    auto header = csv::ReadHeader(stage.csv_path(), {});
    auto survey = survey::SurveyFile(stage.csv_path(), *header, {});
    const std::string path = stage.csv_path();
    auto store = journal::VerificationStore::Create(path + ".tmp");
    return LoadExpectedObjects(
        {.input = path, .header = *header, .survey = *survey, .journal = stage.journal}, **store,
        [go_on] { return go_on; });
  }
  VerifyStage stage;
};

TEST_F(RefusedFileTest, AFileThatLacksARowOfTheRunIsRefused) {
  const auto loaded = LoadWith("email\na@x.example\n");
  ASSERT_FALSE(loaded.ok());
  EXPECT_THAT(loaded.error().message, HasSubstr("row 2 is not the one that was imported"));
}

TEST_F(RefusedFileTest, ALoadThatIsInterruptedEnds) {
  const auto loaded = LoadWith("email\na@x.example\nb@x.example\nc@x.example\n", false);
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message, "it was interrupted");
}

TEST_F(RefusedFileTest, AJournalThatCannotBeReadIsTold) {
  stage.journal.broken = base::Error{base::ErrorCode::kFormat, "the journal is damaged"};
  VerifyStage& broken = stage;
  auto store = journal::VerificationStore::Create(broken.csv_path() + ".tmp");
  const std::string path;
  const csv::Header header;
  const survey::Survey survey;
  const auto loaded = LoadExpectedObjects(
      {.input = path, .header = header, .survey = survey, .journal = broken.journal}, **store,
      [] { return true; });
  ASSERT_FALSE(loaded.ok());
  EXPECT_EQ(loaded.error().message, "the journal is damaged");
}

}  // namespace
}  // namespace rehome::verify
