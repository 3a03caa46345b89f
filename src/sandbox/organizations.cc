#include "sandbox/organizations.h"

#include <chrono>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "base/text.h"
#include "sandbox/field.h"
#include "sandbox/object_json.h"
#include "sandbox/page.h"

namespace rehome::sandbox {
namespace {

constexpr std::string_view kEntity = "Organization";
constexpr base::Duration kReplayLife = std::chrono::hours(24);

Effect EffectOf(const Organization& organization, Effect::Action action) {
  return {.kind = Effect::Kind::kOrganization,
          .action = action,
          .id = organization.id,
          .external_id = organization.external_id};
}

// `organization` with the fields of the body but the name, or the refusal.
Checked<Organization> ApplyFields(Organization organization, const Store& store, const Call& call,
                                  FieldReader& fields) {
  if (fields.Has("external_id")) organization.external_id = fields.ExternalId();
  organization.metadata = fields.MergedMetadata(organization.metadata);
  if (!fields.complaints().empty()) return InvalidParameters(fields.complaints());
  if (auto refusal = CheckMetadataLimits(organization.metadata)) return *std::move(refusal);
  if (call.rules.unique && organization.external_id &&
      store.OrganizationExternalIdTaken(*organization.external_id, organization.id)) {
    return Problem(400, "external_id_already_used",
                   "The external_id provided has already been assigned to another organization.");
  }
  return organization;
}

Response CreateOnce(Store& store, const Call& call) {
  FieldReader fields(call.body);
  Organization organization;
  organization.name = fields.RequiredText("name", "Name");
  Checked<Organization> checked = ApplyFields(std::move(organization), store, call, fields);
  if (auto* refusal = std::get_if<Response>(&checked)) return std::move(*refusal);
  organization = std::get<Organization>(std::move(checked));
  organization.id = NewId(store, call, "org_");
  organization.created_at = call.moment.wall;
  organization.updated_at = call.moment.wall;
  Response response = {.status = 201, .body = RenderOrganization(organization)};
  response.effect = EffectOf(organization, Effect::Action::kCreated);
  store.organizations.Add(std::move(organization), call.moment.now);
  return response;
}

}  // namespace

Response CreateOrganization(Store& store, const Call& call) {
  if (call.idempotency_key.empty()) return CreateOnce(store, call);
  const base::Hash128 request = base::HashBytes(call.raw_body);
  if (const auto* replay = store.FindReplay(call.idempotency_key, call.moment.now)) {
    if (replay->request == request) return {.status = 201, .body = replay->body};
    return MessageOnly(400, "Another idempotency key (" + std::string(call.idempotency_key) +
                                ") with different request parameters was found. Please use a "
                                "different idempotency key.");
  }
  Response response = CreateOnce(store, call);
  if (response.status == 201) {
    store.KeepReplay(call.idempotency_key, {request, response.body, call.moment.now + kReplayLife});
  }
  return response;
}

Response GetOrganization(Store& store, const Call& call) {
  const Organization* organization = store.organizations.FindAt(call.id, call.moment.horizon);
  if (organization == nullptr) return EntityNotFound(kEntity, call.id);
  return {.status = 200, .body = RenderOrganization(*organization)};
}

Response GetOrganizationByExternalId(Store& store, const Call& call) {
  for (const Slot slot : store.organizations.Candidates(MakeKey(KeyKind::kExternalId, call.id))) {
    const Organization* organization = store.organizations.At(slot, call.moment.horizon);
    if (organization != nullptr && organization->external_id == call.id) {
      return {.status = 200, .body = RenderOrganization(*organization)};
    }
  }
  return EntityNotFound(kEntity, call.id);
}

Response ListOrganizations(Store& store, const Call& call) {
  const Checked<PageRequest> request = ParsePageRequest(call.target);
  if (const auto* refusal = std::get_if<Response>(&request)) return *refusal;
  const std::string search = base::FoldAscii(call.target.Find("search").value_or(""));
  const auto accept = [&](Slot slot) {
    const Organization* organization = store.organizations.At(slot, call.moment.horizon);
    return organization != nullptr &&
           base::FoldAscii(organization->name).find(search) != std::string::npos;
  };
  const auto page =
      TakePage(SlotRange(store.organizations.size()), std::get<PageRequest>(request), accept,
               [&](std::string_view id) { return store.organizations.PlaceOf(id); });
  if (!page) return UnknownCursor();
  std::vector<std::string> bodies;
  std::vector<std::string> ids;
  for (const Slot slot : page->slots) {
    const Organization& organization = *store.organizations.At(slot, call.moment.horizon);
    bodies.push_back(RenderOrganization(organization));
    ids.push_back(organization.id);
  }
  return RenderList(*page, bodies, ids);
}

Response UpdateOrganization(Store& store, const Call& call) {
  const std::optional<Slot> slot = store.organizations.FindCurrent(call.id);
  if (!slot) return EntityNotFound(kEntity, call.id);
  const Organization before = *store.organizations.Current(*slot);

  FieldReader fields(call.body);
  Organization organization = before;
  if (fields.Has("name")) organization.name = fields.RequiredText("name", "Name");
  Checked<Organization> checked = ApplyFields(std::move(organization), store, call, fields);
  if (auto* refusal = std::get_if<Response>(&checked)) return std::move(*refusal);
  organization = std::get<Organization>(std::move(checked));
  if (organization == before) return {.status = 200, .body = RenderOrganization(organization)};
  organization.updated_at = call.moment.wall;
  Response response = {.status = 200, .body = RenderOrganization(organization)};
  response.effect = EffectOf(organization, Effect::Action::kUpdated);
  store.organizations.Replace(*slot, std::move(organization), call.moment.now);
  return response;
}

Response DeleteOrganization(Store& store, const Call& call) {
  const std::optional<Slot> slot = store.organizations.FindCurrent(call.id);
  if (!slot) return EntityNotFound(kEntity, call.id);
  Response response = {
      .status = 202, .body = "Accepted", .content_type = "text/plain; charset=utf-8"};
  response.effect = EffectOf(*store.organizations.Current(*slot), Effect::Action::kDeleted);
  response.effect->cascade = store.EraseOrganization(*slot, call.moment.now);
  return response;
}

}  // namespace rehome::sandbox
