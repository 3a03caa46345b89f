#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "http/request.h"
#include "incarnation_journal.h"
#include "model/outcome.h"
#include "scenario.h"
#include "support/target_model.h"

namespace rehome::simulation {

/// What must hold at every step and at the end, told by the target's record and the disk, never by
/// what the engine believes. Collects what was broken.
class Laws {
 public:
  Laws(const Scenario& scenario, const support::TargetModel& target, const Disk& disk)
      : scenario_(scenario), target_(target), disk_(disk) {}

  /// A request leaves incarnation `epoch`, which has the lock of the target or not.
  enum class Lock { kHeld, kLost };
  void OnSend(const http::Request& request, std::int64_t epoch, Lock lock);
  /// The target did what it was asked to.
  void OnApplied();
  /// An incarnation has ended by itself: it looked for organizations so often and missed.
  void OnEnd(std::int64_t cache_misses);
  /// A row came back to an incarnation that had handed it in.
  void OnBack(std::int64_t epoch, std::int64_t row);
  /// Nothing moves any more although the run is not done.
  void Break(std::string law) { broken_.push_back(std::move(law)); }
  /// The run has come to its end.
  void CheckEnd();

  const std::vector<std::string>& broken() const { return broken_; }

 private:
  void CheckRow(const RowWanted& wanted, const model::Outcome& outcome);
  void CheckUser(const RowWanted& lead, const model::Effect& effect);
  void CheckMembership(const RowWanted& maker, const model::Effect& effect);
  void CheckOrganization(const model::Effect& effect);
  void CheckNothingLost();
  const model::Effect* EffectOf(std::int64_t row, model::EffectKind kind) const;
  int TimesApplied(const std::string& what) const;

  const Scenario& scenario_;
  const support::TargetModel& target_;
  const Disk& disk_;
  std::set<std::string> request_ids_;
  std::set<std::pair<std::int64_t, std::int64_t>> back_;
  std::map<std::pair<std::int64_t, model::EffectKind>, model::Effect> effects_;  // at the end
  std::set<std::string> told_twice_;
  std::vector<std::string> broken_;
};

}  // namespace rehome::simulation
