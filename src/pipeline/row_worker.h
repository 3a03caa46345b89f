#pragma once

#include <cstdint>

#include "dispatch/counters.h"
#include "dispatch/organization_cache.h"
#include "dispatch/row_job.h"
#include "pipeline/row_source.h"
#include "plan/planner.h"

namespace rehome::pipeline {

/// What a worker does with a row: validate, plan, take the organization from the shared cache.
/// Pure but for the cache's counters; any thread. The references must outlive it.
class RowWorker {
 public:
  RowWorker(const plan::PlanOptions& options, const dispatch::OrganizationCache& cache,
            dispatch::Counters& counters, RowSource::Part part);

  dispatch::RowJobPtr Work(const SourceRow& row) const;

 private:
  const plan::PlanOptions& options_;
  const dispatch::OrganizationCache& cache_;
  dispatch::Counters& counters_;
  RowSource::Part part_;
};

/// The plan of a source row, or why there is none: shared by imports, dry runs and `validate`.
plan::Planned PlanOf(const SourceRow& row, const plan::PlanOptions& options);

}  // namespace rehome::pipeline
