#include "model/column_at_fault.h"

#include <array>
#include <utility>

namespace rehome::model {
namespace {

constexpr auto kOfReasons = std::to_array<std::pair<Reason, Column>>({
    {Reason::kUserExists, Column::kEmail},
    {Reason::kUserUnverified, Column::kEmail},
    {Reason::kUserEmailTaken, Column::kEmail},
    {Reason::kUserDuplicateOnTarget, Column::kEmail},
    {Reason::kUserExternalIdTaken, Column::kExternalId},
    {Reason::kPasswordRefused, Column::kPassword},
    {Reason::kPasswordHashRefused, Column::kPasswordHash},
    {Reason::kMetadataRefused, Column::kMetadata},
    {Reason::kRoleUnknown, Column::kRoleSlugs},
    {Reason::kMultipleRolesDisabled, Column::kRoleSlugs},
});
// Codes with which the target refuses a user for one field.
constexpr auto kOfCodes = std::to_array<std::pair<std::string_view, Column>>({
    {"email_string_required", Column::kEmail},
    {"email_required", Column::kEmail},
    {"invalid_email", Column::kEmail},
    {"email_already_verified", Column::kEmailVerified},
    {"invalid_external_id", Column::kExternalId},
});

}  // namespace

std::optional<Column> ColumnAtFault(Reason reason, std::string_view provider_code) {
  for (const auto& [known, column] : kOfReasons) {
    if (known == reason) return column;
  }
  if (reason != Reason::kUserRefused) return std::nullopt;
  const std::string_view inner = provider_code.substr(provider_code.rfind('/') + 1);
  for (const auto& [code, column] : kOfCodes) {
    if (code == inner) return column;
  }
  return std::nullopt;
}

}  // namespace rehome::model
