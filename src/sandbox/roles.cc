#include "sandbox/roles.h"

#include <string_view>
#include <utility>

#include "json/writer.h"
#include "sandbox/field.h"
#include "sandbox/object_json.h"

namespace rehome::sandbox {
namespace {

constexpr std::size_t kMaxSlug = 48;
constexpr std::size_t kMaxName = 48;
constexpr std::size_t kMaxDescription = 150;

bool IsSlug(std::string_view text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return text.size() <= kMaxSlug && text.find_first_not_of(kAllowed) == std::string_view::npos;
}

}  // namespace

Response ListRoles(Store& store, const Call&) {
  json::Writer writer;
  writer.BeginObject().Field("object", "list").Key("data").BeginArray();
  for (const Role& role : store.roles) writer.Raw(RenderRole(role));
  writer.EndArray().EndObject();
  return {.status = 200, .body = writer.Take()};
}

Response CreateRole(Store& store, const Call& call) {
  FieldReader fields(call.body);
  Role role;
  role.slug = fields.RequiredText("slug", "Slug");
  role.name = fields.RequiredText("name", "Name");
  role.description = fields.Text("description");
  if (!IsSlug(role.slug)) {
    fields.Add("slug_invalid", "slug must have at most 48 of a-z, 0-9, - and _.");
  }
  if (role.name.size() > kMaxName) fields.Add("name_too_long", "name is longer than 48.");
  if (role.description.value_or("").size() > kMaxDescription) {
    fields.Add("description_too_long", "description is longer than 150.");
  }
  if (!fields.complaints().empty()) return InvalidParameters(fields.complaints());
  if (store.FindRole(role.slug) != nullptr) {
    return Problem(409, "role_slug_conflict", "A role with slug '" + role.slug + "' exists.");
  }
  role.id = store.ids.Next("role_", call.moment.wall);
  role.created_at = call.moment.wall;
  Response response = {.status = 201, .body = RenderRole(role)};
  response.effect = Effect{.kind = Effect::Kind::kRole,
                           .action = Effect::Action::kCreated,
                           .id = role.id,
                           .role_slugs = {role.slug}};
  store.roles.push_back(std::move(role));
  return response;
}

}  // namespace rehome::sandbox
