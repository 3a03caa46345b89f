#include "dispatch/row_task.h"

#include <utility>

#include "base/text.h"
#include "dispatch/user_difference.h"
#include "journal/reopening.h"
#include "model/column_at_fault.h"

namespace rehome::dispatch {
namespace {

bool IsDone(const model::Effect& effect) { return effect.state == model::EffectState::kDone; }

bool MadeByThisRun(const model::Effect& user) {
  return user.provenance == model::Provenance::kCreated ||
         user.provenance == model::Provenance::kCreatedInDoubt;
}

void Append(std::vector<model::Warning>& to, const std::vector<model::Warning>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

}  // namespace

RowTask::RowTask(Context& context, Flights& flights, RowJobPtr job, Done done)
    : context_(context), flights_(flights), job_(std::move(job)), done_(std::move(done)) {
  model::Outcome& outcome = job_->outcome;
  outcome.row = job_->plan.position.row;
  outcome.line = job_->plan.position.line;
  outcome.warnings = job_->plan.warnings;
}

// The row that reports the user: its first one. The others report their memberships.
bool RowTask::OwnsUser() const { return job_->plan.lead_row == job_->plan.position.row; }

std::string RowTask::UserKey() const { return model::UserKeyOf(job_->plan.lead_row); }

std::string RowTask::MembershipKey() const {
  return model::MembershipKeyOf(job_->plan.lead_row, job_->organization->id);
}

void RowTask::Start() {
  if (job_->verdict) {
    job_->outcome = *job_->verdict;
    Commit();
    return;
  }
  // What may have been sent must come to its end.
  const bool owes_user = job_->known_user && journal::StaysInDoubt(*job_->known_user);
  if (LacksOrganization() && !owes_user) {
    FailForOrganization();  // a user without the wanted membership helps nobody
    return;
  }
  if (context_.sender.stopped()) {
    Abandon();
    return;
  }
  StartUser();
}

bool RowTask::LacksOrganization() const {
  return job_->organization && job_->organization->id.empty();
}

void RowTask::FailForOrganization() {
  Derive(model::Reason::kOrganizationFailed, model::Phase::kMemberships, job_->organization_key,
         std::string(model::CodeOf(job_->organization->reason)));
  Commit();
}

// No user is created for a membership that will be refused, as above; one that is there may have
// the membership. What the journal knows already is brought to its end: other rows and a resume
// build on it.
UserTask::IfAbsent RowTask::IfUserIsAbsent() const {
  const bool build_on_it =
      job_->plan.repeated_user || job_->known_user || job_->known_membership || !job_->organization;
  const bool leave = !build_on_it && context_.RefusesRoles(job_->plan.role_slugs);
  return leave ? UserTask::IfAbsent::kLeave : UserTask::IfAbsent::kCreate;
}

void RowTask::StartUser() {
  model::Effect effect = job_->known_user.value_or(model::Effect{});
  effect.row = job_->plan.lead_row;
  effect.kind = model::EffectKind::kUser;
  if (!job_->plan.repeated_user) {
    if (IsDone(effect) || effect.state == model::EffectState::kFailed ||
        effect.state == model::EffectState::kParked) {
      OnUser(effect);
      return;
    }
    MakeUser(std::move(effect));
    return;
  }
  effect.key = UserKey();
  auto self = shared_from_this();
  flights_.Join(
      UserKey(),
      [self, effect](const std::optional<model::Effect>& known) {
        self->MakeUser(known ? *known : effect);
      },
      [self](const std::optional<model::Effect>& settled) {
        if (!settled) {
          self->Abandon();
          return;
        }
        self->OnUser(*settled);
      });
}

void RowTask::MakeUser(model::Effect effect) {
  context_.PresumeSent(effect);
  // The record lives in the job, which this task owns.
  std::shared_ptr<const model::UserRecord> user(job_, &job_->plan.user);
  auto task =
      std::make_shared<UserTask>(context_, std::move(user), std::move(effect), IfUserIsAbsent());
  auto self = shared_from_this();
  task->Start({}, [self, task](EnsureTask::Ending ending) { self->OnUserTask(task, ending); });
}

void RowTask::OnUserTask(const std::shared_ptr<EnsureTask>& task, EnsureTask::Ending ending) {
  user_found_here_ = task->sends() > 0;
  job_->outcome.attempts += task->sends();
  Append(job_->outcome.warnings, task->warnings());
  if (ending == EnsureTask::Ending::kAbandoned) {
    if (job_->plan.repeated_user) flights_.Landed(UserKey(), std::nullopt);
    Abandon();
    return;
  }
  if (ending == EnsureTask::Ending::kLeft) {
    Derive(model::Reason::kMultipleRolesDisabled, model::Phase::kMemberships, "",
           context_.RolesRefusedText());
    Commit();
    return;
  }
  const model::Effect effect = task->effect();
  if (!job_->plan.repeated_user) {
    pending_.emplace_back(effect);
    OnUser(effect);
    return;
  }
  // Other rows may build on it at once, so it must be durable first.
  std::vector<journal::Record> records;
  records.emplace_back(effect);
  auto self = shared_from_this();
  context_.Commit(std::move(records), [self, effect](bool durable) {
    if (!durable) {
      self->flights_.Landed(self->UserKey(), std::nullopt);
      self->Abandon();
      return;
    }
    self->OnUser(effect);
    self->flights_.Landed(self->UserKey(), effect);
  });
}

void RowTask::OnUser(const model::Effect& user) {
  job_->outcome.user_id = user.target_id;
  if (OwnsUser()) job_->user_outcome = user.outcome;
  if (!IsDone(user) || user.outcome == model::OutcomeKind::kSkipped) {
    ConcludeUser(user);
    Commit();
    return;
  }
  ConcludeUser(user);
  if (LacksOrganization()) {
    FailForOrganization();
  } else if (job_->organization) {
    StartMembership(user);
  } else {
    Commit();
  }
}

// What the row reports of its user; a membership that goes wrong overrides it.
void RowTask::ConcludeUser(const model::Effect& user) {
  model::Outcome& outcome = job_->outcome;
  if (IsDone(user)) {
    const bool other_rows_user = !OwnsUser() && user.outcome != model::OutcomeKind::kSkipped;
    outcome.kind = other_rows_user ? model::OutcomeKind::kUnchanged : user.outcome;
    outcome.reason = user.reason;
    outcome.phase = model::Phase::kUsers;
    // Told from the effect, which outlives a process that dies before the row has its outcome.
    if (!user.differs.empty() && (OwnsUser() || !job_->lead_row_in_run)) {
      outcome.warnings.push_back({.reason = model::Reason::kWarnFieldsDiffer,
                                  .column = base::Join(FieldsIn(user.differs), ","),
                                  .detail = user.differs});
    }
    if (user.detail == model::kPasswordDropped && outcome.kind == model::OutcomeKind::kCreated) {
      outcome.warnings.push_back(
          {.reason = model::Reason::kWarnPasswordDropped, .column = "", .detail = ""});
    }
    return;
  }
  if (OwnsUser() || !job_->lead_row_in_run) {
    Fail(user, model::Phase::kUsers);
    return;
  }
  Derive(model::Reason::kUserFailed, model::Phase::kUsers,
         "row:" + std::to_string(job_->plan.lead_row), std::string(model::CodeOf(user.reason)));
}

void RowTask::StartMembership(const model::Effect& user) {
  model::Effect effect = job_->known_membership.value_or(model::Effect{});
  effect.row = job_->plan.position.row;
  effect.kind = model::EffectKind::kMembership;
  effect.user_id = user.target_id;
  effect.organization_id = job_->organization->id;
  // A user that was surely made since the journal was lost has no membership from before.
  if (user.provenance != model::Provenance::kCreated) context_.PresumeSent(effect);
  const auto was = UserWas(user);
  if (!job_->plan.repeated_user) {
    MakeMembership(std::move(effect), was);
    return;
  }
  // The same user and organization in several rows is one membership.
  effect.key = MembershipKey();
  const std::int64_t lead_row = job_->plan.lead_row;
  const std::int64_t row = job_->plan.position.row;
  auto self = shared_from_this();
  context_.row_order.Await(lead_row, row, [self, effect, was, lead_row, row] {
    self->JoinMembership(effect, was);
    self->context_.row_order.Leave(lead_row, row);
  });
}

// Whoever joins first makes it, so rows join in the order of the file.
void RowTask::JoinMembership(const model::Effect& effect, MembershipTask::UserWas user_was) {
  auto self = shared_from_this();
  flights_.Join(
      effect.key,
      [self, effect, user_was](const std::optional<model::Effect>& known) {
        self->MakeMembership(known ? *known : effect, user_was);
      },
      [self](const std::optional<model::Effect>& settled) {
        if (!settled) {
          self->Abandon();
          return;
        }
        self->OnMembership(*settled, settled->row == self->job_->plan.position.row);
      });
}

MembershipTask::UserWas RowTask::UserWas(const model::Effect& user) const {
  if (MadeByThisRun(user)) return MembershipTask::UserWas::kMadeByThisRun;
  return user_found_here_ ? MembershipTask::UserWas::kFoundByThisRow
                          : MembershipTask::UserWas::kFoundBefore;
}

void RowTask::MakeMembership(model::Effect effect, MembershipTask::UserWas user_was) {
  auto task = std::make_shared<MembershipTask>(context_, std::move(effect), job_->plan.role_slugs,
                                               user_was);
  auto self = shared_from_this();
  task->Start(std::exchange(pending_, {}), [self, task](EnsureTask::Ending ending) {
    self->pending_ = task->TakeCarry();
    self->OnMembershipTask(task, ending);
  });
}

void RowTask::OnMembershipTask(const std::shared_ptr<EnsureTask>& task, EnsureTask::Ending ending) {
  job_->outcome.attempts += task->sends();
  Append(job_->outcome.warnings, task->warnings());
  const model::Effect effect = task->effect();
  if (ending == EnsureTask::Ending::kAbandoned) {
    if (!effect.key.empty()) flights_.Landed(effect.key, std::nullopt);
    Abandon();
    return;
  }
  // Only what this process was told: what an earlier one heard may have been mended since.
  if (effect.reason == model::Reason::kMultipleRolesDisabled && task->sends() > 0 &&
      context_.several_roles_refused_to == 0) {
    context_.several_roles_refused_to = effect.row;
  }
  if (effect.key.empty()) {
    pending_.emplace_back(effect);
    OnMembership(effect, true);
    return;
  }
  std::vector<journal::Record> records = std::exchange(pending_, {});
  records.emplace_back(effect);
  auto self = shared_from_this();
  context_.Commit(std::move(records), [self, effect](bool durable) {
    self->flights_.Landed(effect.key, durable ? std::optional(effect) : std::nullopt);
    if (!durable) {
      self->Abandon();
      return;
    }
    self->OnMembership(effect, effect.row == self->job_->plan.position.row);
  });
}

// `ours` = the membership is this row's; otherwise another row has made the same one.
void RowTask::OnMembership(const model::Effect& membership, bool ours) {
  model::Outcome& outcome = job_->outcome;
  if (ours) {
    job_->membership_outcome = membership.outcome;
    // Told from the effect, which outlives a process that dies before the row has its outcome.
    if (membership.provenance == model::Provenance::kReactivated) {
      outcome.warnings.push_back({.reason = model::Reason::kWarnMembershipReactivated,
                                  .column = "",
                                  .detail = membership.target_id});
    }
  } else if (IsDone(membership)) {
    WarnOfOtherRoles(membership);
  }
  outcome.organization_id = membership.organization_id;
  outcome.membership_id = membership.target_id;
  if (!IsDone(membership)) {
    Fail(membership, model::Phase::kMemberships);
  } else if (!OwnsUser()) {
    // Told by the file, not by which of the rows came first.
    const bool lead_reports_it = job_->plan.made_by_lead && job_->lead_row_in_run;
    outcome.kind = ours && !lead_reports_it ? membership.outcome : model::OutcomeKind::kUnchanged;
    outcome.reason = membership.reason;
    outcome.detail = membership.detail;
    outcome.phase = model::Phase::kMemberships;
  } else if (membership.outcome == model::OutcomeKind::kSkipped) {
    ConcludeSkipped(membership);
  } else if (outcome.kind == model::OutcomeKind::kUnchanged &&
             membership.outcome != model::OutcomeKind::kUnchanged) {
    // Nothing of the user differed, and yet something was written for it.
    outcome.kind = model::OutcomeKind::kUpdated;
  }
  Commit();
}

// The membership was left as it is, which nobody asked for, so it is remarked. So was the user, or
// the row is told by what it did to the user.
void RowTask::ConcludeSkipped(const model::Effect& membership) {
  model::Outcome& outcome = job_->outcome;
  outcome.warnings.push_back(
      {.reason = membership.reason, .column = "", .detail = membership.detail});
  if (outcome.kind == model::OutcomeKind::kAdopted ||
      outcome.kind == model::OutcomeKind::kUnchanged) {
    outcome.kind = model::OutcomeKind::kSkipped;
    outcome.reason = membership.reason;
    outcome.detail = membership.detail;
    outcome.phase = model::Phase::kMemberships;
  }
}

// A membership has the roles of the row that made it; those of another row must not get lost
// unsaid.
void RowTask::WarnOfOtherRoles(const model::Effect& membership) {
  const std::string wanted = base::Join(job_->plan.role_slugs, ",");
  if (wanted == membership.role_slugs) return;
  const auto words = [](const std::string& slugs) {
    return slugs.empty() ? std::string("no role") : "\"" + slugs + "\"";
  };
  job_->outcome.warnings.push_back(
      {.reason = model::Reason::kWarnUserDataDiffers,
       .column = "role_slugs",
       .detail = "row " + std::to_string(membership.row) + " made this membership with " +
                 words(membership.role_slugs) + "; this row says " + words(wanted)});
}

void RowTask::Fail(const model::Effect& effect, model::Phase phase) {
  model::Outcome& outcome = job_->outcome;
  outcome.kind = effect.outcome;
  outcome.reason = effect.reason;
  outcome.phase = phase;
  outcome.detail = effect.detail;
  outcome.target = effect.target;
  const auto column = model::ColumnAtFault(effect.reason, effect.target.provider_code);
  outcome.column = column ? model::NameOf(*column) : "";
}

void RowTask::Derive(model::Reason reason, model::Phase phase, std::string cause_key,
                     std::string detail) {
  model::Outcome& outcome = job_->outcome;
  outcome.kind = model::OutcomeKind::kFailed;
  outcome.reason = reason;
  outcome.phase = phase;
  outcome.cause_key = std::move(cause_key);
  outcome.detail = std::move(detail);
}

void RowTask::Commit() {
  pending_.emplace_back(job_->outcome);
  auto self = shared_from_this();
  context_.Commit(std::exchange(pending_, {}), [self](bool durable) {
    if (!durable) self->job_->outcome.kind = model::OutcomeKind::kUnprocessed;
    self->done_(self->job_);
  });
}

// The run stops before this row is done: what is settled is kept, the rest is for resume.
void RowTask::Abandon() {
  job_->outcome.kind = model::OutcomeKind::kUnprocessed;
  job_->outcome.reason = model::Reason::kStopped;
  if (pending_.empty()) {
    done_(job_);
    return;
  }
  auto self = shared_from_this();
  context_.Commit(std::exchange(pending_, {}), [self](bool) { self->done_(self->job_); });
}

}  // namespace rehome::dispatch
