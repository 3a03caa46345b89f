#include "pipeline/role_census.h"

#include "model/column.h"
#include "pipeline/offline_pass.h"

namespace rehome::pipeline {

void RowUse::Count(const model::Position& position) {
  if (rows++ > 0) return;
  first_row = position.row;
  first_line = position.line;
}

void RoleCensus::Add(const plan::Planned& planned) {
  if (!planned.rejections.empty()) return;
  const model::Plan& plan = planned.plan;
  if (plan.role_slugs.size() > 1) several_.Count(plan.position);
  bool beyond = false;
  for (const std::string& slug : plan.role_slugs) {
    const auto known = roles_.find(slug);
    if (known != roles_.end()) {
      known->second.Count(plan.position);
    } else if (roles_.size() < kMostRoles) {
      roles_[slug].Count(plan.position);
    } else {
      beyond = true;
    }
  }
  if (beyond) ++rows_beyond_;
}

// Contract: the slug of an organization's role must begin so.
bool IsOrganizationRole(std::string_view slug) { return slug.starts_with("org-"); }

base::Result<RoleCensus> TakeRoleCensus(const csv::Input& input, const csv::Header& header,
                                        const survey::Survey& survey, RowSource::Part part,
                                        const plan::PlanOptions& options,
                                        const SettledRows& settled) {
  RoleCensus census;
  if (!header.Has(model::Column::kRoleSlugs)) return census;
  RETURN_IF_ERROR(VisitPlans(input, header, survey, part, options,
                             [&](const SourceRow&, const plan::Planned& planned) -> base::Status {
                               if (!settled.Contains(planned.plan.position.row))
                                 census.Add(planned);
                               return {};
                             }));
  return census;
}

}  // namespace rehome::pipeline
