#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/ensure_task.h"
#include "model/user_record.h"

namespace rehome::dispatch {

/// Creates one user, or takes an existing one over by the adoption table (docs/architecture.md).
class UserTask final : public EnsureTask {
 public:
  /// Leaves an absent user: nothing would come of it. One that is there is judged as ever.
  enum class IfAbsent { kCreate, kLeave };
  /// `user` stays with its row task. `effect` carries row, key and what the journal knows.
  UserTask(Context& context, std::shared_ptr<const model::UserRecord> user, model::Effect effect,
           IfAbsent if_absent = IfAbsent::kCreate);

 private:
  FirstStep FirstStepOf() const override;
  void LookUp(http::Connection connection, std::function<void(Look)> done) override;
  void LookUpByEmail(http::Connection connection, std::function<void(Look)> done);
  http::Request MakeCreate() const override;
  bool TakeAnswer(const http::Response& response) override;
  void Judge() override;
  void JudgeAbsent() override;
  void ParkDuplicates();
  bool MayBeStrangers(const directory::UserObject& existing) const;
  void JudgeExisting(const directory::UserObject& existing, bool matches_by_external_id);
  void UpdateExisting(const directory::UserObject& existing);
  Shown TakeChange(const model::UserRecord& sent, const http::Response& response);
  model::Reason NotVisible() const override { return model::Reason::kUserNotVisible; }
  void BeginCreate() override;
  void OnCreateAnswered(const Answer& answer) override;
  bool TakesOut(model::Reason refused_for) override;
  model::TargetWords Redacted(model::TargetWords words) const override;
  bool IsIt(const directory::UserObject& object) const;
  void Take(const directory::UserObject& object);

  std::shared_ptr<const model::UserRecord> user_;
  std::shared_ptr<const model::UserRecord> refused_;  // with the password that was taken out
  const IfAbsent if_absent_;
  std::vector<directory::UserObject> by_email_;
  std::optional<directory::UserObject> by_external_id_;
  bool counts_at_gate_ = false;
};

}  // namespace rehome::dispatch
