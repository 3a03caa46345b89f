#include "verify/target_object.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace rehome::verify {
namespace {

std::string Prefix(model::EffectKind kind, std::string_view what) {
  return std::string(NameOf(kind)) + " " + std::string(what) + " ";
}

}  // namespace

std::string JoinRoles(std::vector<std::string> slugs) {
  std::sort(slugs.begin(), slugs.end());
  return base::Join(slugs, ",");
}

TargetObject AsTargetObject(const directory::OrganizationObject& object) {
  return {.kind = model::EffectKind::kOrganization,
          .id = object.id,
          .fields = {{"name", object.name}, {"external_id", object.external_id}}};
}

TargetObject AsTargetObject(const directory::UserObject& object) {
  TargetObject user{.kind = model::EffectKind::kUser,
                    .id = object.id,
                    .fields = {{"email", object.email},
                               {"first_name", object.first_name},
                               {"last_name", object.last_name},
                               {"email_verified", object.email_verified ? "true" : "false"},
                               {"external_id", object.external_id}}};
  for (const auto& [name, value] : object.metadata) {
    user.fields.emplace_back("metadata." + name, value);
  }
  return user;
}

TargetObject AsTargetObject(const directory::MembershipObject& object) {
  return {.kind = model::EffectKind::kMembership,
          .id = object.id,
          .fields = {{"user_id", object.user_id},
                     {"organization_id", object.organization_id},
                     {"status", object.status},
                     {"role_slugs", JoinRoles(object.role_slugs)}}};
}

std::string KeyOfId(model::EffectKind kind, std::string_view id) {
  return Prefix(kind, "id") + std::string(id);
}

std::vector<UniqueKey> UniqueKeysOf(model::EffectKind kind, const Fields& fields) {
  std::vector<UniqueKey> keys;
  if (kind == model::EffectKind::kMembership) {
    keys.push_back({"organization_id", Prefix(kind, "of") + std::string(At(fields, "user_id")) +
                                           " " + std::string(At(fields, "organization_id"))});
    return keys;
  }
  if (const std::string_view email = At(fields, "email"); !email.empty()) {
    keys.push_back({"email", Prefix(kind, "email") + base::FoldAscii(email)});
  }
  if (const std::string_view id = At(fields, "external_id"); !id.empty()) {
    keys.push_back({"external_id", Prefix(kind, "external_id") + std::string(id)});
  }
  return keys;
}

}  // namespace rehome::verify
