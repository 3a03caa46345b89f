#include "dispatch/user_task.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "directory/requests.h"
#include "dispatch/finding.h"
#include "dispatch/user_difference.h"
#include "json/writer.h"

namespace rehome::dispatch {
namespace {

constexpr Purpose kPurpose = {.phase = model::Phase::kUsers, .subject = directory::Subject::kUser};

bool HasPassword(const model::UserRecord& user) {
  return !std::holds_alternative<std::monostate>(user.password);
}

}  // namespace

UserTask::UserTask(Context& context, std::shared_ptr<const model::UserRecord> user,
                   model::Effect effect, IfAbsent if_absent)
    : EnsureTask(context, std::move(effect), kPurpose),
      user_(std::move(user)),
      if_absent_(if_absent) {}

EnsureTask::FirstStep UserTask::FirstStepOf() const {
  const bool looks = if_absent_ == IfAbsent::kLeave || context_.create_gate.LooksFirst();
  return looks ? FirstStep::kLookUp : FirstStep::kCreate;
}

bool UserTask::IsIt(const directory::UserObject& object) const {
  return base::EqualsFolded(object.email, user_->email) &&
         (!user_->external_id || object.external_id == *user_->external_id);
}

void UserTask::Take(const directory::UserObject& object) {
  effect_.target_id = object.id;
  effect_.created_at = object.created_at;
  effect_.updated_at = object.updated_at;
}

void UserTask::LookUp(http::Connection connection, std::function<void(Look)> done) {
  by_email_.clear();
  by_external_id_.reset();
  if (!user_->external_id || !directory::CanAddressByExternalId(*user_->external_id)) {
    LookUpByEmail(connection, std::move(done));
    return;
  }
  http::Request request = directory::GetUserByExternalId(*user_->external_id);
  request.connection = connection;
  auto self = std::static_pointer_cast<UserTask>(shared_from_this());
  using Found = Finding<directory::UserObject>;
  FindObject<directory::UserObject>(
      context_, purpose_, std::move(request), directory::ParseUser,
      [self](const auto& object) { return object.external_id == *self->user_->external_id; },
      [self, connection, done = std::move(done)](Found finding) mutable {
        if (const auto trouble = self->TroubleOf(finding)) {
          done(*trouble);
          return;
        }
        if (finding.fate == Found::Fate::kFound) self->by_external_id_ = std::move(finding.object);
        self->LookUpByEmail(connection, std::move(done));
      });
}

void UserTask::LookUpByEmail(http::Connection connection, std::function<void(Look)> done) {
  http::Request request = directory::ListUsersByEmail(user_->email);
  request.connection = connection;
  auto self = std::static_pointer_cast<UserTask>(shared_from_this());
  using Page = directory::Page<directory::UserObject>;
  FindObject<Page>(
      context_, purpose_, std::move(request), directory::ParseUserPage,
      [self](const Page& page) {
        return std::all_of(page.objects.begin(), page.objects.end(), [&](const auto& object) {
          return base::EqualsFolded(object.email, self->user_->email);
        });
      },
      [self, done = std::move(done)](Finding<Page> finding) {
        if (const auto trouble = self->TroubleOfPage(finding)) {
          done(*trouble);
          return;
        }
        self->by_email_ = std::move(finding.object.objects);
        done(self->by_email_.empty() && !self->by_external_id_ ? Look::kAbsent : Look::kFound);
      });
}

http::Request UserTask::MakeCreate() const { return directory::CreateUser(*user_); }

bool UserTask::TakeAnswer(const http::Response& response) {
  const auto object = directory::ParseUser(response.body);
  if (!object || !IsIt(*object)) return false;
  Take(*object);
  return true;
}

model::TargetWords UserTask::Redacted(model::TargetWords words) const {
  const auto& password = refused_ ? refused_->password : user_->password;
  std::string_view secret;
  if (const auto* plain = std::get_if<model::PlainPassword>(&password)) {
    secret = plain->password.Reveal();
  } else if (const auto* hashed = std::get_if<model::PasswordHash>(&password)) {
    secret = hashed->hash.Reveal();
  }
  words.message = base::MaskValue(words.message, secret);
  words.provider_code = base::MaskValueInCodes(words.provider_code, secret);
  return words;
}

void UserTask::BeginCreate() {
  if (context_.sender.stopped()) {
    Abandon();
    return;
  }
  if (context_.create_gate.LooksFirst()) {
    LookFirst();
    return;
  }
  // An earlier process dropped it; this one tries with it first.
  if (HasPassword(*user_)) effect_.detail.clear();
  if (context_.create_gate.Enter()) {
    counts_at_gate_ = true;
    Create();
    return;
  }
  auto self = std::static_pointer_cast<UserTask>(shared_from_this());
  context_.create_gate.Wait([self] { self->BeginCreate(); });
}

void UserTask::OnCreateAnswered(const Answer& answer) {
  if (!counts_at_gate_) return;
  counts_at_gate_ = false;
  auto seen = CreateGate::Answer::kOther;
  if (answer.fate == Answer::Fate::kAnswered) {
    if (answer.reply.meaning == directory::Meaning::kOk) seen = CreateGate::Answer::kCreated;
    if (answer.reply.meaning == directory::Meaning::kExists) {
      seen = CreateGate::Answer::kRefusedAsExisting;
    }
  }
  context_.create_gate.Leave(seen);
}

bool UserTask::TakesOut(model::Reason refused_for) {
  const bool of_password = refused_for == model::Reason::kPasswordRefused ||
                           refused_for == model::Reason::kPasswordHashRefused;
  if (!context_.settings.drop_refused_passwords || !of_password || !HasPassword(*user_)) {
    return false;
  }
  auto without = std::make_shared<model::UserRecord>(*user_);
  without->password = std::monostate();
  refused_ = std::exchange(user_, std::move(without));
  effect_.detail = model::kPasswordDropped;
  return true;
}

void UserTask::JudgeAbsent() {
  if (if_absent_ == IfAbsent::kLeave) {
    Leave();
    return;
  }
  if (HasPassword(*user_)) effect_.detail.clear();
  Create();
}

// The adoption table: which account is the user's, if the two keys agree.
void UserTask::Judge() {
  // The list may lag behind the path of the external_id; its account has the e-mail all the same.
  if (by_email_.empty() && IsIt(*by_external_id_)) by_email_.push_back(*by_external_id_);
  if (by_email_.size() > 1) {
    ParkDuplicates();
    return;
  }
  if (by_email_.empty()) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kUserExternalIdTaken,
                "by " + by_external_id_->id);
    return;
  }
  const directory::UserObject& existing = by_email_.front();
  if (by_external_id_ && by_external_id_->id != existing.id) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kUserSplit,
                existing.id + " has the e-mail, " + by_external_id_->id + " the external_id");
    return;
  }
  if (user_->external_id && !existing.external_id.empty() &&
      existing.external_id != *user_->external_id) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kUserEmailTaken,
                existing.id + " has another external_id");
    return;
  }
  const bool same_external_id = user_->external_id && existing.external_id == *user_->external_id;
  if (IsIt(existing) &&
      ProvenanceOfFound(existing.created_at) == model::Provenance::kCreatedInDoubt) {
    Take(existing);
    Settle(model::OutcomeKind::kCreated, model::Provenance::kCreatedInDoubt);
    return;
  }
  JudgeExisting(existing, same_external_id);
}

