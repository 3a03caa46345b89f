#include "survey/organization_tally.h"

#include <gtest/gtest.h>

namespace rehome::survey {
namespace {

using Kind = model::OrganizationRef::Kind;

struct RowCase {
  const char* name;
  OrganizationCells cells;
  bool by_name;
  std::optional<model::OrganizationRef> ref;
};

TEST(OrganizationTally, TakesTheOrganizationThatPlanTakes) {
  const std::string long_id(129, 'x');
  const std::string longest_id(128, 'x');
  const std::string long_name(102'401, 'n');
  const std::string longest_name(102'400, 'n');
  const RowCase cases[] = {
      {"none", {"", "", ""}, true, std::nullopt},
      {"blanks", {" ", "\t", " "}, true, std::nullopt},
      {"id", {" org_1 ", "", "One"}, false, model::OrganizationRef{Kind::kId, "org_1"}},
      {"external id", {"", " one ", ""}, false, model::OrganizationRef{Kind::kExternalId, "one"}},
      {"both", {"org_1", "one", "One"}, true, std::nullopt},
      {"name alone", {"", "", "One"}, false, std::nullopt},
      {"name alone, by name", {"", "", " One "}, true, model::OrganizationRef{Kind::kName, "One"}},
      {"no id of the target", {"1", "", ""}, false, std::nullopt},
      {"external id too long", {"", long_id, ""}, false, std::nullopt},
      {"longest external id",
       {"", longest_id, ""},
       false,
       model::OrganizationRef{Kind::kExternalId, longest_id}},
      {"name too long", {"", "one", long_name}, false, std::nullopt},
      {"longest name",
       {"", "one", longest_name},
       false,
       model::OrganizationRef{Kind::kExternalId, "one"}},
      {"name too long, by name", {"", "", long_name}, true, std::nullopt},
      {"name too long beside an id",
       {"org_1", "", long_name},
       false,
       model::OrganizationRef{Kind::kId, "org_1"}},
      {"external id not ASCII", {"", "ünï", ""}, false, std::nullopt},
      {"external id with a line break", {"", "ac\nme", "Acme"}, false, std::nullopt},
      {"id with a mark", {"org_bad!", "", ""}, false, std::nullopt},
      {"id that ends early", {"org_", "", ""}, false, std::nullopt},
      {"id with a blank", {"org_01ABC DEF", "", ""}, false, std::nullopt},
  };
  for (const RowCase& c : cases) {
    SCOPED_TRACE(c.name);
    OrganizationOptions options;
    options.by_name = c.by_name;
    OrganizationTally tally(options);
    tally.Count(c.cells, 1, 2, true);
    tally.Finish();
    const auto organizations = tally.TakeOrganizations();
    ASSERT_EQ(organizations.size(), c.ref ? 1U : 0U);
    if (c.ref) {
      EXPECT_EQ(organizations[0].ref, *c.ref);
    }
    EXPECT_EQ(tally.rows_with_organization(), c.ref ? 1 : 0);
  }
}

TEST(OrganizationTally, TheFirstNameThatIsNotBlankCountsAndOthersWarn) {
  const OrganizationOptions options;
  OrganizationTally tally(options);
  tally.Count({"", "b", ""}, 1, 2, true);
  tally.Count({"", "b", "Bee"}, 2, 3, true);
  tally.Count({"", "b", " "}, 3, 4, true);
  tally.Count({"", "b", "Bee Inc"}, 4, 5, true);
  tally.Count({"", "b", " Bee "}, 5, 6, true);
  tally.Count({"", "b", "Bee Inc"}, 6, 7, true);
  tally.Count({"", "a", ""}, 7, 8, true);
  tally.Count({"org_1", "", ""}, 8, 9, true);
  tally.Finish();
  EXPECT_EQ(tally.rows_with_organization(), 8);
  EXPECT_EQ(tally.warning_count(), 2);
  const auto warnings = tally.TakeWarnings();
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(warnings[0].row, 4);
  EXPECT_EQ(warnings[0].line, 5);
  EXPECT_EQ(warnings[0].reason, model::Reason::kWarnOrgNameDiffers);
  EXPECT_EQ(warnings[0].detail,
            "the organization b is called \"Bee Inc\" here and \"Bee\" in an earlier row");
  EXPECT_EQ(warnings[1].row, 6);
  const auto organizations = tally.TakeOrganizations();
  ASSERT_EQ(organizations.size(), 3U);
  EXPECT_EQ(organizations[0].ref, (model::OrganizationRef{Kind::kId, "org_1"}));
  EXPECT_EQ(organizations[1].ref.value, "a");
  EXPECT_EQ(organizations[1].first_row, 7);
  EXPECT_EQ(organizations[2].ref.value, "b");
  EXPECT_EQ(organizations[2].name, "Bee");
  EXPECT_EQ(organizations[2].first_row, 1);
  EXPECT_EQ(organizations[2].rows, 6);
}

TEST(OrganizationTally, ANameThatNoRequestCanCarryIsNotTheFirst) {
  const std::string long_name(102'401, 'n');
  const OrganizationOptions options;
  OrganizationTally tally(options);
  tally.Count({"", "a", long_name}, 1, 2, true);
  tally.Count({"", "a", "Acme"}, 2, 3, true);
  tally.Finish();
  EXPECT_EQ(tally.warning_count(), 0);
  const auto organizations = tally.TakeOrganizations();
  ASSERT_EQ(organizations.size(), 1U);
  EXPECT_EQ(organizations[0].name, "Acme");
  EXPECT_EQ(organizations[0].first_row, 2);
}

TEST(OrganizationTally, PutsAllRowsIntoTheOneThatWasAskedFor) {
  OrganizationOptions options;
  options.all_rows = model::OrganizationRef{Kind::kExternalId, "acme"};
  options.all_rows_name = "Acme";
  OrganizationTally tally(options);
  tally.Count({"org_1", "one", "One"}, 1, 2, true);
  tally.Count({"", "", ""}, 2, 3, true);
  tally.Finish();
  const auto organizations = tally.TakeOrganizations();
  ASSERT_EQ(organizations.size(), 1U);
  EXPECT_EQ(organizations[0].ref.value, "acme");
  EXPECT_EQ(organizations[0].name, "Acme");
  EXPECT_EQ(organizations[0].rows, 2);
  EXPECT_EQ(tally.warning_count(), 0);
}

TEST(OrganizationTally, TakesNamesFromAllRowsAndOrganizationsFromTheSelected) {
  const OrganizationOptions options;
  OrganizationTally tally(options);
  tally.Count({"", "acme", "Acme"}, 1, 2, false);
  tally.Count({"", "other", "Other"}, 2, 3, false);
  tally.Count({"", "acme", "Acme"}, 3, 4, true);
  tally.Count({"", "acme", "Acme Two"}, 4, 5, true);
  tally.Count({"", "zeta", ""}, 5, 6, true);
  tally.Count({"", "zeta", ""}, 6, 7, true);
  tally.Count({"", "zeta", ""}, 7, 8, false);
  tally.Count({"", "zeta", "Zeta"}, 8, 9, false);
  tally.Count({"", "acme", "Acme Three"}, 9, 10, false);
  tally.Finish();
  EXPECT_EQ(tally.rows_with_organization(), 4);
  EXPECT_EQ(tally.warning_count(), 1);  // of the rows that are imported
  const auto organizations = tally.TakeOrganizations();
  ASSERT_EQ(organizations.size(), 2U);
  EXPECT_EQ(organizations[0].name, "Acme");
  EXPECT_EQ(organizations[0].first_row, 3);
  EXPECT_EQ(organizations[0].rows, 2);
  EXPECT_EQ(organizations[1].name, "Zeta");
  EXPECT_EQ(organizations[1].first_row, 5);
  EXPECT_EQ(organizations[1].rows, 2);
}

TEST(OrganizationTally, KeepsTheFirstThousandWarningsAndCountsTheRest) {
  const OrganizationOptions options;
  OrganizationTally tally(options);
  for (std::int64_t row = 1; row <= 3000; ++row) {
    tally.Count({"", "a", row % 2 == 1 ? "One" : "Two"}, row, row + 1, true);
  }
  tally.Finish();
  EXPECT_EQ(tally.warning_count(), 1500);
  EXPECT_EQ(tally.TakeWarnings().size(), 1000U);
  EXPECT_EQ(tally.TakeOrganizations()[0].rows, 3000);
}

TEST(OrganizationTally, CountsMoreOrganizationsThanItRemembersLately) {
  const OrganizationOptions options;
  OrganizationTally tally(options);
  constexpr int kOrganizations = 20000;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < kOrganizations; ++i) {
      const std::string id = "organization-with-a-long-id-" + std::to_string(i);
      tally.Count({"", id, "N"}, i + 1, i + 2, true);
    }
  }
  tally.Finish();
  const auto organizations = tally.TakeOrganizations();
  ASSERT_EQ(organizations.size(), static_cast<std::size_t>(kOrganizations));
  for (const model::Organization& organization : organizations) {
    ASSERT_EQ(organization.rows, 3) << organization.ref.value;
  }
}

}  // namespace
}  // namespace rehome::survey
