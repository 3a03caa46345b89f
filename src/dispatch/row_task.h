#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "dispatch/context.h"
#include "dispatch/ensure_task.h"
#include "dispatch/flights.h"
#include "dispatch/membership_task.h"
#include "dispatch/row_job.h"
#include "dispatch/user_task.h"

namespace rehome::dispatch {

/// Carries one row from its plan to its committed outcome: user, then membership. Event-loop
/// thread; kept alive by the callbacks it waits for.
class RowTask : public std::enable_shared_from_this<RowTask> {
 public:
  /// Called once, after the outcome is committed (or at once when the run stops).
  using Done = std::function<void(RowJobPtr)>;

  RowTask(Context& context, Flights& flights, RowJobPtr job, Done done);
  void Start();

 private:
  UserTask::IfAbsent IfUserIsAbsent() const;
  void StartUser();
  void MakeUser(model::Effect effect);
  void OnUserTask(const std::shared_ptr<EnsureTask>& task, EnsureTask::Ending ending);
  void OnUser(const model::Effect& user);
  void StartMembership(const model::Effect& user);
  MembershipTask::UserWas UserWas(const model::Effect& user) const;
  void JoinMembership(const model::Effect& effect, MembershipTask::UserWas user_was);
  void MakeMembership(model::Effect effect, MembershipTask::UserWas user_was);
  void OnMembershipTask(const std::shared_ptr<EnsureTask>& task, EnsureTask::Ending ending);
  void OnMembership(const model::Effect& membership, bool ours);
  void ConcludeUser(const model::Effect& user);
  void ConcludeSkipped(const model::Effect& membership);
  void WarnOfOtherRoles(const model::Effect& membership);
  void Fail(const model::Effect& effect, model::Phase phase);
  void Derive(model::Reason reason, model::Phase phase, std::string cause_key, std::string detail);
  void Commit();
  void Abandon();
  bool OwnsUser() const;
  bool LacksOrganization() const;
  void FailForOrganization();
  /// Journal keys of what rows of one user share.
  std::string UserKey() const;
  std::string MembershipKey() const;

  Context& context_;
  Flights& flights_;
  RowJobPtr job_;
  Done done_;
  std::vector<journal::Record> pending_;  // results not yet committed
  bool user_found_here_ = false;          // by requests of this row
};

}  // namespace rehome::dispatch
