#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "model/row.h"
#include "plan/planner.h"

namespace rehome::plan {

/// A row with these cells and an e-mail, unless the cells have one.
inline model::Row RowOf(std::initializer_list<std::pair<model::Column, std::string>> cells,
                        std::int64_t number = 1) {
  model::Row row;
  row.position = {number, number + 1, 0};
  row[model::Column::kEmail] = "ann@example.com";
  for (const auto& [column, text] : cells) row[column] = text;
  return row;
}

inline Planned Plan(const model::Row& row, const PlanOptions& options = {}) {
  return MakePlan(row, nullptr, false, options);
}

/// `column: code: detail` of each rejection, one a line.
inline std::string Rejections(const Planned& planned) {
  std::string lines;
  for (const model::Rejection& rejection : planned.rejections) {
    lines += rejection.column + ": " + std::string(model::CodeOf(rejection.reason)) + ": " +
             rejection.detail + "\n";
  }
  return lines;
}

/// `column: code: detail` of each warning, one a line.
inline std::string Warnings(const Planned& planned) {
  std::string lines;
  for (const model::Warning& warning : planned.plan.warnings) {
    lines += warning.column + ": " + std::string(model::CodeOf(warning.reason)) + ": " +
             warning.detail + "\n";
  }
  return lines;
}

}  // namespace rehome::plan
