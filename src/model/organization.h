#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rehome::model {

inline constexpr std::size_t kMaxOrganizationExternalIdBytes = 128;

/// What an organization may be named by. The survey, the plan of a row and the flags ask
/// these: what one of them takes and another refuses would be created for rows that are rejected.
/// All take the trimmed value. Ids of the target are `org_` and letters, digits and `_`.
bool IsOrganizationId(std::string_view text);
/// 1 to 128 characters of printable ASCII.
bool IsOrganizationExternalId(std::string_view text);
/// Short enough for a request to carry it; may be empty.
bool IsOrganizationName(std::string_view text);

/// How a row names its organization.
struct OrganizationRef {
  enum class Kind { kId, kExternalId, kName };
  Kind kind = Kind::kExternalId;
  std::string value;  ///< the target's id, the external_id, or the name, trimmed

  auto operator<=>(const OrganizationRef&) const = default;
};

/// `id:org_01…`, `external_id:acme`, `name:Acme Inc`: the key of caches and of the journal.
std::string KeyOf(const OrganizationRef& organization);

/// One organization of the input, as the survey found it.
struct Organization {
  OrganizationRef ref;
  std::string name;            ///< first non-blank org_name; empty = it must exist
  std::int64_t first_row = 0;  ///< first well-formed row that names it
  std::int64_t rows = 0;       ///< well-formed rows that name it
};

}  // namespace rehome::model
