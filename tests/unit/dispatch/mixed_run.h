#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "kinds.h"

namespace rehome::dispatch {

/// A small import of every sort of row, that can be stopped or killed and gone on with: five
/// organizations, users of their own, users with several rows, one membership named twice.
class MixedRun {
 public:
  explicit MixedRun(DispatchStage& stage, std::int64_t rows = 24) : stage_(stage), rows_(rows) {}

  /// Starts what has no outcome yet: the organizations first, then, as soon as all of them have
  /// come back, the rows.
  void Start() {
    stage_.came_back.clear();
    submitted_.clear();
    waiting_ = 0;
    known_.clear();
    for (const model::Effect& effect : stage_.journal.effects()) {
      known_[{effect.row, effect.kind}] = effect;
    }
    for (int i = 0; i < kOrganizations; ++i) {
      model::Organization organization = MakeOrganization("acme" + std::to_string(i), "Acme");
      organization.first_row = i + 1;
      StartOrganization(organization);
    }
    if (waiting_ == 0) SubmitRows();
  }

  /// Every row that was submitted has come back once.
  void ExpectAllBackOnce() const {
    for (const std::int64_t row : submitted_) {
      const auto back = stage_.came_back.find(row);
      EXPECT_EQ(back == stage_.came_back.end() ? 0 : back->second, 1) << "row " << row;
    }
    EXPECT_EQ(stage_.came_back.size(), submitted_.size());
  }
  bool AllSettled() const {
    return static_cast<std::int64_t>(stage_.journal.outcomes().size()) == rows_;
  }
  /// What the target holds is what the file says, once each.
  void ExpectComplete() const {
    EXPECT_TRUE(AllSettled());
    EXPECT_EQ(stage_.target.organizations.size(), static_cast<std::size_t>(kOrganizations));
    std::set<std::string> users;
    std::set<std::string> memberships;
    for (std::int64_t row = 1; row <= rows_; ++row) {
      users.insert(EmailOf(row));
      memberships.insert(EmailOf(row) + OrganizationOf(row));
    }
    EXPECT_EQ(stage_.target.users.size(), users.size());
    EXPECT_EQ(stage_.target.memberships.size(), memberships.size());
    for (const auto& [row, outcome] : stage_.journal.outcomes()) {
      const bool well = outcome.kind == model::OutcomeKind::kCreated ||
                        outcome.kind == model::OutcomeKind::kUnchanged;
      EXPECT_TRUE(well) << "row " << row << ": " << model::NameOf(outcome.kind) << ", "
                        << model::CodeOf(outcome.reason);
    }
  }
  /// Nothing was made twice, and nothing is reported that the target does not hold.
  void ExpectTruth() const {
    EXPECT_EQ(base::Join(stage_.target.AppliedTwice(), ", "), "");
    EXPECT_EQ(stage_.journal.complaint(), "");
    std::set<std::string> ids;
    for (const auto& user : stage_.target.users) ids.insert(user.id);
    for (const auto& membership : stage_.target.memberships) ids.insert(membership.id);
    for (const auto& organization : stage_.target.organizations) ids.insert(organization.id);
    for (const model::Effect& effect : stage_.journal.effects()) {
      if (effect.state != model::EffectState::kDone) continue;
      EXPECT_TRUE(ids.contains(effect.target_id)) << "row " << effect.row;
    }
  }

 private:
  static constexpr int kOrganizations = 5;

  // Every sixth row belongs to one of two users with several rows.
  static bool IsRepeated(std::int64_t row) { return row % 6 < 2; }
  static std::int64_t LeadOf(std::int64_t row) {
    if (!IsRepeated(row)) return row;
    return row % 6 == 0 ? 6 : 1;
  }
  static std::string EmailOf(std::int64_t row) {
    return "u" + std::to_string(LeadOf(row)) + "@x.example";
  }
  static std::string OrganizationOf(std::int64_t row) {
    return "external_id:acme" + std::to_string(row % kOrganizations);
  }

  void StartOrganization(const model::Organization& organization) {
    std::optional<model::Effect> known;
    for (const auto& [id, effect] : known_) {
      if (effect.key == model::KeyOf(organization.ref)) known = effect;
    }
    if (known && known->state == model::EffectState::kDone) {
      cache_[known->key] = {.id = known->target_id};
      return;
    }
    ++waiting_;
    stage_.dispatcher->EnsureOrganization(
        organization, known, [] {},
        [this](const model::Effect& effect, EnsureTask::Ending ending) {
          if (ending == EnsureTask::Ending::kSettled) {
            const bool there = effect.state == model::EffectState::kDone;
            cache_[effect.key] = {.id = there ? effect.target_id : "", .reason = effect.reason};
          }
          if (--waiting_ == 0 && !stage_.dispatcher->stopped()) SubmitRows();
        });
  }

  void SubmitRows() {
    const auto settled = stage_.journal.outcomes();
    for (std::int64_t row = 1; row <= rows_; ++row) {
      if (settled.contains(row)) continue;
      auto job = MakeRow(row, EmailOf(row), "none");
      job->organization_key = OrganizationOf(row);
      job->organization = cache_.at(OrganizationOf(row));
      job->plan.lead_row = LeadOf(row);
      job->plan.repeated_user = IsRepeated(row);
      if (!IsRepeated(row)) job->known_user = Known(row, model::EffectKind::kUser);
      job->known_membership = Known(row, model::EffectKind::kMembership);
      submitted_.push_back(row);
      stage_.Submit(std::move(job));
    }
  }
  std::optional<model::Effect> Known(std::int64_t row, model::EffectKind kind) const {
    const auto found = known_.find({row, kind});
    if (found == known_.end()) return std::nullopt;
    return found->second;
  }

  DispatchStage& stage_;
  std::int64_t rows_;
  std::map<std::pair<std::int64_t, model::EffectKind>, model::Effect> known_;
  std::map<std::string, CachedOrganization> cache_;
  std::vector<std::int64_t> submitted_;
  int waiting_ = 0;
};

}  // namespace rehome::dispatch
