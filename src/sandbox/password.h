#pragma once

#include <string>

#include "sandbox/field.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// The kind of password a user body brings: empty for none, `password` for a plain one, else the
/// hash type. Refuses what the API refuses (the contract, §7 and §8). Faults of the fields
/// themselves go to `fields`; the password itself is looked at and forgotten.
Checked<std::string> ReadPasswordKind(FieldReader& fields);

}  // namespace rehome::sandbox
