#include "plan/planner.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/plan/rows.h"

namespace rehome::plan {
namespace {

using model::Column;
using Kind = model::OrganizationRef::Kind;

struct OrganizationCase {
  const char* name;
  model::Row row;
  std::string key;
  std::string rejections;
};

TEST(Planner, FindsTheOrganizationOfARow) {
  const std::string longest(128, 'x');
  const std::vector<OrganizationCase> cases = {
      {"none", RowOf({}), "", ""},
      {"id", RowOf({{Column::kOrgId, " org_01EHZ "}}), "id:org_01EHZ", ""},
      {"external id with name",
       RowOf({{Column::kOrgExternalId, " acme corp "}, {Column::kOrgName, "Acme"}}),
       "external_id:acme corp", ""},
      {"longest external id", RowOf({{Column::kOrgExternalId, longest}}), "external_id:" + longest,
       ""},
      {"id and external id",
       RowOf({{Column::kOrgId, "org_001"}, {Column::kOrgExternalId, "dana-org"}}), "",
       "org_id: org_id_conflict: \"org_001\" stands beside the org_external_id \"dana-org\", where "
       "one of the two may name the organization\n"},
      {"no id", RowOf({{Column::kOrgId, "acme"}}), "",
       "org_id: org_id_invalid: \"acme\" is not org_ with letters and digits behind it\n"},
      {"id that leaves the path", RowOf({{Column::kOrgId, "org_/../x"}}), "",
       "org_id: org_id_invalid: \"org_/../x\" is not org_ with letters and digits behind it\n"},
      {"long external id", RowOf({{Column::kOrgExternalId, longest + "x"}}), "",
       "org_external_id: org_external_id_invalid: \"" + longest.substr(0, 60) +
           "…\" has 129 characters, where 128 are the most\n"},
      {"external id outside ASCII", RowOf({{Column::kOrgExternalId, "\xc3\xa9"}}), "",
       "org_external_id: org_external_id_invalid: \"\xc3\xa9\" holds characters that are not "
       "printable ASCII\n"},
      {"longest name",
       RowOf({{Column::kOrgExternalId, "acme"}, {Column::kOrgName, std::string(102'400, 'n')}}),
       "external_id:acme", ""},
      {"too long a name",
       RowOf({{Column::kOrgExternalId, "acme"}, {Column::kOrgName, std::string(102'401, 'n')}}), "",
       "org_name: org_name_too_long: \"" + std::string(60, 'n') +
           "…\" has 102,401 bytes, where 102,400 are the most\n"},
      {"a name that is not sent",
       RowOf({{Column::kOrgId, "org_1"}, {Column::kOrgName, std::string(102'401, 'n')}}),
       "id:org_1", ""},
      {"name alone", RowOf({{Column::kOrgName, "Acme"}}), "",
       "org_name: org_name_alone: \"Acme\" has neither org_external_id nor org_id beside it\n"},
  };
  for (const OrganizationCase& c : cases) {
    SCOPED_TRACE(c.name);
    const Planned planned = Plan(c.row);
    const auto organization = OrganizationOf(c.row, {});
    EXPECT_EQ(Rejections(planned), c.rejections);
    EXPECT_EQ(organization ? KeyOf(*organization) : "", c.key);
    EXPECT_EQ(planned.plan.organization, organization);
  }
}

TEST(Planner, TakesTheNameAloneWhenAskedTo) {
  PlanOptions options;
  options.org_by_name = true;
  const model::Row row = RowOf({{Column::kOrgName, " Acme Inc "}});
  EXPECT_EQ(Rejections(Plan(row, options)), "");
  EXPECT_EQ(KeyOf(*OrganizationOf(row, options)), "name:Acme Inc");
}

TEST(Planner, IgnoresTheRowsOwnOrganizationWhenOneIsGivenForAllRows) {
  PlanOptions options;
  options.all_rows = model::OrganizationRef{Kind::kExternalId, "acme"};
  const model::Row row = RowOf({{Column::kOrgId, "nonsense"},
                                {Column::kOrgExternalId, "beta"},
                                {Column::kRoleSlugs, "admin"}});
  const Planned planned = Plan(row, options);
  EXPECT_EQ(Rejections(planned), "");
  EXPECT_EQ(Warnings(planned), "");
  EXPECT_EQ(KeyOf(*planned.plan.organization), "external_id:acme");
  EXPECT_EQ(planned.plan.role_slugs, std::vector<std::string>{"admin"});
}

TEST(Planner, DoesNotUseRolesWithoutAnOrganization) {
  const Planned planned = Plan(RowOf({{Column::kRoleSlugs, "a,b"}}));
  EXPECT_EQ(Rejections(planned), "");
  EXPECT_EQ(Warnings(planned),
            "role_slugs: role_without_organization: \"a,b\" is not used, as the row names no "
            "organization\n");
  EXPECT_TRUE(planned.plan.role_slugs.empty());
}

TEST(Planner, KeepsTheFirstRoleWhenAskedTo) {
  PlanOptions options;
  options.first_role_only = true;
  const model::Row several = RowOf({{Column::kOrgId, "org_1"}, {Column::kRoleSlugs, "b,a"}});
  EXPECT_EQ(Plan(several, options).plan.role_slugs, std::vector<std::string>{"b"});
  EXPECT_EQ(Warnings(Plan(several, options)),
            "role_slugs: first_role_only: only \"b\" of \"b,a\" is given\n");
  const model::Row one = RowOf({{Column::kOrgId, "org_1"}, {Column::kRoleSlugs, "b"}});
  EXPECT_EQ(Warnings(Plan(one, options)), "");
}

TEST(Planner, TakesTheUserOfTheLeadRowAndTheMembershipOfTheRowItself) {
  const model::Row lead = RowOf({{Column::kEmail, "Ann@example.com"},
                                 {Column::kFirstName, "Ann"},
                                 {Column::kOrgExternalId, "acme"}},
                                3);
  const model::Row row =
      RowOf({{Column::kOrgExternalId, "beta"}, {Column::kRoleSlugs, "admin"}}, 9);
  const Planned planned = MakePlan(row, &lead, true, {});
  EXPECT_EQ(Rejections(planned), "");
  EXPECT_EQ(Warnings(planned), "");
  EXPECT_EQ(planned.plan.position.row, 9);
  EXPECT_EQ(planned.plan.lead_row, 3);
  EXPECT_TRUE(planned.plan.repeated_user);
  EXPECT_EQ(planned.plan.user.email, "Ann@example.com");
  EXPECT_EQ(planned.plan.user.first_name, "Ann");
  EXPECT_EQ(KeyOf(*planned.plan.organization), "external_id:beta");
  EXPECT_EQ(planned.plan.role_slugs, std::vector<std::string>{"admin"});
  EXPECT_FALSE(planned.plan.made_by_lead);
}

TEST(Planner, GivesTheMembershipOfTheLeadTheRolesOfTheLead) {
  const model::Row lead =
      RowOf({{Column::kOrgExternalId, "acme"}, {Column::kRoleSlugs, "admin,billing"}}, 3);
  const model::Row other =
      RowOf({{Column::kOrgExternalId, " acme "}, {Column::kRoleSlugs, "member"}}, 9);
  const Planned planned = MakePlan(other, &lead, true, {});
  EXPECT_TRUE(planned.plan.made_by_lead);
  EXPECT_EQ(planned.plan.role_slugs, (std::vector<std::string>{"admin", "billing"}));
  EXPECT_EQ(Warnings(planned),
            "role_slugs: user_data_differs: row 3 (line 4) makes this membership with "
            "\"admin,billing\"; this row says \"member\"\n");
  const model::Row same =
      RowOf({{Column::kOrgExternalId, "acme"}, {Column::kRoleSlugs, R"(["admin","billing"])"}}, 10);
  EXPECT_EQ(Warnings(MakePlan(same, &lead, true, {})), "");
}

TEST(Planner, MakesNoMembershipForARowWithoutAnOrganizationThatTheLeadLacksToo) {
  const model::Row lead = RowOf({}, 3);
  EXPECT_FALSE(MakePlan(RowOf({}, 4), &lead, true, {}).plan.made_by_lead);
}

TEST(Planner, WarnsOfANameThatGoesOverLines) {
  EXPECT_EQ(Warnings(Plan(RowOf(
                {{Column::kFirstName, "Ann\nb@example.com,Bob,"}, {Column::kLastName, "Lee"}}))),
            "first_name: name_over_lines: the value has 2 lines\n");
}

TEST(Planner, LeadsItselfWhenThereIsNoOtherLead) {
  const Planned planned = MakePlan(RowOf({}, 5), nullptr, true, {});
  EXPECT_EQ(planned.plan.lead_row, 5);
  EXPECT_TRUE(planned.plan.repeated_user);
  EXPECT_FALSE(Plan(RowOf({})).plan.repeated_user);
}

TEST(Planner, WarnsOnceOfAllUserColumnsThatDifferFromTheLead) {
  const model::Row lead = RowOf({{Column::kFirstName, "Ann"},
                                 {Column::kEmailVerified, "yes"},
                                 {Column::kExternalId, "u1"},
                                 {Column::kPassword, "hunter2"},
                                 {Column::kMetadata, R"({"a":"1","b":"2"})"}},
                                3);
  const model::Row row = RowOf({{Column::kFirstName, "Anne"},
                                {Column::kEmailVerified, "maybe"},
                                {Column::kPassword, "hunter3"},
                                {Column::kMetadata, R"({"a":"1"})"}},
                               4);
  const Planned planned = MakePlan(row, &lead, true, {});
  EXPECT_EQ(Rejections(planned), "");
  EXPECT_EQ(Warnings(planned),
            "first_name: user_data_differs: other values than in row 3 (line 4): first_name, "
            "email_verified, password, metadata\n");
}

TEST(Planner, SeesNoDifferenceInOtherSpellingsOfOneValueOrInEmptyCells) {
  const model::Row lead = RowOf({{Column::kFirstName, "Ann"},
                                 {Column::kEmailVerified, "yes"},
                                 {Column::kExternalId, "u1"},
                                 {Column::kMetadata, R"({"a":"1","b":2})"}},
                                3);
  const model::Row row = RowOf({{Column::kEmailVerified, "1"},
                                {Column::kExternalId, " u1 "},
                                {Column::kMetadata, R"({ "b":"2", "a":"1" })"}},
                               4);
  EXPECT_EQ(Warnings(MakePlan(row, &lead, true, {})), "");
}

TEST(Planner, RejectsTheFollowersOfARejectedLeadAndSaysWhy) {
  const model::Row row = RowOf({{Column::kOrgExternalId, "beta"}}, 4);
  const model::Row bad_user = RowOf({{Column::kEmailVerified, "maybe"}}, 3);
  EXPECT_EQ(Rejections(MakePlan(row, &bad_user, true, {})),
            "email: lead_row_rejected: row 3 (line 4), the first row of this user, is rejected: "
            "email_verified_invalid\n");
  const model::Row bad_organization = RowOf({{Column::kOrgName, "Acme"}}, 3);
  EXPECT_EQ(Rejections(MakePlan(row, &bad_organization, true, {})),
            "email: lead_row_rejected: row 3 (line 4), the first row of this user, is rejected: "
            "org_name_alone\n");
}

TEST(Planner, DoesNotRepeatTheLeadsWarningsInEachFollower) {
  const model::Row lead = RowOf({{Column::kExternalId, std::string(65, 'x')}}, 3);
  EXPECT_EQ(Warnings(MakePlan(RowOf({}, 4), &lead, true, {})), "");
}

}  // namespace
}  // namespace rehome::plan
