#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/row.h"
#include "plan/findings.h"

namespace rehome::plan {

struct CheckedRoles {
  std::vector<std::string> slugs;  ///< in file order, each once
  Findings findings;               ///< at most one rejection: the first slug that is none
};

/// Whether `text` has the form of a role's slug: 1 to 48 lower-case letters, digits, `-` and `_`.
bool IsRoleSlug(std::string_view text);

/// Reads a role_slugs cell: `admin`, `a,b` or `["a","b"]`, or blank for none.
CheckedRoles CheckRoleSlugs(std::string_view cell);

/// What to say of a row whose membership is made with the `roles` of an earlier one, at `maker`,
/// and not with its `own`.
std::string OtherRoles(const model::Position& maker, std::span<const std::string> roles,
                       std::span<const std::string> own);

}  // namespace rehome::plan
