#include "report/effect_tally.h"

#include <algorithm>
#include <string>

#include "base/digest.h"
#include "report/law.h"

namespace rehome::report {
namespace {

using model::EffectKind;
using model::EffectState;
using model::OutcomeKind;

// The outcomes that an effect can be done with.
bool EndsWell(OutcomeKind kind) {
  return kind == OutcomeKind::kCreated || kind == OutcomeKind::kAdopted ||
         kind == OutcomeKind::kUpdated || kind == OutcomeKind::kUnchanged ||
         kind == OutcomeKind::kSkipped;
}

std::uint64_t ShortHash(std::string_view id) { return base::HashBytes(id).low; }

}  // namespace

EffectTally::EffectTally(const journal::RunFacts& run, ErrorGroups& groups)
    : run_(run), groups_(groups), marks_(run.first_row, run.last_row) {
  organizations_.phase = model::Phase::kOrganizations;
  users_.phase = model::Phase::kUsers;
  memberships_.phase = model::Phase::kMemberships;
}

base::Status EffectTally::Add(const model::Effect& effect) {
  RETURN_IF_ERROR(CheckEffect(effect));
  last_ = {effect.row, effect.kind};
  switch (effect.kind) {
    case EffectKind::kOrganization:
      Count(effect, organizations_);
      if (effect.state == EffectState::kFailed || effect.state == EffectState::kParked) {
        groups_.AddOrganization(effect);
      }
      if (!effect.differs.empty()) {
        groups_.AddWarning(effect.row, {.reason = model::Reason::kWarnOrganizationDiffers,
                                        .column = "org_name",
                                        .detail = effect.differs});
      }
      return {};
    case EffectKind::kUser:
      Count(effect, users_);
      MarkUser(effect);
      return {};
    case EffectKind::kMembership:
      Count(effect, memberships_);
      if (marks_.Contains(effect.row)) marks_.Set(effect.row, RowMarks::Mark::kMembership);
      return {};
  }
  return {};
}

base::Status EffectTally::CheckEffect(const model::Effect& effect) const {
  if (std::pair(effect.row, effect.kind) <= last_) {
    return Broken("there is one effect for each row and kind", effect);
  }
  // Organizations and users with several rows may stand for rows outside the part.
  if (effect.key.empty() && !marks_.Contains(effect.row)) {
    return Broken("every effect belongs to a row of the part", effect);
  }
  if (effect.state != EffectState::kDone) return {};
  if (effect.target_id.empty()) return Broken("a done effect has the id of its object", effect);
  if (!EndsWell(effect.outcome)) return Broken("a done effect says how it ended well", effect);
  const bool between = !effect.user_id.empty() && !effect.organization_id.empty();
  if (effect.kind == EffectKind::kMembership && !between) {
    return Broken("a done membership has the ids of its user and organization", effect);
  }
  return {};
}

void EffectTally::Count(const model::Effect& effect, PhaseLine& line) const {
  ++line.read;
  const auto add = [&line](OutcomeKind kind) { ++line.counts[static_cast<std::size_t>(kind)]; };
  switch (effect.state) {
    case EffectState::kIntended:
      if (effect.maybe_sent) {
        ++line.in_doubt;
      } else {
        add(OutcomeKind::kUnprocessed);
      }
      return;
    case EffectState::kSent:
    case EffectState::kUnknown:
      ++line.in_doubt;
      return;
    case EffectState::kDone:
      add(effect.outcome);
      return;
    case EffectState::kFailed:
      add(OutcomeKind::kFailed);
      return;
    case EffectState::kParked:
      add(OutcomeKind::kParked);
      return;
  }
}

void EffectTally::MarkUser(const model::Effect& effect) {
  const bool done = effect.state == EffectState::kDone;
  if (marks_.Contains(effect.row)) {
    marks_.Set(effect.row, RowMarks::Mark::kUser);
    if (done) marks_.Set(effect.row, RowMarks::Mark::kUserDone);
  }
  if (!done) return;
  if (!effect.key.empty()) repeated_users_.push_back(ShortHash(effect.target_id));
  if (effect.provenance == model::Provenance::kAdopted &&
      effect.detail == model::kPasswordNotApplied) {
    ++adopted_with_password_;
  }
}

void EffectTally::Finish() { std::sort(repeated_users_.begin(), repeated_users_.end()); }

bool EffectTally::HasUser(std::int64_t row, std::string_view user_id) const {
  if (user_id.empty()) return false;
  return marks_.Has(row, RowMarks::Mark::kUserDone) ||
         std::binary_search(repeated_users_.begin(), repeated_users_.end(), ShortHash(user_id));
}

base::Error EffectTally::Broken(std::string_view law, const model::Effect& effect) const {
  return LawBroken(
      run_.run_id, law,
      "the " + std::string(NameOf(effect.kind)) + " effect of row " + std::to_string(effect.row));
}

}  // namespace rehome::report
