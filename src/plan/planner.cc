#include "plan/planner.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "plan/findings.h"
#include "plan/organization_rules.h"
#include "plan/role_slugs.h"
#include "plan/user_differences.h"
#include "plan/user_rules.h"

namespace rehome::plan {
namespace {

using model::Column;
using model::Reason;
using model::Row;

/// What a row says about its membership.
struct CheckedMembership {
  std::optional<model::OrganizationRef> organization;
  std::vector<std::string> role_slugs;
  Findings findings;
};

CheckedMembership CheckMembership(const Row& row, const PlanOptions& options) {
  CheckedMembership checked;
  CheckedOrganization organization = CheckOrganization(row, options);
  CheckedRoles roles = CheckRoleSlugs(row[Column::kRoleSlugs]);
  const bool names_none = !organization.organization && organization.findings.rejections.empty();
  checked.organization = std::move(organization.organization);
  checked.role_slugs = std::move(roles.slugs);
  checked.findings = std::move(organization.findings);
  checked.findings.Append(std::move(roles.findings));
  if (names_none && !checked.role_slugs.empty()) {
    checked.findings.Warn(Reason::kWarnRoleWithoutOrganization, Column::kRoleSlugs,
                          Quote(base::Join(checked.role_slugs, ",")) +
                              " is not used, as the row names no organization");
    checked.role_slugs.clear();
  }
  if (options.first_role_only && checked.role_slugs.size() > 1) {
    checked.findings.Warn(Reason::kWarnFirstRoleOnly, Column::kRoleSlugs,
                          "only " + Quote(checked.role_slugs.front()) + " of " +
                              Quote(base::Join(checked.role_slugs, ",")) + " is given");
    checked.role_slugs.resize(1);
  }
  return checked;
}

std::string JoinNames(const std::vector<Column>& columns) {
  std::string names;
  for (const Column column : columns) {
    if (!names.empty()) names += ", ";
    names += model::NameOf(column);
  }
  return names;
}

/// The user of a row that is not the first of its user: the lead's data and this row's e-mail.
CheckedUser CheckFollower(const Row& row, const Row& lead, Findings lead_membership) {
  CheckedUser user_of_lead = CheckUser(lead);
  Findings of_lead = std::move(user_of_lead.findings);
  of_lead.Append(std::move(lead_membership));
  CheckedUser checked;
  checked.user = std::move(user_of_lead.user);
  checked.findings = CheckEmailColumn(row);
  const std::string where = RowAndLine(lead.position);
  if (!of_lead.rejections.empty()) {
    const model::Rejection& first = of_lead.rejections.front();
    checked.findings.Reject(Reason::kLeadRowRejected, Column::kEmail,
                            where + ", the first row of this user, is rejected: " +
                                std::string(model::CodeOf(first.reason)));
  }
  const std::vector<Column> differences = UserDifferences(row, lead);
  if (!differences.empty()) {
    checked.findings.warnings.push_back(
        {Reason::kWarnUserDataDiffers, std::string(model::NameOf(differences.front())),
         "other values than in " + where + ": " + JoinNames(differences)});
  }
  return checked;
}

/// Whichever of the two rows runs first, the membership has the roles of the lead.
void TakeRolesOfLead(const Row& lead, std::vector<std::string> roles, CheckedMembership& own) {
  if (own.role_slugs == roles) return;
  own.findings.Warn(Reason::kWarnUserDataDiffers, Column::kRoleSlugs,
                    OtherRoles(lead.position, roles, own.role_slugs));
  own.role_slugs = std::move(roles);
}

}  // namespace

Planned MakePlan(const Row& row, const Row* lead, bool repeated_user, const PlanOptions& options) {
  CheckedMembership membership = CheckMembership(row, options);
  CheckedUser user;
  bool made_by_lead = false;
  if (lead == nullptr) {
    user = CheckUser(row);
  } else {
    CheckedMembership of_lead = CheckMembership(*lead, options);
    user = CheckFollower(row, *lead, std::move(of_lead.findings));
    made_by_lead = membership.organization && membership.organization == of_lead.organization;
    if (made_by_lead) TakeRolesOfLead(*lead, std::move(of_lead.role_slugs), membership);
  }
  user.findings.Append(std::move(membership.findings));

  Planned planned;
  planned.rejections = std::move(user.findings.rejections);
  planned.plan.position = row.position;
  planned.plan.user = std::move(user.user);
  planned.plan.lead_row = lead == nullptr ? row.position.row : lead->position.row;
  planned.plan.repeated_user = repeated_user;
  planned.plan.organization = std::move(membership.organization);
  planned.plan.made_by_lead = made_by_lead;
  planned.plan.role_slugs = std::move(membership.role_slugs);
  planned.plan.warnings = std::move(user.findings.warnings);
  return planned;
}

}  // namespace rehome::plan
