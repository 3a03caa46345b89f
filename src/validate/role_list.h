#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace rehome::validate {

/// The roles that a target has, as a file names them.
struct RoleList {
  std::vector<std::string> slugs;           ///< sorted, at least one
  bool has_those_of_organizations = false;  ///< one of them belongs to a single organization
  std::string source;                       ///< the file, to name in messages
};

/// Reads a list of roles: one slug a line (`#` begins a comment), or JSON as the target answers it,
/// `{"data": [{"slug": "admin"}]}`, or a list of such objects or of slugs. kInput names `source`
/// and the line at fault.
base::Result<RoleList> ParseRoleList(std::string_view text, const std::string& source);

/// What to say of a role that the list does not have, with the one that may be meant; empty when it
/// has it. Roles of single organizations are judged only by a list that names some.
std::string UnknownRole(const RoleList& list, std::string_view slug);

}  // namespace rehome::validate
