#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "directory/objects.h"
#include "model/user_record.h"

namespace rehome::dispatch {

/// How an account differs from what the file says of it, in the fields that the file has. The
/// e-mail, which is how they were matched, and passwords are never compared; blanks around a value
/// do not count.
struct UserDifference {
  model::UserRecord changed;  ///< what an update has to send
  bool any = false;           ///< there is something to send
  std::string replaced;       ///< JSON of the values that an update would replace
  std::string differs;        ///< each field with both values, for people: at most some 500 bytes,
                              ///< secrets masked; empty when nothing differs
  std::string fixed;          ///< the same of what no update can change: a verified address
};

/// The fields that `differs` names.
std::vector<std::string> FieldsIn(std::string_view differs);

UserDifference DifferenceOf(const model::UserRecord& user, const directory::UserObject& account);

}  // namespace rehome::dispatch
