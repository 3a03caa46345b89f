#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/column.h"
#include "model/outcome.h"
#include "model/plan.h"
#include "model/reason.h"
#include "model/row.h"

namespace rehome::plan {

/// What the column rules have to say about a row, in the order in which they looked. One owner.
struct Findings {
  std::vector<model::Rejection> rejections;
  std::vector<model::Warning> warnings;

  void Reject(model::Reason reason, model::Column column, std::string detail);
  void Warn(model::Reason reason, model::Column column, std::string detail);
  /// Puts the findings of another rule behind these.
  void Append(Findings other);
};

/// `value` in quotation marks as a detail shows it: what looks secret masked, harmless on a
/// terminal, cut at 60 bytes. Never for cells of secret columns.
std::string Quote(std::string_view value);

/// `row 3 (line 4)`, as a detail names another row.
std::string RowAndLine(const model::Position& position);

}  // namespace rehome::plan
