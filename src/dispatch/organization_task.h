#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "dispatch/ensure_task.h"
#include "model/organization.h"

namespace rehome::dispatch {

/// Finds or creates one organization of the input (warm-up). By external_id or id: one read, then
/// at most one create. By name: a search with exact comparison. A created one is used by the id in
/// its answer and never read back.
class OrganizationTask final : public EnsureTask {
 public:
  OrganizationTask(Context& context, model::Organization organization,
                   const std::optional<model::Effect>& known);

 private:
  FirstStep FirstStepOf() const override { return FirstStep::kLookUp; }
  void LookUp(http::Connection connection, std::function<void(Look)> done) override;
  void SearchByName(http::Connection connection, const std::string& after,
                    std::function<void(Look)> done);
  http::Request MakeCreate() const override;
  bool TakeAnswer(const http::Response& response) override;
  void Judge() override;
  void JudgeAbsent() override;
  /// Whether the file says enough to make it.
  bool CanCreate() const;
  model::Reason NotVisible() const override { return model::Reason::kOrganizationNotVisible; }
  bool IsIt(const directory::OrganizationObject& object) const;

  model::Organization organization_;
  std::optional<directory::OrganizationObject> found_;
  int same_name_ = 0;
  std::set<std::string> cursors_;  // that the pages of this search gave
};

}  // namespace rehome::dispatch
