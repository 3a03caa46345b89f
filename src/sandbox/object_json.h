#pragma once

#include <string>
#include <string_view>

#include "sandbox/object.h"

namespace rehome::sandbox {

/// The objects as the API shows them.
std::string RenderUser(const User& user);
std::string RenderOrganization(const Organization& organization);
std::string RenderMembership(const Membership& membership, std::string_view organization_name);
std::string RenderRole(const Role& role);

}  // namespace rehome::sandbox