// Nobody can tell which is the user's. It is kept as an event too: the target breaks its own rule.
void UserTask::ParkDuplicates() {
  constexpr std::size_t kIdsShown = 3;
  std::vector<std::string> ids;
  for (const directory::UserObject& user : by_email_) ids.push_back(user.id);
  json::Writer writer;
  writer.BeginObject().Field("row", effect_.row).Key("user_ids").BeginArray();
  for (const std::string& id : ids) writer.String(id);
  writer.EndArray().EndObject();
  context_.KeepEvent("duplicate_on_target", writer.Take());
  const auto count = static_cast<std::int64_t>(ids.size());
  const bool more = ids.size() > kIdsShown;
  ids.resize(std::min(ids.size(), kIdsShown));
  SettleBadly(model::OutcomeKind::kParked, model::Reason::kUserDuplicateOnTarget,
              base::Count(count, "account", "accounts") + ": " + base::Join(ids, ", ") +
                  (more ? ", …" : ""));
}

// An account that matches by e-mail alone and never proved that it owns the address.
bool UserTask::MayBeStrangers(const directory::UserObject& existing) const {
  const DispatchSettings& settings = context_.settings;
  if (existing.email_verified || settings.adopt_unverified) return false;
  return !settings.made_by_earlier_run || !settings.made_by_earlier_run(existing.id);
}

void UserTask::JudgeExisting(const directory::UserObject& existing, bool matches_by_external_id) {
  Take(existing);
  switch (context_.settings.on_existing) {
    case OnExisting::kSkip:
      SettleBadly(model::OutcomeKind::kSkipped, model::Reason::kUserExists, existing.id);
      return;
    case OnExisting::kFail:
      SettleBadly(model::OutcomeKind::kFailed, model::Reason::kUserExists, existing.id);
      return;
    case OnExisting::kAdopt:
    case OnExisting::kUpdate:
      break;
  }
  if (!matches_by_external_id && MayBeStrangers(existing)) {
    SettleBadly(model::OutcomeKind::kParked, model::Reason::kUserUnverified, existing.id);
    return;
  }
  if (HasPassword(*user_) || refused_) effect_.detail = model::kPasswordNotApplied;
  if (context_.settings.on_existing == OnExisting::kAdopt) {
    effect_.differs = DifferenceOf(*user_, existing).differs;
    Settle(model::OutcomeKind::kAdopted, model::Provenance::kAdopted);
    return;
  }
  UpdateExisting(existing);
}

// Changes the fields that differ; passwords of living accounts are never touched.
void UserTask::UpdateExisting(const directory::UserObject& existing) {
  const UserDifference difference = DifferenceOf(*user_, existing);
  effect_.differs = difference.fixed;
  if (!difference.any && !effect_.replaced.empty()) {
    // Changed by an earlier incarnation that did not live to hear of it.
    Settle(model::OutcomeKind::kUpdated, model::Provenance::kUpdated);
    return;
  }
  if (!difference.any) {
    Settle(model::OutcomeKind::kUnchanged, model::Provenance::kAdopted);
    return;
  }
  // What the account had before the first change, should this be another try.
  if (effect_.replaced.empty()) effect_.replaced = difference.replaced;
  http::Request request =
      directory::UpdateUser(existing.id, difference.changed, directory::Passwords::kLeaveOut);
  auto self = std::static_pointer_cast<UserTask>(shared_from_this());
  Update(std::move(request), [self, sent = difference.changed](const http::Response& response) {
    return self->TakeChange(sent, response);
  });
}

EnsureTask::Shown UserTask::TakeChange(const model::UserRecord& sent,
                                       const http::Response& response) {
  const auto object = directory::ParseUser(response.body);
  if (!object || object->id != effect_.target_id) return Shown::kOtherObject;
  if (!base::EqualsFolded(object->email, user_->email)) return Shown::kOtherObject;
  not_as_sent_ = DifferenceOf(sent, *object).differs;
  if (!not_as_sent_.empty()) return Shown::kNotAsSent;
  Take(*object);
  return Shown::kAsSent;
}

}  // namespace rehome::dispatch
