#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace rehome::model {

/// The columns an input file may have, in the order in which our files write them.
enum class Column {
  kEmail,
  kFirstName,
  kLastName,
  kEmailVerified,
  kExternalId,
  kPassword,
  kPasswordHash,
  kPasswordHashType,
  kMetadata,
  kOrgId,
  kOrgExternalId,
  kOrgName,
  kRoleSlugs,
};

inline constexpr std::size_t kColumnCount = 13;

/// Names as they stand in the header, indexed by Column.
inline constexpr std::array<std::string_view, kColumnCount> kColumnNames = {
    "email",           "first_name",    "last_name",          "email_verified", "external_id",
    "password",        "password_hash", "password_hash_type", "metadata",       "org_id",
    "org_external_id", "org_name",      "role_slugs"};

constexpr std::string_view NameOf(Column column) {
  return kColumnNames[static_cast<std::size_t>(column)];
}

/// The column whose cells must never be shown or stored outside the input.
constexpr bool IsSecret(Column column) {
  return column == Column::kPassword || column == Column::kPasswordHash;
}

/// The column of exactly this name.
constexpr std::optional<Column> ColumnNamed(std::string_view name) {
  for (std::size_t i = 0; i < kColumnCount; ++i) {
    if (kColumnNames[i] == name) return static_cast<Column>(i);
  }
  return std::nullopt;
}

}  // namespace rehome::model
