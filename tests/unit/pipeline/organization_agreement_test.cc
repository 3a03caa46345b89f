#include <gtest/gtest.h>

#include <string>

#include "model/organization.h"
#include "plan/planner.h"
#include "survey/organization_tally.h"

namespace rehome {
namespace {

using model::Column;
using model::OrganizationRef;

// Each names an organization, or none, at one of the limits of a rule.
std::vector<std::string> Cells() {
  std::vector<std::string> cells = {
      "",         " ",       "\t\r\n ",  "acme",      " acme ",       "ac\nme",
      "ac\tme",   "ac me",   "\nacme\n", "ac\x7fme",  "ac\x1fme",     "acm\xc3\xa9",
      "org",      "org_",    "org_ ",    "org_01ABC", " org_01\n",    "org_01ABC D",
      "org_bad!", "org_a_b", "ORG_01",   "xorg_01",   "org_\xc3\xa9", "org_a/b"};
  for (const std::size_t size : {127U, 128U, 129U}) cells.push_back(std::string(size, 'x'));
  cells.push_back(" " + std::string(128, 'x') + " ");
  return cells;
}

struct Reading {
  std::optional<OrganizationRef> surveyed;
  std::optional<OrganizationRef> planned;
  bool rejected = false;
};

Reading Read(const std::string& id, const std::string& external_id, const std::string& name,
             bool by_name) {
  Reading reading;
  const survey::OrganizationOptions options{
      .by_name = by_name, .all_rows = {}, .all_rows_name = {}};
  survey::OrganizationTally tally(options);
  tally.Count({id, external_id, name}, 1, 2, true);
  tally.Finish();
  const auto organizations = tally.TakeOrganizations();
  if (!organizations.empty()) reading.surveyed = organizations.front().ref;
  model::Row row;
  row.position = {1, 2, 0};
  row[Column::kEmail] = "ann@example.com";
  row[Column::kOrgId] = id;
  row[Column::kOrgExternalId] = external_id;
  row[Column::kOrgName] = name;
  const plan::PlanOptions plan_options{
      .org_by_name = by_name, .first_role_only = false, .all_rows = {}};
  reading.planned = plan::OrganizationOf(row, plan_options);
  reading.rejected = !plan::MakePlan(row, nullptr, false, plan_options).rejections.empty();
  return reading;
}

// What only the survey takes is created for rows that are rejected; what only the plan takes is
// missing from the cache.
TEST(OrganizationAgreement, SurveyAndPlanTakeTheSameOrganizationFromTheSameCells) {
  const std::vector<std::string> cells = Cells();
  int taken = 0;
  int rejected = 0;
  for (const std::string& id : cells) {
    for (const std::string& external_id : cells) {
      for (const std::string name : {"", " \n", " Acme "}) {
        for (const bool by_name : {false, true}) {
          const Reading reading = Read(id, external_id, name, by_name);
          ASSERT_EQ(reading.surveyed, reading.planned)
              << "org_id \"" << id << "\", org_external_id \"" << external_id << "\", org_name \""
              << name << "\", " << (by_name ? "by name" : "not by name");
          ASSERT_FALSE(reading.rejected && reading.surveyed);
          taken += reading.surveyed ? 1 : 0;
          rejected += reading.rejected ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(taken, 300);
  EXPECT_GT(rejected, 1000);
}

}  // namespace
}  // namespace rehome
