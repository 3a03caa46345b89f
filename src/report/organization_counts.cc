#include "report/organization_counts.h"

#include <functional>

namespace rehome::report {
namespace {

using model::EffectState;
using model::OutcomeKind;

std::string OutcomeOf(const model::Effect& effect) {
  switch (effect.state) {
    case EffectState::kIntended:
      return effect.maybe_sent ? "in doubt" : std::string(NameOf(OutcomeKind::kUnprocessed));
    case EffectState::kSent:
    case EffectState::kUnknown:
      return "in doubt";
    case EffectState::kDone:
      return std::string(NameOf(effect.outcome));
    case EffectState::kFailed:
      return std::string(NameOf(OutcomeKind::kFailed));
    case EffectState::kParked:
      return std::string(NameOf(OutcomeKind::kParked));
  }
  return {};
}

void Count(OutcomeKind kind, OrganizationLine& line) {
  ++line.rows;
  switch (kind) {
    case OutcomeKind::kCreated:
    case OutcomeKind::kAdopted:
    case OutcomeKind::kUpdated:
    case OutcomeKind::kUnchanged:
      ++line.done;
      return;
    case OutcomeKind::kRejected:
    case OutcomeKind::kFailed:
    case OutcomeKind::kParked:
      ++line.troubled;
      return;
    case OutcomeKind::kSkipped:
    case OutcomeKind::kUnprocessed:
      ++line.other;
      return;
  }
}

}  // namespace

void OrganizationCounts::AddEffect(const model::Effect& effect) {
  if (effect.kind != model::EffectKind::kOrganization) return;
  if (lines_.size() >= kMost) {
    ++left_out_;
    return;
  }
  by_key_.emplace(effect.key, lines_.size());
  if (!effect.target_id.empty()) by_id_.emplace(effect.target_id, lines_.size());
  OrganizationLine line;
  line.key = effect.key;
  line.id = effect.target_id;
  line.outcome = OutcomeOf(effect);
  line.first_row = effect.row;
  lines_.push_back(std::move(line));
}

void OrganizationCounts::AddOutcome(const model::Outcome& outcome, std::string_view key) {
  if (OrganizationLine* line = LineOf(outcome, key)) Count(outcome.kind, *line);
}

OrganizationLine* OrganizationCounts::LineOf(const model::Outcome& outcome, std::string_view key) {
  if (const auto found = by_id_.find(outcome.organization_id); found != by_id_.end()) {
    return &lines_[found->second];
  }
  for (const std::string_view each : {std::string_view(outcome.cause_key), key}) {
    if (const auto found = by_key_.find(each); found != by_key_.end()) {
      return &lines_[found->second];
    }
  }
  return nullptr;
}

}  // namespace rehome::report
