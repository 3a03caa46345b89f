#include "sandbox/damage.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"

namespace rehome::sandbox {
namespace {

using base::ErrorCode;
using Text = std::optional<std::string>;

constexpr std::string_view kMetadataPrefix = "metadata.";

// A value that nobody wrote, different from `current`.
std::string Spoiled(const Damage& damage, std::string_view current) {
  return damage.value.empty() ? "damaged " + std::string(current) : damage.value;
}

// The e-mail with the case of its letters turned, or nothing when it has none.
Text OtherCase(std::string email) {
  const std::string before = email;
  for (char& c : email) {
    const auto byte = static_cast<unsigned char>(c);
    c = static_cast<char>(std::islower(byte) != 0 ? std::toupper(byte) : std::tolower(byte));
  }
  if (email == before) return std::nullopt;
  return email;
}

// Spoils a nullable text in place and keeps in `damage` what it is now; false when there is
// nothing to spoil.
bool SpoilText(Damage& damage, Text& text) {
  if (damage.kind == Damage::Kind::kDropField) {
    const bool was_there = text.has_value();
    text.reset();
    return was_there;
  }
  std::string value = Spoiled(damage, text.value_or(""));
  if (text == value) return false;
  damage.value = value;
  text = std::move(value);
  return true;
}

bool SpoilMetadata(Damage& damage, Metadata& metadata) {
  const auto found = metadata.find(damage.field.substr(kMetadataPrefix.size()));
  if (found == metadata.end()) return false;
  Text text = found->second;
  if (!SpoilText(damage, text)) return false;
  if (!text) {
    metadata.erase(found);
    return true;
  }
  found->second = *std::move(text);
  return true;
}

// Each gives false when the field of this object cannot be damaged so.
bool SpoilField(const Store& /*store*/, Damage& damage, User& user) {
  if (damage.field == "first_name") return SpoilText(damage, user.first_name);
  if (damage.field == "last_name") return SpoilText(damage, user.last_name);
  if (damage.field == "external_id") return SpoilText(damage, user.external_id);
  if (damage.field.starts_with(kMetadataPrefix)) return SpoilMetadata(damage, user.metadata);
  if (damage.kind != Damage::Kind::kChange || damage.field != "email_verified") return false;
  user.email_verified = !user.email_verified;
  damage.value = user.email_verified ? "true" : "false";
  return true;
}

bool SpoilField(const Store& /*store*/, Damage& damage, Organization& organization) {
  if (damage.field == "external_id") return SpoilText(damage, organization.external_id);
  if (damage.kind != Damage::Kind::kChange || damage.field != "name") return false;
  damage.value = Spoiled(damage, organization.name);
  return std::exchange(organization.name, damage.value) != damage.value;
}

bool SpoilField(const Store& store, Damage& damage, Membership& membership) {
  if (damage.kind != Damage::Kind::kChange) return false;
  if (damage.field == "status") {
    const bool active = membership.state == Membership::State::kActive;
    const std::string_view turned = active ? "inactive" : "active";
    if (damage.value.empty()) damage.value = turned;
    const std::optional<Membership::State> state = ParseState(damage.value);
    return state && std::exchange(membership.state, *state) != *state;
  }
  if (damage.field != "role_slugs") return false;
  std::vector<std::string> slugs;
  if (!damage.value.empty()) slugs = base::Split(damage.value, ',');
  for (const Role& role : store.roles) {
    const bool has = std::find(membership.role_slugs.begin(), membership.role_slugs.end(),
                               role.slug) != membership.role_slugs.end();
    if (slugs.empty() && !has) slugs.push_back(role.slug);
  }
  damage.value = base::Join(slugs, ",");
  return !slugs.empty() && std::exchange(membership.role_slugs, slugs) != slugs;
}

// Makes `copy` the duplicate in the sense of `damage`; false when the object has no such key.
bool MakeDuplicate(const Damage& damage, User& copy) {
  if (damage.field == "email") {
    const Text email = OtherCase(copy.email);
    if (!email) return false;
    copy.email = *email;
    copy.external_id.reset();
    return true;
  }
  if (damage.field != "external_id" || !copy.external_id) return false;
  copy.email.insert(0, "duplicate-");
  return true;
}

bool MakeDuplicate(const Damage& damage, Organization& copy) {
  if (damage.field != "external_id" || !copy.external_id) return false;
  copy.name.insert(0, "Duplicate of ");
  return true;
}

bool MakeDuplicate(const Damage& damage, Membership& /*copy*/) { return damage.field.empty(); }

std::string_view PrefixOf(Effect::Kind kind) {
  switch (kind) {
    case Effect::Kind::kUser:
      return "user_";
    case Effect::Kind::kOrganization:
      return "org_";
    case Effect::Kind::kMembership:
      return "om_";
    case Effect::Kind::kRole:
      return "role_";
  }
  return "";
}

// An organization in which the user of this membership has none, or nothing.
Text WrongOrganization(const Store& store, const Membership& membership) {
  for (Slot slot = 0; slot < store.organizations.size(); ++slot) {
    const Organization* other = store.organizations.Current(slot);
    if (other != nullptr && !store.FindMembership(membership.user_id, other->id)) return other->id;
  }
  return std::nullopt;
}

bool Move(const Store& store, Damage& damage, Membership& membership) {
  const Text wrong = damage.value.empty() ? WrongOrganization(store, membership) : damage.value;
  if (!wrong || !store.organizations.FindCurrent(*wrong)) return false;
  damage.other_id = *wrong;
  return std::exchange(membership.organization_id, *wrong) != *wrong;
}

bool Move(const Store& /*store*/, Damage& /*damage*/, User& /*user*/) { return false; }
bool Move(const Store& /*store*/, Damage& /*damage*/, Organization& /*it*/) { return false; }

base::Error Impossible(const Damage& damage) {
  return {ErrorCode::kUsage, damage.id + " cannot be damaged so: " +
                                 std::string(Name(damage.kind)) + " " + damage.field};
}

template <class T>
base::Result<Damage> DoDamageIn(Store& store, Table<T>& table, Damage damage,
                                const Moment& moment) {
  const std::optional<Slot> slot = table.FindCurrent(damage.id);
  if (!slot) return base::Error{ErrorCode::kUsage, "there is no " + damage.id};
  const bool now = damage.when == Damage::When::kNow;
  if (damage.kind == Damage::Kind::kDrop) {
    now ? table.Erase(*slot, moment.now) : table.Forget(*slot);
    return damage;
  }
  T value = *table.Current(*slot);
  if (damage.kind == Damage::Kind::kDuplicate) {
    if (!MakeDuplicate(damage, value)) return Impossible(damage);
    value.id = store.ids.Next(PrefixOf(damage.object), now ? moment.wall : value.created_at);
    damage.other_id = value.id;
    table.Add(std::move(value), now ? moment.now : table.Since(*slot));
    return damage;
  }
  const bool spoiled = damage.kind == Damage::Kind::kMove ? Move(store, damage, value)
                                                          : SpoilField(store, damage, value);
  if (!spoiled) return Impossible(damage);
  if (now) value.updated_at = moment.wall;
  now ? table.Replace(*slot, std::move(value), moment.now) : table.Rewrite(*slot, std::move(value));
  return damage;
}

}  // namespace

std::string_view Name(Damage::Kind kind) {
  switch (kind) {
    case Damage::Kind::kDrop:
      return "drop";
    case Damage::Kind::kDropField:
      return "drop_field";
    case Damage::Kind::kChange:
      return "change";
    case Damage::Kind::kDuplicate:
      return "duplicate";
    case Damage::Kind::kMove:
      return "move";
  }
  return "";
}

base::Result<Damage> DoDamage(Store& store, Damage damage, const Moment& moment) {
  switch (damage.object) {
    case Effect::Kind::kUser:
      return DoDamageIn(store, store.users, std::move(damage), moment);
    case Effect::Kind::kOrganization:
      return DoDamageIn(store, store.organizations, std::move(damage), moment);
    case Effect::Kind::kMembership:
      return DoDamageIn(store, store.memberships, std::move(damage), moment);
    case Effect::Kind::kRole:
      break;
  }
  return Impossible(damage);
}

void RenderDamage(json::Writer& writer, const Damage& damage) {
  writer.BeginObject().Field("kind", Name(damage.kind)).Field("object", Name(damage.object));
  writer.Field("id", damage.id);
  if (!damage.field.empty()) writer.Field("field", damage.field);
  if (!damage.value.empty()) writer.Field("value", damage.value);
  if (!damage.other_id.empty()) writer.Field("other_id", damage.other_id);
  if (damage.when == Damage::When::kNow) writer.Field("at", "now");
  writer.EndObject();
}

}  // namespace rehome::sandbox
