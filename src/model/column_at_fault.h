#pragma once

#include <optional>
#include <string_view>

#include "model/column.h"
#include "model/reason.h"

namespace rehome::model {

/// The one column that the target's refusal is about; nothing when it is about none, several, or
/// one that cannot be told. `provider_code` is the target's own code, as in TargetWords.
std::optional<Column> ColumnAtFault(Reason reason, std::string_view provider_code);

}  // namespace rehome::model
