#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "dispatch/organization_cache.h"
#include "model/effect.h"
#include "model/outcome.h"
#include "model/plan.h"

namespace rehome::dispatch {

/// One row on its way through the dispatcher: what is to be done, what is known from before, and,
/// in the end, its outcome. Built by a worker, then owned by the event loop.
struct RowJob {
  model::Plan plan;
  /// Set when the row is not to be sent: rejected by column rules or malformed.
  std::optional<model::Outcome> verdict;
  /// From the shared cache; set when the plan names an organization.
  std::optional<CachedOrganization> organization;
  std::string organization_key;
  /// True when the user's lead row belongs to this run, and so reports the user's failure.
  bool lead_row_in_run = true;
  /// What the journal knows of this row (resume).
  std::optional<model::Effect> known_user;
  std::optional<model::Effect> known_membership;

  std::int64_t chunk = 0;  ///< the chunk it was read from

  /// What this row's own user and membership came to; nothing = not this row's, or not reached.
  std::optional<model::OutcomeKind> user_outcome;
  std::optional<model::OutcomeKind> membership_outcome;
  model::Outcome outcome;  ///< kUnprocessed when the run stopped first
};

using RowJobPtr = std::shared_ptr<RowJob>;

}  // namespace rehome::dispatch
