#include "verify/expected_objects.h"

#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "plan/user_rules.h"
#include "verify/row_lookup.h"
#include "verify/target_object.h"

namespace rehome::verify {
namespace {

using Depth = journal::ExpectedObject::Depth;
using model::EffectKind;
using model::Provenance;

// Objects of one write of the store.
constexpr int kObjectsAtOnce = 10'000;

bool IsMade(const model::Effect& effect) {
  return effect.provenance == Provenance::kCreated ||
         effect.provenance == Provenance::kCreatedInDoubt;
}

bool IsChanged(const model::Effect& effect) {
  return effect.provenance == Provenance::kUpdated || effect.provenance == Provenance::kReactivated;
}

// Left alone by the person's wish: the run relies on nothing about it.
bool IsExpected(const model::Effect& effect) {
  return effect.state == model::EffectState::kDone && !effect.target_id.empty() &&
         effect.outcome != model::OutcomeKind::kSkipped;
}

// Of one that was there before, the e-mail by which the file and the run know it.
Fields FieldsOf(const model::UserRecord& user, const model::Effect& effect) {
  Fields fields{{"email", user.email}};
  if (!IsMade(effect) && !IsChanged(effect)) return fields;
  if (user.first_name) fields.emplace_back("first_name", *user.first_name);
  if (user.last_name) fields.emplace_back("last_name", *user.last_name);
  // Only people prove an address, and nothing takes that back: one that was made unverified and is
  // verified now is as it should be.
  if (user.email_verified.value_or(false)) fields.emplace_back("email_verified", "true");
  if (user.external_id) fields.emplace_back("external_id", *user.external_id);
  for (const auto& [name, value] : user.metadata) fields.emplace_back("metadata." + name, value);
  return fields;
}

// An adopted membership was found active, whatever its roles.
Fields FieldsOfMembership(const model::Effect& effect) {
  Fields fields{{"user_id", effect.user_id},
                {"organization_id", effect.organization_id},
                {"status", "active"}};
  if (!effect.role_slugs.empty() && (IsMade(effect) || IsChanged(effect))) {
    fields.emplace_back("role_slugs", JoinRoles(base::Split(effect.role_slugs, ',')));
  }
  return fields;
}

/// Turns effects, in the order of the rows, into expected objects. One thread.
class Loader {
 public:
  Loader(const ExpectedSources& sources, journal::VerificationStore& store)
      : store_(store), rows_(sources.input, sources.header, sources.survey) {
    for (const model::Organization& organization : sources.survey.organizations) {
      organizations_.emplace(model::KeyOf(organization.ref), &organization);
    }
  }

  base::Status Add(const model::Effect& effect) {
    if (!IsExpected(effect)) return {};
    auto fields = FieldsOfEffect(effect);
    if (!fields) return fields.error();
    const bool whole =
        effect.kind == EffectKind::kMembership || IsMade(effect) || IsChanged(effect);
    std::vector<std::string> keys{KeyOfId(effect.kind, effect.target_id)};
    for (UniqueKey& key : UniqueKeysOf(effect.kind, *fields)) keys.push_back(std::move(key.key));
    if (added_ % kObjectsAtOnce == 0) {
      if (added_ > 0) RETURN_IF_ERROR(store_.Commit());
      RETURN_IF_ERROR(store_.Begin());
    }
    ++added_;
    RETURN_IF_ERROR(store_.Add(
        {.number = 0,
         .kind = effect.kind,
         .row = effect.row,
         .target_id = effect.target_id,
         .organization_id =
             effect.kind == EffectKind::kMembership ? effect.organization_id : std::string(),
         .depth = whole ? Depth::kFields : Depth::kExistence,
         .fields = Encode(*fields)},
        keys));
    if (IsMade(effect)) KeepNewest(effect);
    return {};
  }

  base::Status Finish() {
    if (added_ > 0) RETURN_IF_ERROR(store_.Commit());
    return store_.Seal();
  }

  std::vector<NewestObject> newest() const {
    std::vector<NewestObject> all;
    for (const auto& [kind, object] : newest_) all.push_back(object);
    return all;
  }

 private:
  base::Result<Fields> FieldsOfEffect(const model::Effect& effect) {
    switch (effect.kind) {
      case EffectKind::kMembership:
        return FieldsOfMembership(effect);
      case EffectKind::kOrganization:
        return FieldsOfOrganization(effect);
      case EffectKind::kUser:
        break;
    }
    // Not the plan of the row: a user with several rows has the data of this one, its first.
    const auto row = rows_.Find(effect.row);
    if (!row) return row.error();
    return FieldsOf(plan::CheckUser(*row).user, effect);
  }

  Fields FieldsOfOrganization(const model::Effect& effect) const {
    Fields fields;
    const auto found = organizations_.find(effect.key);
    if (found == organizations_.end()) return fields;
    const model::Organization& organization = *found->second;
    switch (organization.ref.kind) {
      case model::OrganizationRef::Kind::kId:
        break;
      case model::OrganizationRef::Kind::kName:
        fields.emplace_back("name", organization.ref.value);
        break;
      case model::OrganizationRef::Kind::kExternalId:
        if (!organization.name.empty()) fields.emplace_back("name", organization.name);
        fields.emplace_back("external_id", organization.ref.value);
        break;
    }
    return fields;
  }

  void KeepNewest(const model::Effect& effect) {
    NewestObject& newest = newest_[effect.kind];
    if (effect.created_at < newest.created_at) return;
    newest = {.kind = effect.kind, .target_id = effect.target_id, .created_at = effect.created_at};
  }

  journal::VerificationStore& store_;
  RowLookup rows_;
  std::map<std::string, const model::Organization*> organizations_;
  std::map<EffectKind, NewestObject> newest_;
  std::int64_t added_ = 0;
};

base::Status Load(journal::JournalReader& journal, Loader& loader) {
  base::Status status;
  // The visit has no way to end early; after an error what is left is passed over.
  RETURN_IF_ERROR(journal.VisitEffects([&](const model::Effect& effect) {
    if (status) status = loader.Add(effect);
  }));
  RETURN_IF_ERROR(status);
  return loader.Finish();
}

}  // namespace

base::Result<std::vector<NewestObject>> LoadExpectedObjects(const ExpectedSources& sources,
                                                            journal::VerificationStore& store,
                                                            const std::function<bool()>& go_on) {
  const auto stop = [&go_on] { return !go_on(); };
  sources.journal.StopWhen(stop);
  store.StopWhen(stop);
  Loader loader(sources, store);
  const base::Status loaded = Load(sources.journal, loader);
  sources.journal.StopWhen(nullptr);
  store.StopWhen(nullptr);
  // Also when that came too late to break anything off.
  if (!go_on()) return base::Error{base::ErrorCode::kLimit, "it was interrupted"};
  if (!loaded) return loaded.error();
  return loader.newest();
}

}  // namespace rehome::verify
