#include "plan/user_differences.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "plan/metadata.h"
#include "plan/user_rules.h"

namespace rehome::plan {
namespace {

using model::Column;

constexpr std::array<Column, 8> kUserColumns = {
    Column::kFirstName, Column::kLastName,     Column::kEmailVerified,    Column::kExternalId,
    Column::kPassword,  Column::kPasswordHash, Column::kPasswordHashType, Column::kMetadata};

bool SameWord(std::string_view a, std::string_view b) {
  const auto truth = ParseYesNo(base::Trim(a));
  return truth && truth == ParseYesNo(base::Trim(b));
}

bool SameMetadata(std::string_view a, std::string_view b) {
  CheckedMetadata left = CheckMetadata(a);
  CheckedMetadata right = CheckMetadata(b);
  if (!left.findings.rejections.empty() || !right.findings.rejections.empty()) return false;
  std::sort(left.entries.begin(), left.entries.end());
  std::sort(right.entries.begin(), right.entries.end());
  return left.entries == right.entries;
}

bool Same(Column column, std::string_view a, std::string_view b) {
  if (a == b) return true;
  switch (column) {
    case Column::kEmailVerified:
      return SameWord(a, b);
    case Column::kMetadata:
      return SameMetadata(a, b);
    case Column::kExternalId:
      return base::Trim(a) == base::Trim(b);
    case Column::kPasswordHashType:
      return base::EqualsFolded(base::Trim(a), base::Trim(b));
    case Column::kEmail:
    case Column::kFirstName:
    case Column::kLastName:
    case Column::kPassword:
    case Column::kPasswordHash:
    case Column::kOrgId:
    case Column::kOrgExternalId:
    case Column::kOrgName:
    case Column::kRoleSlugs:
      return false;
  }
  return false;
}

}  // namespace

std::vector<Column> UserDifferences(const model::Row& row, const model::Row& lead) {
  std::vector<Column> differences;
  for (const Column column : kUserColumns) {
    if (base::Trim(row[column]).empty()) continue;
    if (!Same(column, row[column], lead[column])) differences.push_back(column);
  }
  return differences;
}

}  // namespace rehome::plan
