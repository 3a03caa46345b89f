#include "sandbox/seed.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "json/writer.h"
#include "sandbox/memberships.h"
#include "sandbox/object.h"
#include "sandbox/organizations.h"
#include "sandbox/problem.h"
#include "sandbox/router.h"
#include "sandbox/users.h"

namespace rehome::sandbox {
namespace {

// Seeded objects have been there for ever.
constexpr base::Instant kLongAgo = base::Instant::min();

using Ids = std::vector<std::string>;

// The id of the existing object with this key for which `matches` holds, or empty.
template <class T, class Matches>
std::string IdByKey(const Table<T>& table, Key key, Matches matches) {
  for (const Slot slot : table.Candidates(key)) {
    const T* value = table.Current(slot);
    if (value != nullptr && matches(*value)) return value->id;
  }
  return {};
}

std::string UserIdOf(const Store& store, const json::Value& membership) {
  const std::string_view email = membership.StringAt("user_email");
  const std::string_view external_id = membership.StringAt("user_external_id");
  if (!email.empty()) {
    return IdByKey(store.users, MakeKey(KeyKind::kEmail, email),
                   [email](const User& user) { return base::EqualsFolded(user.email, email); });
  }
  if (!external_id.empty()) {
    return IdByKey(store.users, MakeKey(KeyKind::kExternalId, external_id),
                   [external_id](const User& user) { return user.external_id == external_id; });
  }
  return std::string(membership.StringAt("user_id"));
}

std::string OrganizationIdOf(const Store& store, const json::Value& membership) {
  const std::string_view external_id = membership.StringAt("organization_external_id");
  if (external_id.empty()) return std::string(membership.StringAt("organization_id"));
  return IdByKey(
      store.organizations, MakeKey(KeyKind::kExternalId, external_id),
      [external_id](const Organization& other) { return other.external_id == external_id; });
}

// The body of POST …/organization_memberships for a seeded membership.
base::Result<json::Value> MembershipBody(const Store& store, const json::Value& membership) {
  json::Writer writer;
  writer.BeginObject().Field("user_id", UserIdOf(store, membership));
  writer.Field("organization_id", OrganizationIdOf(store, membership));
  for (const std::string_view key : {"role_slug", "role_slugs"}) {
    const json::Value* roles = membership.Find(key);
    if (roles != nullptr) writer.Key(key).Raw(json::Serialize(*roles));
  }
  writer.EndObject();
  return json::Parse(writer.text());
}

/// Runs the elements of one list through the operation that creates their kind.
class Seeder {
 public:
  Seeder(Store& store, const Rules& rules, base::WallTime wall) : store_(store) {
    call_.moment = {.now = kLongAgo, .horizon = base::Instant::max(), .wall = wall};
    call_.rules = rules;
  }

  Checked<Ids> AddAll(const json::Value* list, Route::Operation create) {
    Ids ids;
    if (list == nullptr) return ids;
    for (const json::Value& element : list->elements()) {
      call_.id = std::string(element.StringAt("id"));
      if (IdExists(call_.id)) return InvalidParameter("id_exists", call_.id + " exists already.");
      call_.body = element;
      if (create == CreateMembership) {
        base::Result<json::Value> body = MembershipBody(store_, element);
        if (!body) return Problem(400, "bad_request", body.error().message);
        call_.body = *std::move(body);
      }
      Response response = create(store_, call_);
      if (!response.effect) return response;
      if (create == CreateMembership) SetState(response.effect->id, element.StringAt("status"));
      ids.push_back(std::move(response.effect->id));
    }
    return ids;
  }

 private:
  bool IdExists(std::string_view id) const {
    return !id.empty() && (store_.users.PlaceOf(id) || store_.organizations.PlaceOf(id) ||
                           store_.memberships.PlaceOf(id));
  }

  void SetState(std::string_view id, std::string_view status) {
    const std::optional<Membership::State> state = ParseState(status);
    const std::optional<Slot> slot = store_.memberships.FindCurrent(id);
    if (!state || !slot) return;
    Membership membership = *store_.memberships.Current(*slot);
    membership.state = *state;
    store_.memberships.Replace(*slot, std::move(membership), kLongAgo);
  }

  Store& store_;
  Call call_;
};

}  // namespace

Response Seed(Store& store, const Rules& rules, base::WallTime wall, const json::Value& body) {
  struct Kind {
    const char* key;
    Route::Operation create;
  };
  constexpr Kind kKinds[] = {{"organizations", CreateOrganization},
                             {"users", CreateUser},
                             {"memberships", CreateMembership}};
  Seeder seeder(store, rules, wall);
  json::Writer writer;
  writer.BeginObject();
  for (const Kind& kind : kKinds) {
    Checked<Ids> ids = seeder.AddAll(body.Find(kind.key), kind.create);
    if (auto* refusal = std::get_if<Response>(&ids)) {
      refusal->effect.reset();
      return std::move(*refusal);
    }
    writer.Key(kind.key).BeginArray();
    for (const std::string& id : std::get<Ids>(ids)) writer.String(id);
    writer.EndArray();
  }
  writer.EndObject();
  return {.status = 200, .body = writer.Take()};
}

}  // namespace rehome::sandbox
