#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/request.h"
#include "model/user_record.h"

namespace rehome::directory {

/// Requests of the WorkOS API (docs and sources: the contract's §7, §9, §10). Each leaves
/// request_id and idempotency_key to the caller. Pure; any thread.
http::Request GetOrganization(std::string_view id);
http::Request GetOrganizationByExternalId(std::string_view external_id);
/// One page of 100 of all organizations, ascending.
http::Request ListOrganizations(std::string_view after);
/// One page of 100 of the organizations whose name matches `name` somehow.
http::Request SearchOrganizations(std::string_view name, std::string_view after);
/// Texts by key: the contract allows 10 pairs, keys of 40 and values of 600 ASCII characters.
using Metadata = std::vector<std::pair<std::string, std::string>>;
http::Request CreateOrganization(std::string_view name, std::string_view external_id,
                                 const Metadata& metadata = {});
/// PUT of these pairs; others stay.
http::Request UpdateOrganization(std::string_view id, const Metadata& metadata);
http::Request DeleteOrganization(std::string_view id);

http::Request GetUser(std::string_view id);
http::Request GetUserByExternalId(std::string_view external_id);
http::Request ListUsersByEmail(std::string_view email);
/// One page of 100 of all users, ascending.
http::Request ListUsers(std::string_view after);
http::Request CreateUser(const model::UserRecord& user);
enum class Passwords { kLeaveOut, kInclude };
/// PUT of the fields that `user` has but the e-mail: a changed e-mail, even one that differs in
/// case only, would unlink identities, and that of a user we update is equal already.
http::Request UpdateUser(std::string_view id, const model::UserRecord& user, Passwords passwords);

/// Active, inactive and pending memberships of this user in this organization.
http::Request ListMemberships(std::string_view user_id, std::string_view organization_id);
/// One page of 100 of a user's memberships in all organizations, all states, ascending.
http::Request ListUserMemberships(std::string_view user_id, std::string_view after);
/// One page of 100 of an organization's memberships, all states, ascending.
http::Request ListOrganizationMemberships(std::string_view organization_id, std::string_view after);
http::Request GetMembership(std::string_view id);
/// One role is sent as role_slug, several as role_slugs, none as neither (the target then gives its
/// default role, or keeps the roles on an update).
http::Request CreateMembership(std::string_view user_id, std::string_view organization_id,
                               const std::vector<std::string>& role_slugs);
http::Request UpdateMembership(std::string_view id, const std::vector<std::string>& role_slugs);

/// All roles of the environment, on one page; those of single organizations are not among them.
http::Request ListRoles();

/// The smallest reads of the two halves of the API: whether each answers at all.
http::Request ProbeOrganizations();
http::Request ProbeUsers();

/// Whether an external_id can be looked up by path: not empty, "." or "..".
bool CanAddressByExternalId(std::string_view external_id);

}  // namespace rehome::directory
