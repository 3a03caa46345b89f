#include "dispatch/membership_task.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

#include "base/text.h"
#include "directory/requests.h"
#include "dispatch/finding.h"
#include "json/writer.h"

namespace rehome::dispatch {
namespace {

constexpr Purpose kPurpose = {.phase = model::Phase::kMemberships,
                              .subject = directory::Subject::kMembership};

std::vector<std::string> Sorted(std::vector<std::string> slugs) {
  std::sort(slugs.begin(), slugs.end());
  return slugs;
}

// A new object was changed when it was made, by the target's one clock: clocks that are set while a
// request is under way make no old one of it. (One that is old and was never changed is taken for
// new, then: it looks the same.)
bool WasTouchedLater(const model::Effect& effect) {
  return base::ParseIso8601(effect.updated_at) - base::ParseIso8601(effect.created_at) >
         std::chrono::seconds(1);
}

// Where nothing is unique there may be several: one that is active makes the user a member.
std::optional<directory::MembershipObject> TheOneThatCounts(
    const std::vector<directory::MembershipObject>& memberships) {
  if (memberships.empty()) return std::nullopt;
  const auto active = std::find_if(memberships.begin(), memberships.end(),
                                   [](const auto& one) { return one.status == "active"; });
  return active == memberships.end() ? memberships.front() : *active;
}

}  // namespace

MembershipTask::MembershipTask(Context& context, model::Effect effect,
                               std::vector<std::string> role_slugs, UserWas user_was)
    : EnsureTask(context, std::move(effect), kPurpose),
      role_slugs_(std::move(role_slugs)),
      user_was_(user_was) {
  effect_.role_slugs = base::Join(role_slugs_, ",");
}

bool MembershipTask::IsIt(const directory::MembershipObject& object) const {
  return object.user_id == effect_.user_id && object.organization_id == effect_.organization_id;
}

void MembershipTask::Take(const directory::MembershipObject& object) {
  effect_.target_id = object.id;
  effect_.created_at = object.created_at;
  effect_.updated_at = object.updated_at;
}

void MembershipTask::LookUp(http::Connection connection, std::function<void(Look)> done) {
  found_.reset();
  http::Request request = directory::ListMemberships(effect_.user_id, effect_.organization_id);
  request.connection = connection;
  auto self = std::static_pointer_cast<MembershipTask>(shared_from_this());
  using Page = directory::Page<directory::MembershipObject>;
  FindObject<Page>(
      context_, purpose_, std::move(request), directory::ParseMembershipPage,
      [self](const Page& page) {
        return std::all_of(page.objects.begin(), page.objects.end(),
                           [&](const auto& object) { return self->IsIt(object); });
      },
      [self, done = std::move(done)](const Finding<Page>& finding) {
        if (const auto trouble = self->TroubleOfPage(finding)) {
          done(*trouble);
          return;
        }
        self->found_ = TheOneThatCounts(finding.object.objects);
        // After a create of ours, what does not show was made or not: nothing else hangs on it.
        const bool alone = self->user_was_ == UserWas::kMadeByThisRun ||
                           (self->effect_.maybe_sent && !self->IsPresumed());
        if (self->found_ || alone) {
          done(self->found_ ? Look::kFound : Look::kAbsent);
          return;
        }
        self->LookAtAll(done);
      });
}

void MembershipTask::LookAtAll(std::function<void(Look)> done) {
  auto self = std::static_pointer_cast<MembershipTask>(shared_from_this());
  const auto judge = [self, done = std::move(done)](const AllMemberships& all) {
    self->CountSends(all.sends);
    done(self->LookOf(all));
  };
  if (user_was_ == UserWas::kFoundByThisRow) {
    ReadAllMemberships(context_, purpose_, effect_.user_id, judge);
    return;
  }
  context_.user_memberships.Read(context_, purpose_, effect_.user_id, judge);
}

EnsureTask::Look MembershipTask::LookOf(const AllMemberships& all) {
  switch (all.fate) {
    case AllMemberships::Fate::kStopped:
      return Look::kStopped;
    case AllMemberships::Fate::kFailed:
      KeepTrouble(all.reply);
      look_trouble_ = all.trouble;
      return Look::kFailed;
    case AllMemberships::Fate::kRead:
      break;
  }
  std::vector<directory::MembershipObject> here;
  std::copy_if(all.memberships.begin(), all.memberships.end(), std::back_inserter(here),
               [&](const auto& object) { return IsIt(object); });
  found_ = TheOneThatCounts(here);
  return found_ ? Look::kFound : Look::kAbsent;
}

http::Request MembershipTask::MakeCreate() const {
  return directory::CreateMembership(effect_.user_id, effect_.organization_id, role_slugs_);
}

bool MembershipTask::TakeAnswer(const http::Response& response) {
  const auto object = directory::ParseMembership(response.body);
  if (!object || !IsIt(*object)) return false;
  Take(*object);
  found_ = *object;
  const bool as_asked = role_slugs_.empty() || Sorted(role_slugs_) == Sorted(object->role_slugs);
  if (!as_asked && !object->role_slugs.empty()) {
    Warn(model::Reason::kWarnRolesNotGiven, "it has " + base::Join(object->role_slugs, ", ") +
                                                ", the file says " + base::Join(role_slugs_, ", "));
  }
  return true;
}

// A membership that is older than the wish to make it was there and did not show: the create of an
// inactive one makes it active, with the roles of the create. One that the create did not touch was
// a member all the time.
void MembershipTask::SettleMade() {
  if (!IsBeforeIntent(effect_.created_at) || !WasTouchedLater(effect_)) {
    EnsureTask::SettleMade();
    return;
  }
  if (IsBeforeIntent(effect_.updated_at)) {
    Judge();
    return;
  }
  SettleReactivated();
}

// A create of ours may have made it active, and a target that lags shows what was before.
bool MembershipTask::ShowsTheEnd() const { return found_->status != "inactive"; }

void MembershipTask::SettleReactivated() {
  json::Writer writer;
  writer.BeginObject().Field("status", "inactive").EndObject();
  effect_.replaced = writer.Take();
  Settle(model::OutcomeKind::kUpdated, model::Provenance::kReactivated);
}

void MembershipTask::Judge() {
  Take(*found_);
  if (found_->status == "pending") {
    SettleBadly(model::OutcomeKind::kFailed, model::Reason::kMembershipPending, found_->id);
    return;
  }
  if (found_->status == "inactive") {
    SettleBadly(model::OutcomeKind::kSkipped, model::Reason::kMembershipInactive, found_->id);
    return;
  }
  JudgeActive();
}

// Nothing was sent yet.
void MembershipTask::JudgeAbsent() {
  if (context_.RefusesRoles(role_slugs_)) {
    SettleRefused();
    return;
  }
  Create();
}

void MembershipTask::SettleRefused() {
  SettleBadly(model::OutcomeKind::kFailed, model::Reason::kMultipleRolesDisabled,
              context_.RolesRefusedText());
}

void MembershipTask::JudgeActive() {
  const model::Provenance provenance = ProvenanceOfFound(found_->created_at);
  const bool ours = provenance == model::Provenance::kCreatedInDoubt;
  const bool same_roles = role_slugs_.empty() || Sorted(role_slugs_) == Sorted(found_->role_slugs);
  const auto warn_of_roles = [&] {
    Warn(model::Reason::kWarnRoleDiffers, "it has " + base::Join(found_->role_slugs, ", ") +
                                              ", the file says " + base::Join(role_slugs_, ", "));
  };
  if (ours) {
    // Perhaps made for another row of the same user and organization: ours whatever its roles are.
    if (!same_roles) warn_of_roles();
    Settle(model::OutcomeKind::kCreated, provenance);
    return;
  }
  if (MayHaveChanged(found_->updated_at)) {
    if (!same_roles) warn_of_roles();
    SettleReactivated();
    return;
  }
  if (same_roles && !effect_.replaced.empty()) {
    // Changed by an earlier incarnation that did not live to hear of it.
    Settle(model::OutcomeKind::kUpdated, model::Provenance::kUpdated);
    return;
  }
  if (same_roles) {
    Settle(model::OutcomeKind::kUnchanged, model::Provenance::kAdopted);
    return;
  }
  if (context_.settings.on_existing != OnExisting::kUpdate) {
    warn_of_roles();
    Settle(model::OutcomeKind::kUnchanged, model::Provenance::kAdopted);
    return;
  }
  if (effect_.replaced.empty() && context_.RefusesRoles(role_slugs_)) {
    SettleRefused();
    return;
  }
  // A second try replaces what the first left half done: what was there before it is kept.
  if (effect_.replaced.empty()) {
    json::Writer writer;
    writer.BeginObject().Field("role_slugs", base::Join(found_->role_slugs, ",")).EndObject();
    effect_.replaced = writer.Take();
  }
  auto self = std::static_pointer_cast<MembershipTask>(shared_from_this());
  Update(directory::UpdateMembership(found_->id, role_slugs_),
         [self](const http::Response& response) { return self->TakeChange(response); });
}

EnsureTask::Shown MembershipTask::TakeChange(const http::Response& response) {
  const auto object = directory::ParseMembership(response.body);
  if (!object || object->id != effect_.target_id || !IsIt(*object)) return Shown::kOtherObject;
  if (Sorted(role_slugs_) != Sorted(object->role_slugs)) {
    not_as_sent_ = "role_slugs: the file says " + base::Join(role_slugs_, ", ") +
                   ", the membership has " +
                   (object->role_slugs.empty() ? "none" : base::Join(object->role_slugs, ", "));
    return Shown::kNotAsSent;
  }
  Take(*object);
  return Shown::kAsSent;
}

}  // namespace rehome::dispatch
