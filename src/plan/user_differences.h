#pragma once

#include <vector>

#include "model/column.h"
#include "model/row.h"

namespace rehome::plan {

/// The user columns in which `row` says something else than `lead`, the first row of its user: an
/// empty cell says nothing, and `yes` is the same as `true`.
std::vector<model::Column> UserDifferences(const model::Row& row, const model::Row& lead);

}  // namespace rehome::plan
