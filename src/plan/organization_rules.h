#pragma once

#include <optional>

#include "model/organization.h"
#include "model/row.h"
#include "plan/findings.h"
#include "plan/planner.h"

namespace rehome::plan {

struct CheckedOrganization {
  std::optional<model::OrganizationRef> organization;  ///< nothing: none named, or rejected
  Findings findings;
};

/// Applies the rules of org_id, org_external_id and org_name; none of them counts when the options
/// name one organization for all rows.
CheckedOrganization CheckOrganization(const model::Row& row, const PlanOptions& options);

}  // namespace rehome::plan
