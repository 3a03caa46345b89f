#include "sandbox/router.h"

#include <array>

#include "sandbox/memberships.h"
#include "sandbox/organizations.h"
#include "sandbox/roles.h"
#include "sandbox/users.h"

namespace rehome::sandbox {
namespace {

constexpr std::array<Route, 21> kRoutes = {{
    {"POST", "/organizations", CreateOrganization},
    {"GET", "/organizations", ListOrganizations},
    {"GET", "/organizations/{}", GetOrganization},
    {"PUT", "/organizations/{}", UpdateOrganization},
    {"DELETE", "/organizations/{}", DeleteOrganization},
    {"GET", "/organizations/external_id/{}", GetOrganizationByExternalId},
    {"POST", "/user_management/users", CreateUser},
    {"GET", "/user_management/users", ListUsers},
    {"GET", "/user_management/users/{}", GetUser},
    {"PUT", "/user_management/users/{}", UpdateUser},
    {"DELETE", "/user_management/users/{}", DeleteUser},
    {"GET", "/user_management/users/external_id/{}", GetUserByExternalId},
    {"POST", "/user_management/organization_memberships", CreateMembership},
    {"GET", "/user_management/organization_memberships", ListMemberships},
    {"GET", "/user_management/organization_memberships/{}", GetMembership},
    {"PUT", "/user_management/organization_memberships/{}", UpdateMembership},
    {"DELETE", "/user_management/organization_memberships/{}", DeleteMembership},
    {"PUT", "/user_management/organization_memberships/{}/deactivate", DeactivateMembership},
    {"PUT", "/user_management/organization_memberships/{}/reactivate", ReactivateMembership},
    {"GET", "/authorization/roles", ListRoles},
    {"POST", "/authorization/roles", CreateRole},
}};

// Whether `segments` spell `pattern`; gives what stands for `{}`.
std::optional<std::string> Matches(std::string_view pattern,
                                   std::span<const std::string> segments) {
  std::string id;
  for (const std::string& segment : segments) {
    if (pattern.empty()) return std::nullopt;
    pattern.remove_prefix(1);
    const std::string_view part = pattern.substr(0, pattern.find('/'));
    if (part != "{}" && part != segment) return std::nullopt;
    if (part == "{}") id = segment;
    pattern.remove_prefix(part.size());
  }
  if (!pattern.empty()) return std::nullopt;
  return id;
}

}  // namespace

std::span<const Route> Routes() { return kRoutes; }

std::optional<Match> FindRoute(std::string_view method, std::span<const std::string> segments) {
  for (std::size_t i = 0; i < kRoutes.size(); ++i) {
    if (kRoutes[i].method != method) continue;
    if (auto id = Matches(kRoutes[i].pattern, segments)) return Match{i, *std::move(id)};
  }
  return std::nullopt;
}

}  // namespace rehome::sandbox
