#include "sandbox/object_json.h"

#include <optional>

#include "json/writer.h"

namespace rehome::sandbox {
namespace {

void AddNullable(json::Writer& writer, std::string_view key,
                 const std::optional<std::string>& value) {
  if (value) {
    writer.Field(key, *value);
    return;
  }
  writer.Key(key).Null();
}

void AddMetadata(json::Writer& writer, const Metadata& metadata) {
  writer.Key("metadata").BeginObject();
  for (const auto& [key, value] : metadata) writer.Field(key, value);
  writer.EndObject();
}

void AddTimes(json::Writer& writer, base::WallTime created_at, base::WallTime updated_at) {
  const std::string created = base::FormatIso8601(created_at);
  writer.Field("created_at", created);
  writer.Field("updated_at", updated_at == created_at ? created : base::FormatIso8601(updated_at));
}

}  // namespace

std::string RenderUser(const User& user) {
  json::Writer writer;
  writer.BeginObject().Field("object", "user").Field("id", user.id).Field("email", user.email);
  writer.Field("email_verified", user.email_verified);
  AddNullable(writer, "first_name", user.first_name);
  AddNullable(writer, "last_name", user.last_name);
  if (user.name) writer.Field("name", *user.name);
  writer.Key("profile_picture_url").Null();
  AddMetadata(writer, user.metadata);
  writer.Key("last_sign_in_at").Null();
  if (user.locale) writer.Field("locale", *user.locale);
  AddTimes(writer, user.created_at, user.updated_at);
  AddNullable(writer, "external_id", user.external_id);
  writer.EndObject();
  return writer.Take();
}

std::string RenderOrganization(const Organization& organization) {
  json::Writer writer;
  writer.BeginObject().Field("object", "organization").Field("id", organization.id);
  writer.Field("name", organization.name);
  writer.Field("allow_profiles_outside_organization", false);
  AddTimes(writer, organization.created_at, organization.updated_at);
  writer.Key("domains").BeginArray().EndArray();
  AddMetadata(writer, organization.metadata);
  AddNullable(writer, "external_id", organization.external_id);
  writer.EndObject();
  return writer.Take();
}

std::string RenderMembership(const Membership& membership, std::string_view organization_name) {
  json::Writer writer;
  writer.BeginObject().Field("object", "organization_membership").Field("id", membership.id);
  writer.Field("user_id", membership.user_id);
  writer.Field("organization_id", membership.organization_id);
  writer.Field("organization_name", organization_name);
  writer.Field("status", Name(membership.state));
  writer.Field("directory_managed", false);
  writer.Key("role").BeginObject().Field("slug", membership.role_slugs.front()).EndObject();
  writer.Key("roles").BeginArray();
  for (const std::string& slug : membership.role_slugs) {
    writer.BeginObject().Field("slug", slug).EndObject();
  }
  writer.EndArray();
  AddTimes(writer, membership.created_at, membership.updated_at);
  writer.EndObject();
  return writer.Take();
}

std::string RenderRole(const Role& role) {
  json::Writer writer;
  writer.BeginObject().Field("slug", role.slug).Field("object", "role").Field("id", role.id);
  writer.Field("name", role.name);
  AddNullable(writer, "description", role.description);
  writer.Field("type", "EnvironmentRole").Field("resource_type_slug", "organization");
  writer.Key("permissions").BeginArray().EndArray();
  AddTimes(writer, role.created_at, role.created_at);
  writer.EndObject();
  return writer.Take();
}

}  // namespace rehome::sandbox
