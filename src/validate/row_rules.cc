#include "validate/row_rules.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "csv/field_reader.h"
#include "plan/role_slugs.h"
#include "plan/spelling.h"

namespace rehome::validate {
namespace {

using model::Column;
using model::Reason;

std::string Cleaned(const std::optional<Column>& column, const std::string& cell) {
  if (!column) return cell;
  return plan::CleanCell(*column, cell).value_or(cell);
}

// Whether each of `fields` is blank or, once cleaned, the same as in `other`.
bool SaysNothingNew(const csv::Header& header, const std::vector<std::string>& fields,
                    const std::vector<std::string>& other) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (base::Trim(fields[i]).empty()) continue;
    const auto& column = header.columns[i];
    if (Cleaned(column, fields[i]) != Cleaned(column, other[i])) return false;
  }
  return true;
}

std::vector<std::string> RolesOf(const csv::Header& header, const std::vector<std::string>& fields,
                                 const plan::PlanOptions& options) {
  const auto at = std::find(header.columns.begin(), header.columns.end(), Column::kRoleSlugs);
  if (at == header.columns.end()) return {};
  std::vector<std::string> slugs =
      plan::CheckRoleSlugs(fields[static_cast<std::size_t>(at - header.columns.begin())]).slugs;
  if (options.first_role_only && slugs.size() > 1) slugs.resize(1);
  return slugs;
}

}  // namespace

void RowRules::CheckName(const model::Row& row, plan::Findings& findings) const {
  const std::string_view name = base::Trim(row[Column::kOrgName]);
  if (name.empty() || input_.options.all_rows) return;
  const auto ref = plan::OrganizationOf(row, input_.options);
  if (!ref) return;
  const auto& all = input_.survey.organizations;
  const auto found = std::lower_bound(
      all.begin(), all.end(), *ref,
      [](const model::Organization& organization, const model::OrganizationRef& wanted) {
        return organization.ref < wanted;
      });
  if (found == all.end() || found->ref != *ref || found->name == name) return;
  findings.Warn(Reason::kWarnOrgNameDiffers, Column::kOrgName,
                "the organization " + plan::Quote(ref->value) + " is called " + plan::Quote(name) +
                    " here and " + plan::Quote(found->name) + " in an earlier row");
}

void RowRules::CheckRoles(const model::Row& row, plan::Findings& findings) const {
  if (input_.roles == nullptr || !plan::OrganizationOf(row, input_.options)) return;
  for (const std::string& slug : plan::CheckRoleSlugs(row[Column::kRoleSlugs]).slugs) {
    if (std::string unknown = UnknownRole(*input_.roles, slug); !unknown.empty()) {
      findings.Reject(Reason::kRoleUnknown, Column::kRoleSlugs, std::move(unknown));
    }
    if (input_.options.first_role_only) return;
  }
}

base::Status RowRules::CheckRepeats(const csv::RecordText& text, const plan::Planned& planned,
                                    RowFindings& told) const {
  const model::Plan& plan = planned.plan;
  const auto owner = repeats_.EarlierExternalId(planned);
  if (!owner) return owner.error();
  if (*owner) {
    told.findings.Reject(Reason::kExternalIdShared, Column::kExternalId,
                         plan::Quote(*plan.user.external_id) +
                             " is also that of another user, in " + plan::RowAndLine(**owner));
  }
  const auto membership = repeats_.EarlierMembership(planned);
  if (!membership) return membership.error();
  std::optional<model::Position> earlier = *membership;
  if (earlier) {
    told.findings.Warn(Reason::kWarnMembershipRepeated, Column::kEmail,
                       plan::RowAndLine(*earlier) + " has this user and this organization");
  } else if (!plan.organization && plan.lead_row != plan.position.row &&
             planned.rejections.empty()) {
    const auto lead = input_.survey.repeated_users->FirstRow(plan.user.email);
    if (!lead) return lead.error();
    earlier = *lead;
    if (!earlier) return {};
    told.findings.Warn(
        Reason::kWarnUserRepeated, Column::kEmail,
        plan::RowAndLine(*earlier) + " has this user, and this one names no organization");
  }
  if (!earlier) return {};
  const auto other = csv::ReadFieldsAt(input_.path, input_.header, *earlier);
  if (!other) return other.error();
  told.says_nothing_new = SaysNothingNew(input_.header, csv::FieldsOf(text, input_.header), *other);
  // Those that the user's first row makes are compared in the plan.
  if (!*membership || plan.made_by_lead) return {};
  const std::vector<std::string> roles = RolesOf(input_.header, *other, input_.options);
  if (roles == plan.role_slugs) return {};
  told.findings.Warn(Reason::kWarnUserDataDiffers, Column::kRoleSlugs,
                     plan::OtherRoles(*earlier, roles, plan.role_slugs));
  return {};
}

base::Result<RowFindings> RowRules::Check(const model::Row& row, const csv::RecordText& text,
                                          const plan::Planned& planned) const {
  RowFindings told;
  told.findings = plan::CheckSpelling(row);
  CheckName(row, told.findings);
  CheckRoles(row, told.findings);
  RETURN_IF_ERROR(CheckRepeats(text, planned, told));
  return told;
}

}  // namespace rehome::validate
