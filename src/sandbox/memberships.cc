#include "sandbox/memberships.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "sandbox/field.h"
#include "sandbox/object_json.h"
#include "sandbox/page.h"

namespace rehome::sandbox {
namespace {

using State = Membership::State;

constexpr std::string_view kEntity = "Organization Membership";

Effect EffectOf(const Membership& membership, Effect::Action action) {
  return {.kind = Effect::Kind::kMembership,
          .action = action,
          .id = membership.id,
          .user_id = membership.user_id,
          .organization_id = membership.organization_id,
          .role_slugs = membership.role_slugs};
}

std::string Render(const Store& store, const Membership& membership, base::Instant moment) {
  return RenderMembership(membership, store.OrganizationName(membership.organization_id, moment));
}

// Whether the object is there, and long enough for the rules.
template <class T>
bool MayReferTo(const Table<T>& table, std::string_view id, const Call& call) {
  const std::optional<Slot> slot = table.FindCurrent(id);
  const base::Duration lag = call.rules.reference_lag;
  return slot && (lag.count() == 0 || table.Since(*slot) <= call.moment.now - lag);
}

// Why the environment does not accept these roles.
std::optional<Response> RefuseRoles(const Store& store, const Call& call,
                                    const std::vector<std::string>& slugs) {
  for (const std::string& slug : slugs) {
    if (store.FindRole(slug) == nullptr) {
      return Problem(422, "invalid_role", "Role '" + slug + "' is not a valid role.");
    }
  }
  if (slugs.size() > 1 && !call.rules.multiple_roles) {
    return Problem(422, "multiple_roles_not_enabled",
                   "Multiple roles is not enabled for this environment.");
  }
  return std::nullopt;
}

Response PendingRefusal(std::string_view verb) {
  return Problem(400, "cannot_" + std::string(verb) + "_pending_organization_membership",
                 "Pending organization memberships cannot be " + std::string(verb) +
                     "d. The invite must be accepted instead.");
}

// Stores `membership` in the place of its older self and answers with it.
Response Replace(Store& store, const Call& call, Slot slot, Membership membership,
                 Effect::Action action) {
  Response response;
  if (membership != *store.memberships.Current(slot)) {
    membership.updated_at = call.moment.wall;
    response.effect = EffectOf(membership, action);
    store.memberships.Replace(slot, membership, call.moment.now);
  }
  response.body = Render(store, membership, call.moment.now);
  return response;
}

// The answer to POST when the user already has a membership in the organization.
Response Reopen(Store& store, const Call& call, Slot slot, std::vector<std::string> slugs) {
  Membership membership = *store.memberships.Current(slot);
  if (membership.state == State::kPending) return PendingRefusal("reactivate");
  if (membership.state == State::kActive) {
    return Problem(409, "organization_membership_already_exists",
                   "The user is already a member of this organization.");
  }
  membership.state = State::kActive;
  membership.role_slugs = std::move(slugs);
  Response response =
      Replace(store, call, slot, std::move(membership), Effect::Action::kReactivated);
  response.status = 201;
  return response;
}

Response SetState(Store& store, const Call& call, State state) {
  const std::optional<Slot> slot = store.memberships.FindCurrent(call.id);
  if (!slot) return EntityNotFound(kEntity, call.id);
  Membership membership = *store.memberships.Current(*slot);
  const bool active = state == State::kActive;
  if (membership.state == State::kPending) {
    return PendingRefusal(active ? "reactivate" : "deactivate");
  }
  membership.state = state;
  return Replace(store, call, *slot, std::move(membership),
                 active ? Effect::Action::kReactivated : Effect::Action::kUpdated);
}

// What a list of memberships asks for, beside paging.
struct Filter {
  std::optional<std::string_view> user_id;
  std::optional<std::string_view> organization_id;
  std::vector<State> states;

