#include "sandbox/damage_plan.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "base/random.h"
#include "json/writer.h"
#include "sandbox/problem.h"

namespace rehome::sandbox {
namespace {

using Kind = Damage::Kind;
using Object = Effect::Kind;

constexpr std::size_t kMostAtRandom = 100'000;

// What chance may do; `metadata.` stands for the first pair. An account that is not verified and a
// membership with the role that everybody has may never have been written: they stay as they are.
const std::vector<Damage>& RandomDamages() {
  static const std::vector<Damage> kAll = {
      {.kind = Kind::kDrop, .object = Object::kUser},
      {.kind = Kind::kDropField, .object = Object::kUser, .field = "first_name"},
      {.kind = Kind::kDropField, .object = Object::kUser, .field = "last_name"},
      {.kind = Kind::kDropField, .object = Object::kUser, .field = "external_id"},
      {.kind = Kind::kDropField, .object = Object::kUser, .field = "metadata."},
      {.kind = Kind::kChange, .object = Object::kUser, .field = "first_name"},
      {.kind = Kind::kChange, .object = Object::kUser, .field = "last_name"},
      {.kind = Kind::kChange, .object = Object::kUser, .field = "external_id"},
      {.kind = Kind::kChange, .object = Object::kUser, .field = "metadata."},
      {.kind = Kind::kChange, .object = Object::kUser, .field = "email_verified"},
      {.kind = Kind::kDuplicate, .object = Object::kUser, .field = "email"},
      {.kind = Kind::kDuplicate, .object = Object::kUser, .field = "external_id"},
      {.kind = Kind::kDrop, .object = Object::kOrganization},
      {.kind = Kind::kDropField, .object = Object::kOrganization, .field = "external_id"},
      {.kind = Kind::kChange, .object = Object::kOrganization, .field = "external_id"},
      {.kind = Kind::kChange, .object = Object::kOrganization, .field = "name"},
      {.kind = Kind::kDuplicate, .object = Object::kOrganization, .field = "external_id"},
      {.kind = Kind::kDrop, .object = Object::kMembership},
      {.kind = Kind::kChange, .object = Object::kMembership, .field = "role_slugs"},
      {.kind = Kind::kChange, .object = Object::kMembership, .field = "status"},
      {.kind = Kind::kDuplicate, .object = Object::kMembership},
      {.kind = Kind::kMove, .object = Object::kMembership},
  };
  return kAll;
}

// `damage` for this object; nothing when it would not change what was written.
std::optional<Damage> Fit(Damage damage, const User& user) {
  damage.id = user.id;
  if (damage.field == "email_verified" && !user.email_verified) return std::nullopt;
  if (damage.field == "first_name" && !user.first_name) return std::nullopt;
  if (damage.field == "last_name" && !user.last_name) return std::nullopt;
  if (damage.field == "external_id" && !user.external_id) return std::nullopt;
  if (damage.field != "metadata.") return damage;
  if (user.metadata.empty()) return std::nullopt;
  damage.field += user.metadata.begin()->first;
  return damage;
}

std::optional<Damage> Fit(Damage damage, const Organization& organization) {
  damage.id = organization.id;
  if (damage.field == "external_id" && !organization.external_id) return std::nullopt;
  return damage;
}

std::optional<Damage> Fit(Damage damage, const Membership& membership) {
  damage.id = membership.id;
  const bool plain = membership.role_slugs == std::vector<std::string>{"member"};
  if (damage.field == "role_slugs" && plain) return std::nullopt;
  return damage;
}

void Note(DamagedIds& damaged, const Damage& damage) {
  damaged.insert(damage.id);
  if (damage.kind == Kind::kDuplicate) damaged.insert(damage.other_id);
}

// Does `damage` to the first object from a random place on that it fits.
template <class T>
std::optional<Damage> DoSomewhere(Store& store, const Table<T>& table, const Damage& damage,
                                  const DamagedIds& damaged, base::Random& random,
                                  const Moment& moment) {
  const Slot begin = static_cast<Slot>(random.Below(table.size()));
  for (Slot i = 0; i < table.size(); ++i) {
    const Slot slot = (begin + i) % table.size();
    const T* value = table.Current(slot);
    const bool seeded = table.Since(slot) == base::Instant::min();
    if (value == nullptr || seeded || damaged.contains(value->id)) continue;
    const std::optional<Damage> fitting = Fit(damage, *value);
    if (!fitting) continue;
    base::Result<Damage> done = DoDamage(store, *fitting, moment);
    if (done) return *std::move(done);
  }
  return std::nullopt;
}

std::optional<Damage> DoSomewhere(Store& store, const Damage& damage, const DamagedIds& damaged,
                                  base::Random& random, const Moment& moment) {
  switch (damage.object) {
    case Object::kUser:
      return DoSomewhere(store, store.users, damage, damaged, random, moment);
    case Object::kOrganization:
      return DoSomewhere(store, store.organizations, damage, damaged, random, moment);
    case Object::kMembership:
      return DoSomewhere(store, store.memberships, damage, damaged, random, moment);
    case Object::kRole:
      break;
  }
  return std::nullopt;
}

std::optional<Object> ParseObject(std::string_view name) {
  for (const Object object : {Object::kUser, Object::kOrganization, Object::kMembership}) {
    if (Name(object) == name) return object;
  }
  return std::nullopt;
}

std::optional<Kind> ParseKind(std::string_view name) {
  for (const Kind kind :
       {Kind::kDrop, Kind::kDropField, Kind::kChange, Kind::kDuplicate, Kind::kMove}) {
    if (Name(kind) == name) return kind;
  }
  return std::nullopt;
}

std::optional<Damage> ParseDamage(const json::Value& value) {
  const std::optional<Kind> kind = ParseKind(value.StringAt("kind"));
  const std::optional<Object> object = ParseObject(value.StringAt("object"));
  const std::string_view at = value.StringAt("at");
  if (!kind || !object || (!at.empty() && at != "now")) return std::nullopt;
  return Damage{.kind = *kind,
                .object = *object,
                .id = std::string(value.StringAt("id")),
                .field = std::string(value.StringAt("field")),
                .value = std::string(value.StringAt("value")),
                .when = at.empty() ? Damage::When::kAtCreation : Damage::When::kNow};
}

Checked<std::vector<Damage>> DoListed(Store& store, DamagedIds& damaged, const json::Value& list,
                                      const Moment& moment) {
  std::vector<Damage> done;
  for (const json::Value& element : list.elements()) {
    const std::optional<Damage> damage = ParseDamage(element);
    if (!damage) {
      return InvalidParameter("damage_invalid", "Each damage needs a kind, an object and an id.");
    }
    if (damaged.contains(damage->id)) {
      return InvalidParameter("damage_twice", damage->id + " is damaged already.");
    }
    base::Result<Damage> result = DoDamage(store, *damage, moment);
    if (!result) return InvalidParameter("damage_impossible", result.error().message);
    Note(damaged, *result);
    done.push_back(*std::move(result));
  }
  return done;
}

}  // namespace

std::vector<Damage> DamageAtRandom(Store& store, DamagedIds& damaged, std::uint64_t seed,
                                   std::size_t count, const Moment& moment) {
  base::Random random(seed);
  std::vector<Damage> kinds = RandomDamages();
  for (std::size_t i = kinds.size(); i > 1; --i) std::swap(kinds[i - 1], kinds[random.Below(i)]);
  std::vector<Damage> done;
  while (done.size() < count && !kinds.empty()) {
    for (auto kind = kinds.begin(); kind != kinds.end() && done.size() < count;) {
      std::optional<Damage> damage = DoSomewhere(store, *kind, damaged, random, moment);
      kind = damage ? std::next(kind) : kinds.erase(kind);  // impossible now is impossible later
      if (!damage) continue;
      Note(damaged, *damage);
      done.push_back(*std::move(damage));
    }
  }
  return done;
}

Response DoDamages(Store& store, DamagedIds& damaged, const json::Value& body,
                   const Moment& moment) {
  std::vector<Damage> done;
  if (const json::Value* list = body.Find("damages")) {
    Checked<std::vector<Damage>> listed = DoListed(store, damaged, *list, moment);
    if (auto* refusal = std::get_if<Response>(&listed)) return std::move(*refusal);
    done = std::get<std::vector<Damage>>(std::move(listed));
  } else {
    const json::Value* seed = body.Find("seed");
    const json::Value* count = body.Find("count");
    const auto seed_number = seed == nullptr ? std::optional<std::int64_t>(1) : seed->AsInt();
    const auto wanted = count == nullptr ? std::nullopt : count->AsInt();
    if (!seed_number || !wanted || *wanted < 0 || *wanted > std::int64_t{kMostAtRandom}) {
      return InvalidParameter("damage_invalid", "Give damages, or a count and a seed.");
    }
    done = DamageAtRandom(store, damaged, static_cast<std::uint64_t>(*seed_number),
                          static_cast<std::size_t>(*wanted), moment);
  }
  json::Writer writer;
  writer.BeginObject().Key("damages").BeginArray();
  for (const Damage& damage : done) RenderDamage(writer, damage);
  writer.EndArray().EndObject();
  return {.status = 200, .body = writer.Take()};
}

}  // namespace rehome::sandbox
