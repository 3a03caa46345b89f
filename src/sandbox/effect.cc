#include "sandbox/effect.h"

#include "json/writer.h"

namespace rehome::sandbox {
namespace {

void AddList(json::Writer& writer, std::string_view key, const std::vector<std::string>& list) {
  if (list.empty()) return;
  writer.Key(key).BeginArray();
  for (const std::string& item : list) writer.String(item);
  writer.EndArray();
}

}  // namespace

std::string_view Name(Effect::Kind kind) {
  switch (kind) {
    case Effect::Kind::kUser:
      return "user";
    case Effect::Kind::kOrganization:
      return "organization";
    case Effect::Kind::kMembership:
      return "membership";
    case Effect::Kind::kRole:
      return "role";
  }
  return "";
}

std::string_view Name(Effect::Action action) {
  switch (action) {
    case Effect::Action::kCreated:
      return "created";
    case Effect::Action::kUpdated:
      return "updated";
    case Effect::Action::kDeleted:
      return "deleted";
    case Effect::Action::kReactivated:
      return "reactivated";
  }
  return "";
}

std::string RenderEffect(const Effect& effect) {
  json::Writer writer;
  writer.BeginObject();
  writer.Field("kind", Name(effect.kind)).Field("action", Name(effect.action));
  writer.Field("id", effect.id);
  if (effect.email) writer.Field("email", *effect.email);
  if (effect.external_id) writer.Field("external_id", *effect.external_id);
  if (!effect.user_id.empty()) writer.Field("user_id", effect.user_id);
  if (!effect.organization_id.empty()) writer.Field("organization_id", effect.organization_id);
  AddList(writer, "role_slugs", effect.role_slugs);
  if (!effect.password_kind.empty()) writer.Field("password", effect.password_kind);
  AddList(writer, "cascade", effect.cascade);
  writer.EndObject();
  return writer.Take();
}

}  // namespace rehome::sandbox
