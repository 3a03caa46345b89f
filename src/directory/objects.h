#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rehome::directory {

/// Objects of the target, as far as we use them. Missing keys are empty.
struct OrganizationObject {
  std::string id;
  std::string name;
  std::string external_id;
  std::vector<std::pair<std::string, std::string>> metadata;  ///< as of a user
  std::string created_at;
  std::string updated_at;
};

struct UserObject {
  std::string id;
  std::string email;
  bool email_verified = false;
  std::string first_name;
  std::string last_name;
  std::string external_id;
  std::vector<std::pair<std::string, std::string>> metadata;  ///< other values than strings as JSON
  std::string created_at;
  std::string updated_at;
};

struct MembershipObject {
  std::string id;
  std::string user_id;
  std::string organization_id;
  std::string status;                   ///< active, inactive, pending
  std::vector<std::string> role_slugs;  ///< of roles[], else of role
  std::string created_at;
  std::string updated_at;
};

/// Bodies of 2xx answers; nothing when the body is not such an object: no JSON object, another
/// `object` type, a missing id or one with a wrong prefix. Other keys may be missing, null or
/// unknown. Pure; any thread.
std::optional<OrganizationObject> ParseOrganization(std::string_view body);
std::optional<UserObject> ParseUser(std::string_view body);
std::optional<MembershipObject> ParseMembership(std::string_view body);

/// Whether a text that was sent as `sent` and shows as `kept` is the same: targets trim what they
/// keep, so blanks around it are no difference.
bool IsKeptAs(std::string_view sent, std::string_view kept);

/// A list answer.
template <class Object>
struct Page {
  std::vector<Object> objects;
  std::string after;  ///< cursor of the next page; empty = the last
};
/// Nothing when the body is no list or one of its elements is no such object: a page that is read
/// in part would make objects look absent.
std::optional<Page<OrganizationObject>> ParseOrganizationPage(std::string_view body);
std::optional<Page<UserObject>> ParseUserPage(std::string_view body);
std::optional<Page<MembershipObject>> ParseMembershipPage(std::string_view body);

/// The roles of an environment: the slugs in the order of the list. Nothing when the body is no
/// list or an element has no slug, or when another page follows: what is missing in a part of a
/// list may be there all the same.
std::optional<std::vector<std::string>> ParseRoleSlugs(std::string_view body);

}  // namespace rehome::directory
