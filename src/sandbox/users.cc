#include "sandbox/users.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "sandbox/field.h"
#include "sandbox/object_json.h"
#include "sandbox/page.h"
#include "sandbox/password.h"

namespace rehome::sandbox {
namespace {

const Complaint kEmailTaken = {"email_not_available", "This email is not available."};
const Complaint kExternalIdTaken = {
    "external_id_already_used",
    "The external_id provided has already been assigned to another user."};

// One `@` with something on both sides and no blanks: what every validator agrees on.
bool IsEmail(std::string_view text) {
  const std::size_t at = text.find('@');
  return at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
         text.find('@', at + 1) == std::string_view::npos &&
         text.find_first_of(" \t\r\n") == std::string_view::npos;
}

Effect EffectOf(const User& user, Effect::Action action) {
  return {.kind = Effect::Kind::kUser,
          .action = action,
          .id = user.id,
          .email = user.email,
          .external_id = user.external_id,
          .password_kind = user.password_kind};
}

// What POST and PUT have in common: `user` with the fields of the body, or the refusal of what
// is wrong with them by themselves.
Checked<User> ApplyFields(User user, FieldReader& fields) {
  if (fields.Has("first_name")) user.first_name = fields.Text("first_name");
  if (fields.Has("last_name")) user.last_name = fields.Text("last_name");
  if (fields.Has("name")) user.name = fields.Text("name");
  if (fields.Has("locale")) user.locale = fields.Text("locale");
  if (fields.Has("external_id")) user.external_id = fields.ExternalId();
  user.metadata = fields.MergedMetadata(user.metadata);
  const std::optional<bool> verified = fields.Flag("email_verified");
  user.email_verified = verified.value_or(user.email_verified);
  Checked<std::string> password_kind = ReadPasswordKind(fields);
  if (!fields.complaints().empty()) return InvalidParameters(fields.complaints());
  if (auto* refusal = std::get_if<Response>(&password_kind)) return std::move(*refusal);
  if (auto refusal = CheckMetadataLimits(user.metadata)) return *std::move(refusal);
  auto& kind = std::get<std::string>(password_kind);
  if (!kind.empty()) user.password_kind = std::move(kind);
  return user;
}

// The list that a request for the users of an organization walks over.
std::vector<Slot> UsersOf(const Store& store, std::string_view organization_id,
                          base::Instant horizon) {
  std::vector<Slot> slots;
  for (const Slot slot :
       store.memberships.Candidates(MakeKey(KeyKind::kOrganization, organization_id))) {
    const Membership* membership = store.memberships.At(slot, horizon);
    if (membership == nullptr || membership->organization_id != organization_id) continue;
    if (const auto user = store.users.PlaceOf(membership->user_id)) slots.push_back(*user);
  }
  std::sort(slots.begin(), slots.end());
  slots.erase(std::unique(slots.begin(), slots.end()), slots.end());
  return slots;
}

}  // namespace

Response CreateUser(Store& store, const Call& call) {
  FieldReader fields(call.body);
  User user;
  user.email = fields.RequiredText("email", "Email");
  Checked<User> checked = ApplyFields(std::move(user), fields);
  if (auto* refusal = std::get_if<Response>(&checked)) return std::move(*refusal);
  user = std::get<User>(std::move(checked));

  std::vector<Complaint> complaints;
  if (!IsEmail(user.email)) complaints.push_back({"invalid_email", "Email address is invalid."});
  if (call.rules.unique && store.EmailTaken(user.email, user.id)) complaints.push_back(kEmailTaken);
  if (call.rules.unique && user.external_id &&
      store.UserExternalIdTaken(*user.external_id, user.id)) {
    complaints.push_back(kExternalIdTaken);
  }
  if (!complaints.empty()) {
    return Problem(400, "user_creation_error", "Could not create user.", complaints);
  }
  user.id = NewId(store, call, "user_");
  user.created_at = call.moment.wall;
  user.updated_at = call.moment.wall;
  Response response = {.status = 201, .body = RenderUser(user)};
  response.effect = EffectOf(user, Effect::Action::kCreated);
  store.users.Add(std::move(user), call.moment.now);
  return response;
}

Response GetUser(Store& store, const Call& call) {
  const User* user = store.users.FindAt(call.id, call.moment.horizon);
  if (user == nullptr) return EntityNotFound("User", call.id);
  return {.status = 200, .body = RenderUser(*user)};
}

Response GetUserByExternalId(Store& store, const Call& call) {
  for (const Slot slot : store.users.Candidates(MakeKey(KeyKind::kExternalId, call.id))) {
    const User* user = store.users.At(slot, call.moment.horizon);
    if (user != nullptr && user->external_id == call.id) {
      return {.status = 200, .body = RenderUser(*user)};
    }
  }
  return EntityNotFound("User", call.id);
}

Response ListUsers(Store& store, const Call& call) {
  const Checked<PageRequest> request = ParsePageRequest(call.target);
  if (const auto* refusal = std::get_if<Response>(&request)) return *refusal;
  const auto email = call.target.Find("email");
  const auto organization_id = call.target.Find("organization_id");

  std::vector<Slot> members;
  SlotRange range(store.users.size());
  if (organization_id) {
    members = UsersOf(store, *organization_id, call.moment.horizon);
    range = SlotRange(members);
  } else if (email) {
    range = SlotRange(store.users.Candidates(MakeKey(KeyKind::kEmail, *email)));
  }
  const auto accept = [&](Slot slot) {
    const User* user = store.users.At(slot, call.moment.horizon);
    return user != nullptr && (!email || base::EqualsFolded(user->email, *email));
  };
  const auto page = TakePage(range, std::get<PageRequest>(request), accept,
                             [&](std::string_view id) { return store.users.PlaceOf(id); });
  if (!page) return UnknownCursor();
  std::vector<std::string> bodies;
  std::vector<std::string> ids;
  for (const Slot slot : page->slots) {
    const User& user = *store.users.At(slot, call.moment.horizon);
    bodies.push_back(RenderUser(user));
    ids.push_back(user.id);
  }
  return RenderList(*page, bodies, ids);
}

Response UpdateUser(Store& store, const Call& call) {
  const std::optional<Slot> slot = store.users.FindCurrent(call.id);
  if (!slot) return EntityNotFound("User", call.id);
  const User before = *store.users.Current(*slot);

  FieldReader fields(call.body);
  User user = before;
  if (fields.Has("email")) user.email = fields.RequiredText("email", "Email");
  const bool new_email = !base::EqualsFolded(user.email, before.email);
  if (new_email) user.email_verified = false;
  Checked<User> checked = ApplyFields(std::move(user), fields);
  if (auto* refusal = std::get_if<Response>(&checked)) return std::move(*refusal);
  user = std::get<User>(std::move(checked));

  if (!IsEmail(user.email)) return Problem(400, "invalid_email", "Email address is invalid.");
  if (before.email_verified && !user.email_verified && !new_email) {
    return Problem(400, "email_already_verified",
                   "The user email has already been verified and cannot be unverified.");
  }
  if (call.rules.unique && store.EmailTaken(user.email, user.id)) {
    return Problem(400, kEmailTaken.code, kEmailTaken.message);
  }
  if (call.rules.unique && user.external_id &&
      store.UserExternalIdTaken(*user.external_id, user.id)) {
    return Problem(400, kExternalIdTaken.code, kExternalIdTaken.message);
  }
  // An update that changes nothing leaves updated_at alone, as the live API does; a password
  // always counts as a change.
  const bool sets_password = fields.Text("password") || fields.Text("password_hash");
  if (user == before && !sets_password) return {.status = 200, .body = RenderUser(user)};
  user.updated_at = call.moment.wall;
  Response response = {.status = 200, .body = RenderUser(user)};
  response.effect = EffectOf(user, Effect::Action::kUpdated);
  store.users.Replace(*slot, std::move(user), call.moment.now);
  return response;
}

Response DeleteUser(Store& store, const Call& call) {
  const std::optional<Slot> slot = store.users.FindCurrent(call.id);
  if (!slot) return EntityNotFound("User", call.id);
  Response response;
  response.effect = EffectOf(*store.users.Current(*slot), Effect::Action::kDeleted);
  response.effect->cascade = store.EraseUser(*slot, call.moment.now);
  return response;
}

}  // namespace rehome::sandbox
