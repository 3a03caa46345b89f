#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/ensure_task.h"

namespace rehome::dispatch {

/// Makes a user a member of an organization with the row's roles. For users that were there before
/// it looks before it posts: a post would re-activate an inactive membership and change its role.
/// So before the first create an empty list is believed only when another one, of all memberships
/// of the user, agrees.
class MembershipTask final : public EnsureTask {
 public:
  enum class UserWas {
    kMadeByThisRun,
    kFoundByThisRow,  ///< just now: the target answers to what is asked
    kFoundBefore,     ///< by another row, or before a resume
  };
  MembershipTask(Context& context, model::Effect effect, std::vector<std::string> role_slugs,
                 UserWas user_was);

 private:
  FirstStep FirstStepOf() const override {
    const bool is_new =
        user_was_ == UserWas::kMadeByThisRun || effect_.organization_id.starts_with(kPlannedId);
    return is_new ? FirstStep::kCreate : FirstStep::kLookUp;
  }
  void LookUp(http::Connection connection, std::function<void(Look)> done) override;
  void LookAtAll(std::function<void(Look)> done);
  Look LookOf(const AllMemberships& all);
  http::Request MakeCreate() const override;
  bool TakeAnswer(const http::Response& response) override;
  void SettleMade() override;
  void SettleReactivated();
  void Judge() override;
  bool ShowsTheEnd() const override;
  void JudgeAbsent() override;
  void BeginCreate() override { JudgeAbsent(); }
  void JudgeActive();
  /// Without a request: the target has told another row.
  void SettleRefused();
  Shown TakeChange(const http::Response& response);
  model::Reason NotVisible() const override { return model::Reason::kMembershipNotVisible; }
  bool MayRetryNotFound() const override { return true; }
  bool IsIt(const directory::MembershipObject& object) const;
  void Take(const directory::MembershipObject& object);

  std::vector<std::string> role_slugs_;
  UserWas user_was_;
  std::optional<directory::MembershipObject> found_;
};

}  // namespace rehome::dispatch
