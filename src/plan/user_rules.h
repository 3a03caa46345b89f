#pragma once

#include <optional>
#include <string_view>

#include "model/row.h"
#include "model/user_record.h"
#include "plan/findings.h"

namespace rehome::plan {

struct CheckedUser {
  model::UserRecord user;  ///< complete when there are no rejections
  Findings findings;
};

/// Applies the rules of email, the names, email_verified, external_id, the password columns and
/// metadata.
CheckedUser CheckUser(const model::Row& row);

/// The rule of the column email alone: the key of a user that has several rows.
Findings CheckEmailColumn(const model::Row& row);

/// true/yes/y/1 or false/no/n/0 in any case; nothing for anything else.
std::optional<bool> ParseYesNo(std::string_view text);

}  // namespace rehome::plan
