#include "model/column_at_fault.h"

#include <gtest/gtest.h>

namespace rehome::model {
namespace {

TEST(ColumnAtFault, IsTheOneThatTheRefusalIsAbout) {
  EXPECT_EQ(ColumnAtFault(Reason::kPasswordRefused, ""), Column::kPassword);
  EXPECT_EQ(ColumnAtFault(Reason::kPasswordHashRefused, "x"), Column::kPasswordHash);
  EXPECT_EQ(ColumnAtFault(Reason::kRoleUnknown, "invalid_role"), Column::kRoleSlugs);
  EXPECT_EQ(ColumnAtFault(Reason::kUserUnverified, ""), Column::kEmail);
  EXPECT_EQ(ColumnAtFault(Reason::kUserExternalIdTaken, ""), Column::kExternalId);
}

TEST(ColumnAtFault, OfARefusedUserComesFromTheTargetsCode) {
  EXPECT_EQ(ColumnAtFault(Reason::kUserRefused, "invalid_email"), Column::kEmail);
  EXPECT_EQ(ColumnAtFault(Reason::kUserRefused, "user_creation_error/invalid_external_id"),
            Column::kExternalId);
  EXPECT_EQ(ColumnAtFault(Reason::kUserRefused, "user_creation_error"), std::nullopt);
  EXPECT_EQ(ColumnAtFault(Reason::kUserRefused, ""), std::nullopt);
}

TEST(ColumnAtFault, IsNoneWhereSeveralOrNoneAreMeant) {
  EXPECT_EQ(ColumnAtFault(Reason::kUserSplit, ""), std::nullopt);
  EXPECT_EQ(ColumnAtFault(Reason::kOrganizationFailed, "invalid_email"), std::nullopt);
  EXPECT_EQ(ColumnAtFault(Reason::kTargetUnavailable, ""), std::nullopt);
}

}  // namespace
}  // namespace rehome::model
