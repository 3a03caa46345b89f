#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/plan.h"
#include "model/row.h"

namespace rehome::plan {

/// Options that change what a row means.
struct PlanOptions {
  bool org_by_name = false;
  bool first_role_only = false;
  std::optional<model::OrganizationRef> all_rows;  ///< one organization for all rows
};

/// Everything that is wrong with a row (for `validate`) or the plan for it. An import rejects the
/// row for the first rejection.
struct Planned {
  std::vector<model::Rejection> rejections;
  model::Plan plan;  ///< meaningful when there are no rejections
};

/// Applies every column rule to `row`. `lead` is the first well-formed row of the same user when
/// that is another row: the user's data come from it, differences warn, and a rejected lead rejects
/// this row with kLeadRowRejected. `repeated_user` says that the user has several rows. Pure; any
/// thread.
Planned MakePlan(const model::Row& row, const model::Row* lead, bool repeated_user,
                 const PlanOptions& options);

/// The organization that a row names, if its columns are consistent: the survey's question.
std::optional<model::OrganizationRef> OrganizationOf(const model::Row& row,
                                                     const PlanOptions& options);

/// The password_hash_type names that the target knows.
const std::vector<std::string>& PasswordHashTypes();

}  // namespace rehome::plan
