#include "directory/objects.h"

#include "base/result.h"
#include "base/text.h"
#include "json/value.h"

namespace rehome::directory {
namespace {

// How the target names a type: by `object`, where an answer says it, and by the start of its ids.
struct TypeMarks {
  std::string_view object;
  std::string_view id_prefix;
};

constexpr TypeMarks kOrganizationMarks{"organization", "org_"};
constexpr TypeMarks kUserMarks{"user", "user_"};
constexpr TypeMarks kMembershipMarks{"organization_membership", "om_"};

bool IsObjectOf(const TypeMarks& marks, const json::Value& value) {
  if (!value.is_object()) return false;
  const std::string_view object = value.StringAt("object");
  if (!object.empty() && object != marks.object) return false;
  const std::string_view id = value.StringAt("id");
  return id.size() > marks.id_prefix.size() && id.starts_with(marks.id_prefix);
}

std::string TextAt(const json::Value& value, std::string_view key) {
  return std::string(value.StringAt(key));
}

std::vector<std::pair<std::string, std::string>> MetadataOf(const json::Value& object) {
  std::vector<std::pair<std::string, std::string>> metadata;
  const json::Value* pairs = object.Find("metadata");
  if (pairs == nullptr) return metadata;
  for (const json::Member& member : pairs->members()) {
    if (member.value.is_null()) continue;
    const std::optional<std::string_view> text = member.value.AsString();
    metadata.emplace_back(member.key, text ? std::string(*text) : json::Serialize(member.value));
  }
  return metadata;
}

std::vector<std::string> RoleSlugsOf(const json::Value& membership) {
  std::vector<std::string> slugs;
  if (const json::Value* roles = membership.Find("roles")) {
    for (const json::Value& role : roles->elements()) {
      const std::string_view slug = role.StringAt("slug");
      if (!slug.empty()) slugs.emplace_back(slug);
    }
  }
  if (!slugs.empty()) return slugs;
  const json::Value* role = membership.Find("role");
  const std::string_view slug = role == nullptr ? std::string_view() : role->StringAt("slug");
  if (!slug.empty()) slugs.emplace_back(slug);
  return slugs;
}

std::optional<OrganizationObject> ReadOrganization(const json::Value& value) {
  if (!IsObjectOf(kOrganizationMarks, value)) return std::nullopt;
  OrganizationObject organization;
  organization.id = TextAt(value, "id");
  organization.name = TextAt(value, "name");
  organization.external_id = TextAt(value, "external_id");
  organization.metadata = MetadataOf(value);
  organization.created_at = TextAt(value, "created_at");
  organization.updated_at = TextAt(value, "updated_at");
  return organization;
}

std::optional<UserObject> ReadUser(const json::Value& value) {
  if (!IsObjectOf(kUserMarks, value)) return std::nullopt;
  UserObject user;
  user.id = TextAt(value, "id");
  user.email = TextAt(value, "email");
  const json::Value* verified = value.Find("email_verified");
  user.email_verified = verified != nullptr && verified->AsBool().value_or(false);
  user.first_name = TextAt(value, "first_name");
  user.last_name = TextAt(value, "last_name");
  user.external_id = TextAt(value, "external_id");
  user.metadata = MetadataOf(value);
  user.created_at = TextAt(value, "created_at");
  user.updated_at = TextAt(value, "updated_at");
  return user;
}

std::optional<MembershipObject> ReadMembership(const json::Value& value) {
  if (!IsObjectOf(kMembershipMarks, value)) return std::nullopt;
  MembershipObject membership;
  membership.id = TextAt(value, "id");
  membership.user_id = TextAt(value, "user_id");
  membership.organization_id = TextAt(value, "organization_id");
  membership.status = TextAt(value, "status");
  membership.role_slugs = RoleSlugsOf(value);
  membership.created_at = TextAt(value, "created_at");
  membership.updated_at = TextAt(value, "updated_at");
  return membership;
}

template <class Object>
using Reader = std::optional<Object> (*)(const json::Value&);

template <class Object>
std::optional<Object> ParseObject(std::string_view body, Reader<Object> read) {
  const base::Result<json::Value> value = json::Parse(body);
  if (!value) return std::nullopt;
  return read(*value);
}

template <class Object>
std::optional<Page<Object>> ParsePage(std::string_view body, Reader<Object> read) {
  const base::Result<json::Value> value = json::Parse(body);
  if (!value || !value->is_object()) return std::nullopt;
  const json::Value* elements = value->Find("data");
  if (elements == nullptr || !elements->is_array()) return std::nullopt;
  Page<Object> page;
  for (const json::Value& element : elements->elements()) {
    std::optional<Object> object = read(element);
    if (!object) return std::nullopt;
    page.objects.push_back(*std::move(object));
  }
  const json::Value* list_metadata = value->Find("list_metadata");
  if (list_metadata != nullptr) page.after = TextAt(*list_metadata, "after");
  return page;
}

}  // namespace

bool IsKeptAs(std::string_view sent, std::string_view kept) {
  return base::Trim(sent) == base::Trim(kept);
}

std::optional<OrganizationObject> ParseOrganization(std::string_view body) {
  return ParseObject<OrganizationObject>(body, ReadOrganization);
}

std::optional<UserObject> ParseUser(std::string_view body) {
  return ParseObject<UserObject>(body, ReadUser);
}

std::optional<MembershipObject> ParseMembership(std::string_view body) {
  return ParseObject<MembershipObject>(body, ReadMembership);
}

std::optional<Page<OrganizationObject>> ParseOrganizationPage(std::string_view body) {
  return ParsePage<OrganizationObject>(body, ReadOrganization);
}

std::optional<Page<UserObject>> ParseUserPage(std::string_view body) {
  return ParsePage<UserObject>(body, ReadUser);
}

std::optional<Page<MembershipObject>> ParseMembershipPage(std::string_view body) {
  return ParsePage<MembershipObject>(body, ReadMembership);
}

std::optional<std::vector<std::string>> ParseRoleSlugs(std::string_view body) {
  const auto read = [](const json::Value& value) -> std::optional<std::string> {
    std::string slug = TextAt(value, "slug");
    if (!value.is_object() || slug.empty()) return std::nullopt;
    return slug;
  };
  std::optional<Page<std::string>> page = ParsePage<std::string>(body, read);
  if (!page || !page->after.empty()) return std::nullopt;
  return std::move(page->objects);
}

}  // namespace rehome::directory
