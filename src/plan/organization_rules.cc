#include "plan/organization_rules.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.h"

namespace rehome::plan {
namespace {

using model::Column;
using model::OrganizationRef;
using model::Reason;

CheckedOrganization Named(OrganizationRef::Kind kind, std::string_view value) {
  CheckedOrganization named;
  named.organization = OrganizationRef{kind, std::string(value)};
  return named;
}

CheckedOrganization Refused(Reason reason, Column column, std::string detail) {
  CheckedOrganization refused;
  refused.findings.Reject(reason, column, std::move(detail));
  return refused;
}

CheckedOrganization CheckId(std::string_view id) {
  if (model::IsOrganizationId(id)) return Named(OrganizationRef::Kind::kId, id);
  return Refused(Reason::kOrgIdInvalid, Column::kOrgId,
                 Quote(id) + " is not org_ with letters and digits behind it");
}

CheckedOrganization CheckExternalId(std::string_view id) {
  if (model::IsOrganizationExternalId(id)) return Named(OrganizationRef::Kind::kExternalId, id);
  if (!base::IsPrintableAscii(id)) {
    return Refused(Reason::kOrgExternalIdInvalid, Column::kOrgExternalId,
                   Quote(id) + " holds characters that are not printable ASCII");
  }
  return Refused(
      Reason::kOrgExternalIdInvalid, Column::kOrgExternalId,
      Quote(id) + " has " + std::to_string(id.size()) + " characters, where 128 are the most");
}

}  // namespace

CheckedOrganization CheckOrganization(const model::Row& row, const PlanOptions& options) {
  if (options.all_rows) return {options.all_rows, {}};
  const std::string_view id = base::Trim(row[Column::kOrgId]);
  const std::string_view external_id = base::Trim(row[Column::kOrgExternalId]);
  const std::string_view name = base::Trim(row[Column::kOrgName]);
  if (!id.empty() && !external_id.empty()) {
    return Refused(Reason::kOrgIdConflict, Column::kOrgId,
                   Quote(id) + " stands beside the org_external_id " + Quote(external_id) +
                       ", where one of the two may name the organization");
  }
  if (!id.empty()) return CheckId(id);
  if (!model::IsOrganizationName(name)) {
    return Refused(Reason::kOrgNameTooLong, Column::kOrgName,
                   Quote(name) + " has " +
                       base::WithThousands(static_cast<std::int64_t>(name.size())) +
                       " bytes, where 102,400 are the most");
  }
  if (!external_id.empty()) return CheckExternalId(external_id);
  if (name.empty()) return {};
  if (options.org_by_name) return Named(OrganizationRef::Kind::kName, name);
  return Refused(Reason::kOrgNameAlone, Column::kOrgName,
                 Quote(name) + " has neither org_external_id nor org_id beside it");
}

std::optional<model::OrganizationRef> OrganizationOf(const model::Row& row,
                                                     const PlanOptions& options) {
  return CheckOrganization(row, options).organization;
}

}  // namespace rehome::plan
