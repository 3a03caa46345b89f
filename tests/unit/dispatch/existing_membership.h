#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {

inline constexpr const char* kEmail = "ann@x.example";
using Roles = std::vector<std::string>;

/// Ann has an account and this membership for long.
inline void AddAnn(DispatchStage& stage, const std::string& status, const Roles& roles) {
  const auto created = support::FakeClock::kStart;
  stage.target.AddUser({.id = "user_01Ann", .email = kEmail, .created = created});
  stage.target.AddMembership({.id = "om_01Ann",
                              .user_id = "user_01Ann",
                              .organization_id = "org_01Acme",
                              .roles = roles,
                              .status = status,
                              .created = created});
  stage.RunFor(std::chrono::minutes(10));
}

inline RowJobPtr Row(const Roles& roles) {
  auto row = MakeRow(1, kEmail, "org_01Acme");
  row->plan.role_slugs = roles;
  return row;
}

}  // namespace rehome::dispatch