  bool Matches(const Membership& membership) const {
    return (!user_id || membership.user_id == *user_id) &&
           (!organization_id || membership.organization_id == *organization_id) &&
           std::find(states.begin(), states.end(), membership.state) != states.end();
  }
};

Checked<Filter> ParseFilter(const Target& target) {
  Filter filter;
  filter.user_id = target.Find("user_id");
  filter.organization_id = target.Find("organization_id");
  if (!filter.user_id && !filter.organization_id) {
    return Problem(400, "missing_user_id_or_organization_id",
                   "Give user_id or organization_id or both.");
  }
  for (const std::string& name : base::Split(target.Find("statuses").value_or("active"), ',')) {
    const std::optional<State> state = ParseState(name);
    if (!state) {
      return InvalidParameter("statuses_invalid",
                              "Each status must be one of active, inactive, pending.");
    }
    filter.states.push_back(*state);
  }
  return filter;
}

}  // namespace

Response CreateMembership(Store& store, const Call& call) {
  FieldReader fields(call.body);
  Membership membership;
  membership.user_id = fields.RequiredText("user_id", "User ID");
  membership.organization_id = fields.RequiredText("organization_id", "Organization ID");
  membership.role_slugs = fields.RoleSlugs().value_or(std::vector<std::string>{"member"});
  if (!fields.complaints().empty()) return InvalidParameters(fields.complaints());
  if (!MayReferTo(store.users, membership.user_id, call)) {
    return EntityNotFound("User", membership.user_id);
  }
  if (!MayReferTo(store.organizations, membership.organization_id, call)) {
    return EntityNotFound("Organization", membership.organization_id);
  }
  if (auto refusal = RefuseRoles(store, call, membership.role_slugs)) return *std::move(refusal);
  if (call.rules.unique) {
    const auto slot = store.FindMembership(membership.user_id, membership.organization_id);
    if (slot) return Reopen(store, call, *slot, std::move(membership.role_slugs));
  }
  membership.id = NewId(store, call, "om_");
  membership.created_at = call.moment.wall;
  membership.updated_at = call.moment.wall;
  Response response = {.status = 201, .body = Render(store, membership, call.moment.now)};
  response.effect = EffectOf(membership, Effect::Action::kCreated);
  store.memberships.Add(std::move(membership), call.moment.now);
  return response;
}

Response GetMembership(Store& store, const Call& call) {
  const Membership* membership = store.memberships.FindAt(call.id, call.moment.horizon);
  if (membership == nullptr) return EntityNotFound(kEntity, call.id);
  return {.status = 200, .body = Render(store, *membership, call.moment.horizon)};
}

Response ListMemberships(Store& store, const Call& call) {
  const Checked<PageRequest> request = ParsePageRequest(call.target);
  if (const auto* refusal = std::get_if<Response>(&request)) return *refusal;
  const Checked<Filter> checked = ParseFilter(call.target);
  if (const auto* refusal = std::get_if<Response>(&checked)) return *refusal;
  const Filter& filter = std::get<Filter>(checked);

  const base::Instant horizon = call.moment.horizon;
  const Key key = filter.user_id ? MakeKey(KeyKind::kUser, *filter.user_id)
                                 : MakeKey(KeyKind::kOrganization, *filter.organization_id);
  const auto accept = [&](Slot slot) {
    const Membership* membership = store.memberships.At(slot, horizon);
    return membership != nullptr && filter.Matches(*membership);
  };
  const auto page =
      TakePage(SlotRange(store.memberships.Candidates(key)), std::get<PageRequest>(request), accept,
               [&](std::string_view id) { return store.memberships.PlaceOf(id); });
  if (!page) return UnknownCursor();
  std::vector<std::string> bodies;
  std::vector<std::string> ids;
  for (const Slot slot : page->slots) {
    const Membership& membership = *store.memberships.At(slot, horizon);
    bodies.push_back(Render(store, membership, horizon));
    ids.push_back(membership.id);
  }
  return RenderList(*page, bodies, ids);
}

Response UpdateMembership(Store& store, const Call& call) {
  const std::optional<Slot> slot = store.memberships.FindCurrent(call.id);
  if (!slot) return EntityNotFound(kEntity, call.id);
  Membership membership = *store.memberships.Current(*slot);
  FieldReader fields(call.body);
  const std::optional<std::vector<std::string>> slugs = fields.RoleSlugs();
  if (!fields.complaints().empty()) return InvalidParameters(fields.complaints());
  membership.role_slugs = slugs.value_or(membership.role_slugs);
  if (auto refusal = RefuseRoles(store, call, membership.role_slugs)) return *std::move(refusal);
  return Replace(store, call, *slot, std::move(membership), Effect::Action::kUpdated);
}

Response DeactivateMembership(Store& store, const Call& call) {
  return SetState(store, call, State::kInactive);
}

Response ReactivateMembership(Store& store, const Call& call) {
  return SetState(store, call, State::kActive);
}

Response DeleteMembership(Store& store, const Call& call) {
  const std::optional<Slot> slot = store.memberships.FindCurrent(call.id);
  if (!slot) return EntityNotFound(kEntity, call.id);
  Response response;
  response.effect = EffectOf(*store.memberships.Current(*slot), Effect::Action::kDeleted);
  store.memberships.Erase(*slot, call.moment.now);
  return response;
}

}  // namespace rehome::sandbox
