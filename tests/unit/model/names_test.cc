#include <array>
#include <string_view>

#include <gtest/gtest.h>

#include "model/column.h"
#include "model/effect.h"
#include "model/organization.h"
#include "model/outcome.h"
#include "model/row.h"

namespace rehome::model {
namespace {

// Stored in journals and row files: a changed word would make old runs unreadable.
TEST(Names, OfOutcomesAreTheWordsOfTheReport) {
  constexpr std::array<std::string_view, kOutcomeKindCount> kNames = {
      "created",  "adopted", "updated", "unchanged",  "skipped",
      "rejected", "failed",  "parked",  "unprocessed"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    EXPECT_EQ(NameOf(static_cast<OutcomeKind>(i)), kNames[i]);
    EXPECT_EQ(OutcomeKindNamed(kNames[i]), static_cast<OutcomeKind>(i));
  }
  EXPECT_EQ(OutcomeKindNamed("Created"), std::nullopt);
  EXPECT_EQ(OutcomeKindNamed(""), std::nullopt);
}

TEST(Names, OfEffectKindsAreReadBack) {
  EXPECT_EQ(NameOf(EffectKind::kOrganization), "organization");
  EXPECT_EQ(NameOf(EffectKind::kUser), "user");
  EXPECT_EQ(NameOf(EffectKind::kMembership), "membership");
  for (const EffectKind kind :
       {EffectKind::kOrganization, EffectKind::kUser, EffectKind::kMembership}) {
    EXPECT_EQ(EffectKindNamed(NameOf(kind)), kind);
  }
  EXPECT_EQ(EffectKindNamed(""), std::nullopt);
  EXPECT_EQ(EffectKindNamed("role"), std::nullopt);
}

TEST(Names, OfEffectStatesAreReadBack) {
  EXPECT_EQ(NameOf(EffectState::kIntended), "intended");
  EXPECT_EQ(NameOf(EffectState::kParked), "parked");
  for (const EffectState state : {EffectState::kIntended, EffectState::kSent, EffectState::kUnknown,
                                  EffectState::kDone, EffectState::kFailed, EffectState::kParked}) {
    EXPECT_EQ(EffectStateNamed(NameOf(state)), state);
  }
  EXPECT_EQ(EffectStateNamed("lost"), std::nullopt);
}

TEST(Names, OfProvenancesAreReadBackAndNoneIsEmpty) {
  EXPECT_EQ(NameOf(Provenance::kNone), "");
  EXPECT_EQ(NameOf(Provenance::kCreatedInDoubt), "created_in_doubt");
  for (const Provenance provenance :
       {Provenance::kNone, Provenance::kCreated, Provenance::kCreatedInDoubt, Provenance::kAdopted,
        Provenance::kUpdated, Provenance::kReactivated}) {
    EXPECT_EQ(ProvenanceNamed(NameOf(provenance)), provenance);
  }
  EXPECT_EQ(ProvenanceNamed("found"), std::nullopt);
}

TEST(Names, OfColumnsAreReadBackAndTwoAreSecret) {
  int secrets = 0;
  for (std::size_t i = 0; i < kColumnCount; ++i) {
    const auto column = static_cast<Column>(i);
    EXPECT_EQ(ColumnNamed(NameOf(column)), column);
    secrets += IsSecret(column) ? 1 : 0;
  }
  EXPECT_EQ(secrets, 2);
  EXPECT_TRUE(IsSecret(Column::kPassword));
  EXPECT_TRUE(IsSecret(Column::kPasswordHash));
  EXPECT_EQ(ColumnNamed("Email"), std::nullopt);
}

TEST(Names, OfOrganizationsKeepTheirKindsApart) {
  EXPECT_EQ(KeyOf({OrganizationRef::Kind::kId, "org_1"}), "id:org_1");
  EXPECT_EQ(KeyOf({OrganizationRef::Kind::kExternalId, "acme"}), "external_id:acme");
  EXPECT_EQ(KeyOf({OrganizationRef::Kind::kName, "Acme Inc"}), "name:Acme Inc");
}

TEST(Row, GivesEachColumnItsOwnCell) {
  Row row;
  row[Column::kEmail] = "ann@example.com";
  row[Column::kRoleSlugs] = "admin";
  EXPECT_EQ(row[Column::kEmail], "ann@example.com");
  EXPECT_EQ(row[Column::kRoleSlugs], "admin");
  EXPECT_EQ(row[Column::kOrgName], "");
}

}  // namespace
}  // namespace rehome::model
