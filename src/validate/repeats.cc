#include "validate/repeats.h"

#include <string>
#include <utility>

#include "base/digest.h"
#include "model/organization.h"
#include "pipeline/offline_pass.h"
#include "survey/key_tally.h"

namespace rehome::validate {
namespace {

using Key = std::optional<base::Hash128>;

// Nothing for a row that no other one can repeat.
Key MembershipOf(const plan::Planned& planned) {
  const model::Plan& plan = planned.plan;
  if (!planned.rejections.empty() || !plan.repeated_user || !plan.organization) return std::nullopt;
  return base::HashBytes(std::to_string(plan.lead_row) + " " + model::KeyOf(*plan.organization));
}

Key ExternalIdOf(const plan::Planned& planned) {
  const model::Plan& plan = planned.plan;
  if (!planned.rejections.empty() || plan.lead_row != plan.position.row) return std::nullopt;
  if (!plan.user.external_id) return std::nullopt;
  return base::HashBytes(*plan.user.external_id);
}

base::Result<std::optional<model::Position>> Earlier(const survey::RepeatedKeys* keys,
                                                     const Key& key, std::int64_t row) {
  if (keys == nullptr || !key) return std::optional<model::Position>();
  auto first = keys->FirstRow(*key);
  if (first && *first && (*first)->row >= row) return std::optional<model::Position>();
  return first;
}

}  // namespace

base::Result<Repeats> Repeats::Find(const Input& input) {
  const bool has_repeated_users = input.survey.repeated_users->count() > 0;
  if (!has_repeated_users && !input.header.Has(model::Column::kExternalId)) return Repeats();
  survey::KeyTally memberships(input.temporary_directory);
  survey::KeyTally external_ids(input.temporary_directory);
  const auto count = [&](const pipeline::SourceRow&, const plan::Planned& planned) -> base::Status {
    const model::Position& position = planned.plan.position;
    if (const Key key = MembershipOf(planned)) memberships.Count(*key, position, true);
    if (const Key key = ExternalIdOf(planned)) external_ids.Count(*key, position, true);
    return memberships.status() ? external_ids.status() : memberships.status();
  };
  RETURN_IF_ERROR(pipeline::VisitPlans(input.path, input.header, input.survey, WholeOf(input),
                                       input.options, count));
  auto repeated_memberships = memberships.Finish();
  if (!repeated_memberships) return repeated_memberships.error();
  auto repeated_ids = external_ids.Finish();
  if (!repeated_ids) return repeated_ids.error();
  Repeats repeats;
  repeats.memberships_ = std::move(repeated_memberships->repeated);
  repeats.external_ids_ = std::move(repeated_ids->repeated);
  return repeats;
}

base::Result<std::optional<model::Position>> Repeats::EarlierMembership(
    const plan::Planned& planned) const {
  return Earlier(memberships_.get(), MembershipOf(planned), planned.plan.position.row);
}

base::Result<std::optional<model::Position>> Repeats::EarlierExternalId(
    const plan::Planned& planned) const {
  return Earlier(external_ids_.get(), ExternalIdOf(planned), planned.plan.position.row);
}

}  // namespace rehome::validate
