#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/column.h"
#include "model/row.h"
#include "plan/findings.h"

namespace rehome::plan {

/// Remarks on cells that an import understands but that are written otherwise than they are sent:
/// blanks around a value, other words for true and false. For who looks after the file; an import
/// says nothing about them.
Findings CheckSpelling(const model::Row& row);

/// The cell as it has to be written to mean the same without such a remark, or one on its metadata;
/// nothing when it is right as it is, and for cells that are kept byte for byte (names, secrets).
std::optional<std::string> CleanCell(model::Column column, std::string_view cell);

}  // namespace rehome::plan
