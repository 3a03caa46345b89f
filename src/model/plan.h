#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/organization.h"
#include "model/outcome.h"
#include "model/row.h"
#include "model/user_record.h"

namespace rehome::model {

/// What is to be done for one row: its user, then its membership.
struct Plan {
  Position position;
  UserRecord user;             ///< of the lead row when the user has several rows
  std::int64_t lead_row = 0;   ///< the row whose data the user has; equal to the row's own number
                               ///< unless the user has several rows
  bool repeated_user = false;  ///< the user has several rows
  std::optional<OrganizationRef> organization;
  bool made_by_lead = false;  ///< the lead row names the same organization: one membership
  std::vector<std::string> role_slugs;
  std::vector<Warning> warnings;
};

/// A row that column rules refuse, before anything is sent.
struct Rejection {
  Reason reason = Reason::kNone;
  std::string column;
  std::string detail;  ///< the value as seen, secrets masked, and what the rule is
};

}  // namespace rehome::model
