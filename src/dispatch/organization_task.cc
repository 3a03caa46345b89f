#include "dispatch/organization_task.h"

#include <memory>
#include <utility>

#include "base/text.h"
#include "directory/requests.h"
#include "dispatch/finding.h"
#include "plan/findings.h"

namespace rehome::dispatch {
namespace {

constexpr Purpose kPurpose = {.phase = model::Phase::kOrganizations,
                              .subject = directory::Subject::kOrganization};

// Of 100 organizations each. More would be a search for a word that all names have; fewer could cut
// a real one short.
constexpr std::size_t kMostPages = 1000;

model::Effect EffectOf(const model::Organization& organization,
                       const std::optional<model::Effect>& known) {
  // A known one keeps its row: the journal allows one row for a key, and a run of a part of the
  // file may have numbered the organization by a later row than the whole file does.
  const bool is_new = !known.has_value();
  model::Effect effect = known.value_or(model::Effect{});
  if (is_new) effect.row = organization.first_row;
  effect.kind = model::EffectKind::kOrganization;
  effect.key = model::KeyOf(organization.ref);
  return effect;
}

}  // namespace

OrganizationTask::OrganizationTask(Context& context, model::Organization organization,
                                   const std::optional<model::Effect>& known)
    : EnsureTask(context, EffectOf(organization, known), kPurpose),
      organization_(std::move(organization)) {
  if (CanCreate()) context_.PresumeSent(effect_);
}

bool OrganizationTask::CanCreate() const {
  return organization_.ref.kind == model::OrganizationRef::Kind::kName ||
         (organization_.ref.kind == model::OrganizationRef::Kind::kExternalId &&
          !organization_.name.empty());
}

bool OrganizationTask::IsIt(const directory::OrganizationObject& object) const {
  switch (organization_.ref.kind) {
    case model::OrganizationRef::Kind::kId:
      return object.id == organization_.ref.value;
    case model::OrganizationRef::Kind::kExternalId:
      return object.external_id == organization_.ref.value;
    case model::OrganizationRef::Kind::kName:
      return object.name == organization_.ref.value;
  }
  return false;
}

void OrganizationTask::LookUp(http::Connection connection, std::function<void(Look)> done) {
  found_.reset();
  if (organization_.ref.kind == model::OrganizationRef::Kind::kName) {
    same_name_ = 0;
    cursors_.clear();
    SearchByName(connection, "", std::move(done));
    return;
  }
  http::Request request = organization_.ref.kind == model::OrganizationRef::Kind::kId
                              ? directory::GetOrganization(organization_.ref.value)
                              : directory::GetOrganizationByExternalId(organization_.ref.value);
  request.connection = connection;
  auto self = std::static_pointer_cast<OrganizationTask>(shared_from_this());
  using Found = Finding<directory::OrganizationObject>;
  FindObject<directory::OrganizationObject>(
      context_, purpose_, std::move(request), directory::ParseOrganization,
      [self](const auto& object) { return self->IsIt(object); },
      [self, done = std::move(done)](Found finding) {
        if (const auto trouble = self->TroubleOf(finding)) {
          done(*trouble);
          return;
        }
        if (finding.fate == Found::Fate::kFound) {
          self->found_ = std::move(finding.object);
          done(Look::kFound);
          return;
        }
        // After a create its answer says more than another "not found".
        if (!self->effect_.maybe_sent) self->KeepWords(finding.reply);
        done(Look::kAbsent);
      });
}

// Pages of a search by words, of which only exact names count.
void OrganizationTask::SearchByName(http::Connection connection, const std::string& after,
                                    std::function<void(Look)> done) {
  http::Request request = directory::SearchOrganizations(organization_.ref.value, after);
  request.connection = connection;
  auto self = std::static_pointer_cast<OrganizationTask>(shared_from_this());
  using Page = directory::Page<directory::OrganizationObject>;
  FindObject<Page>(
      context_, purpose_, std::move(request), directory::ParseOrganizationPage,
      [](const Page&) { return true; },
      [self, connection, done = std::move(done)](Finding<Page> finding) mutable {
        if (const auto trouble = self->TroubleOf(finding)) {
          done(*trouble);
          return;
        }
        // A search has no 404.
        if (finding.fate == Finding<Page>::Fate::kAbsent) {
          self->KeepTrouble(finding.reply);
          done(Look::kFailed);
          return;
        }
        for (directory::OrganizationObject& object : finding.object.objects) {
          if (!self->IsIt(object)) continue;
          // A list that moves while it is read shows one organization on two pages.
          if (self->found_ && self->found_->id == object.id) continue;
          ++self->same_name_;
          self->found_ = std::move(object);
        }
        const std::string& next = finding.object.after;
        if (next.empty()) {
          done(self->found_ ? Look::kFound : Look::kAbsent);
          return;
        }
        if (!self->cursors_.insert(next).second) {
          self->look_trouble_ = "page " + std::to_string(self->cursors_.size() + 1) +
                                " of the search for \"" + self->organization_.ref.value +
                                "\" leads back to an earlier page";
          done(Look::kFailed);
          return;
        }
        if (self->cursors_.size() >= kMostPages) {
          self->look_trouble_ = "the search for \"" + self->organization_.ref.value +
                                "\" has over " + base::WithThousands(kMostPages) + " pages";
          done(Look::kFailed);
          return;
        }
        self->SearchByName(connection, next, std::move(done));
      });
}

http::Request OrganizationTask::MakeCreate() const {
  const bool by_name = organization_.ref.kind == model::OrganizationRef::Kind::kName;
  return directory::CreateOrganization(by_name ? organization_.ref.value : organization_.name,
                                       by_name ? "" : organization_.ref.value);
}

bool OrganizationTask::TakeAnswer(const http::Response& response) {
  const auto object = directory::ParseOrganization(response.body);
  if (!object || !IsIt(*object)) return false;
  effect_.target_id = object->id;
  effect_.created_at = object->created_at;
  effect_.updated_at = object->updated_at;
  return true;
}

void OrganizationTask::Judge() {
  if (same_name_ > 1) {
    SettleBadly(model::OutcomeKind::kFailed, model::Reason::kOrganizationAmbiguous,
                std::to_string(same_name_) + " organizations have the name \"" +
                    organization_.ref.value + "\"");
    return;
  }
  const model::Provenance provenance = ProvenanceOfFound(found_->created_at);
  effect_.target_id = found_->id;
  effect_.created_at = found_->created_at;
  effect_.updated_at = found_->updated_at;
  effect_.differs.clear();
  if (!organization_.name.empty() && found_->name != organization_.name) {
    effect_.differs = "the file says " + plan::Quote(organization_.name) + ", " + found_->id +
                      " is called " + plan::Quote(found_->name);
  }
  Settle(provenance == model::Provenance::kCreatedInDoubt ? model::OutcomeKind::kCreated
                                                          : model::OutcomeKind::kAdopted,
         provenance);
}

void OrganizationTask::JudgeAbsent() {
  if (CanCreate()) {
    Create();
    return;
  }
  SettleBadly(model::OutcomeKind::kFailed, model::Reason::kOrganizationNotFound,
              "no organization with " +
                  std::string(organization_.ref.kind == model::OrganizationRef::Kind::kId
                                  ? "the id \""
                                  : "the external_id \"") +
                  organization_.ref.value + "\"");
}

}  // namespace rehome::dispatch
