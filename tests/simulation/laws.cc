#include "laws.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace rehome::simulation {
namespace {

using model::EffectState;
using model::OutcomeKind;
using model::Reason;

bool IsWell(OutcomeKind kind) {
  return kind == OutcomeKind::kCreated || kind == OutcomeKind::kAdopted ||
         kind == OutcomeKind::kUpdated || kind == OutcomeKind::kUnchanged;
}

std::string RowNumber(std::int64_t row) { return "row " + std::to_string(row) + ": "; }

template <class Object>
const Object* WithId(const std::vector<Object>& all, const std::string& id) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.id == id; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

void Laws::OnSend(const http::Request& request, std::int64_t epoch, Lock lock) {
  if (!request_ids_.insert(request.request_id).second) {
    Break("the request id " + request.request_id + " left twice");
  }
  if (request.method == http::Method::kGet) return;
  const std::string what = std::string(NameOf(request.method)) + " " + request.target +
                           " of incarnation " + std::to_string(epoch);
  if (lock == Lock::kLost) Break(what + " left although another has the lock");
  if (epoch != disk_.epoch()) Break(what + " left although a later incarnation goes on");
  const bool intended = request.method == http::Method::kPost
                            ? disk_.HasIntent(request.idempotency_key)
                            : disk_.HasChange(support::LastOf(request.target));
  if (!intended) Break(what + " left before its intent was committed");
}

void Laws::OnApplied() {
  for (const std::string& what : target_.AppliedTwice()) {
    if (told_twice_.insert(what).second) Break("created twice: " + what);
  }
}

void Laws::OnEnd(std::int64_t cache_misses) {
  if (cache_misses > 0) Break(std::to_string(cache_misses) + " misses of the organization cache");
}

void Laws::OnBack(std::int64_t epoch, std::int64_t row) {
  if (!back_.insert({epoch, row}).second) Break(RowNumber(row) + "came back twice");
}

const model::Effect* Laws::EffectOf(std::int64_t row, model::EffectKind kind) const {
  const auto found = effects_.find({row, kind});
  return found == effects_.end() ? nullptr : &found->second;
}

int Laws::TimesApplied(const std::string& what) const {
  const auto found = target_.applied.find(what);
  return found == target_.applied.end() ? 0 : found->second;
}

void Laws::CheckEnd() {
  for (model::Effect& effect : disk_.effects()) {
    effects_[{effect.row, effect.kind}] = std::move(effect);
  }
  if (!disk_.complaint().empty()) Break(disk_.complaint());
  std::map<std::int64_t, model::Outcome> outcomes;
  for (model::Outcome& outcome : disk_.outcomes()) outcomes[outcome.row] = std::move(outcome);
  for (const RowWanted& row : scenario_.rows) {
    const int times = disk_.TimesConcluded(row.row);
    if (times != 1) Break(RowNumber(row.row) + std::to_string(times) + " outcomes");
    if (times > 0) CheckRow(row, outcomes[row.row]);
  }
  if (outcomes.size() > scenario_.rows.size()) Break("outcomes of rows that are not in the file");
  for (const auto& [id, effect] : effects_) {
    if (effect.kind == model::EffectKind::kOrganization) CheckOrganization(effect);
    if (effect.kind == model::EffectKind::kMembership && effect.state == EffectState::kFailed &&
        TimesApplied("membership:" + effect.user_id + ":" + effect.organization_id) > 0) {
      Break(RowNumber(effect.row) + "its membership failed, and we created it");
    }
  }
  CheckNothingLost();
}

void Laws::CheckRow(const RowWanted& wanted, const model::Outcome& outcome) {
  const std::string name = RowNumber(wanted.row) + std::string(NameOf(outcome.kind)) + " " +
                           std::string(model::CodeOf(outcome.reason)) + ": ";
  if (wanted.rejected != (outcome.kind == OutcomeKind::kRejected)) {
    Break(name + "rejected or not against the rules of its columns");
    return;
  }
  if (wanted.rejected) return;
  const RowWanted& lead = *scenario_.LeadOf(wanted.email);
  const model::Effect* user = EffectOf(lead.row, model::EffectKind::kUser);
  if (user != nullptr) CheckUser(lead, *user);
  if (!IsWell(outcome.kind)) {
    const bool refused_there = wanted.email.starts_with("refused");
    if (outcome.reason == Reason::kUserRefused && !refused_there) {
      Break(name + "the target refused nothing");
    }
    if (outcome.kind == OutcomeKind::kSkipped) Break(name + "nobody asked for that");
    return;
  }
  if (user == nullptr || user->state != EffectState::kDone) {
    Break(name + "its user is not done");
    return;
  }
  if (outcome.user_id != user->target_id) Break(name + "told with another user's id");
  if (wanted.organization.empty()) return;
  const auto made_for = std::count_if(
      target_.memberships.begin(), target_.memberships.end(), [&](const auto& membership) {
        return membership.user_id == user->target_id &&
               membership.organization_id == outcome.organization_id;
      });
  const auto* organization = WithId(target_.organizations, outcome.organization_id);
  if (organization == nullptr || organization->external_id != wanted.organization) {
    Break(name + "a membership of another organization than the file's");
  }
  if (made_for != 1) Break(name + std::to_string(made_for) + " memberships on the target");
  const model::Effect* membership = EffectOf(wanted.row, model::EffectKind::kMembership);
  if (membership != nullptr) CheckMembership(wanted, *membership);
}

void Laws::CheckUser(const RowWanted& lead, const model::Effect& effect) {
  const std::string name = RowNumber(lead.row) + "its user: ";
  const int made = TimesApplied("user:" + lead.email);
  if (effect.state == EffectState::kFailed && made > 0) {
    Break(name + "failed, and we created it");
  }
  if (effect.state != EffectState::kDone) return;
  const support::TargetUser* user = WithId(target_.users, effect.target_id);
  if (user == nullptr || !base::EqualsFolded(user->email, lead.email)) {
    Break(name + "done, and not on the target");
    return;
  }
  const bool created = effect.outcome == OutcomeKind::kCreated;
  if (created != (made > 0)) Break(name + "created, or not, against the target's record");
  const bool as_the_file_says =
      user->first_name == lead.first_name && user->external_id == lead.external_id;
  if ((created || effect.outcome == OutcomeKind::kUpdated) && !as_the_file_says) {
    Break(name + "not as the file says");
  }
}

void Laws::CheckMembership(const RowWanted& maker, const model::Effect& effect) {
  if (effect.state != EffectState::kDone) return;
  const std::string name = RowNumber(maker.row) + "its membership: ";
  const support::TargetMembership* membership = WithId(target_.memberships, effect.target_id);
  if (membership == nullptr || membership->user_id != effect.user_id ||
      membership->organization_id != effect.organization_id) {
    Break(name + "done, and not on the target");
    return;
  }
  const int made = TimesApplied("membership:" + effect.user_id + ":" + effect.organization_id);
  if ((effect.outcome == OutcomeKind::kCreated) != (made > 0)) {
    Break(name + "created, or not, against the target's record");
  }
  if (base::Join(membership->roles, ",") != maker.role)
    Break(name + "another role than the file's");
}

void Laws::CheckOrganization(const model::Effect& effect) {
  const std::string external_id = effect.key.substr(effect.key.find(':') + 1);
  const int made = TimesApplied("organization:" + external_id);
  if (effect.state == EffectState::kFailed && made > 0) {
    Break(effect.key + " failed, and we created it");
  }
  if (effect.state != EffectState::kDone) return;
  const auto* organization = WithId(target_.organizations, effect.target_id);
  if (organization == nullptr || organization->external_id != external_id) {
    Break(effect.key + " is done, and not on the target");
  }
  if ((effect.outcome == OutcomeKind::kCreated) != (made > 0)) {
    Break(effect.key + " was created, or not, against the target's record");
  }
}

// Whatever we created, the journal knows: as done, or as parked for a person to look at.
void Laws::CheckNothingLost() {
  std::set<std::string> ids;
  std::set<std::string> parked;
  for (const auto& [id, effect] : effects_) {
    if (!effect.target_id.empty()) ids.insert(effect.target_id);
    if (effect.state != EffectState::kParked) continue;
    if (effect.kind == model::EffectKind::kUser) {
      parked.insert(scenario_.rows[static_cast<std::size_t>(effect.row - 1)].email);
    }
    if (effect.kind == model::EffectKind::kOrganization) {
      parked.insert(effect.key.substr(effect.key.find(':') + 1));
    }
    if (effect.kind == model::EffectKind::kMembership) {
      parked.insert(effect.user_id + ":" + effect.organization_id);
    }
  }
  for (const auto& user : target_.users) {
    if (TimesApplied("user:" + user.email) == 0 || parked.contains(user.email)) continue;
    if (!ids.contains(user.id)) Break("the user " + user.email + " was created and forgotten");
  }
  for (const auto& one : target_.organizations) {
    if (TimesApplied("organization:" + one.external_id) == 0) continue;
    if (parked.contains(one.external_id)) continue;
    if (!ids.contains(one.id)) Break("the organization " + one.external_id + " was forgotten");
  }
  for (const auto& one : target_.memberships) {
    if (parked.contains(one.user_id + ":" + one.organization_id)) continue;
    if (!ids.contains(one.id)) {
      Break("a membership of " + one.user_id + " in " + one.organization_id + " was forgotten");
    }
  }
}

}  // namespace rehome::simulation
