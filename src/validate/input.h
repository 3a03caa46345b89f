#pragma once

#include <string>

#include "csv/dialect.h"
#include "pipeline/row_source.h"
#include "plan/planner.h"
#include "survey/survey.h"
#include "validate/role_list.h"

namespace rehome::validate {

/// A file that is to be checked, surveyed before as a whole. What it refers to must outlive it.
struct Input {
  const std::string& path;
  const csv::Header& header;
  const survey::Survey& survey;
  const plan::PlanOptions& options;
  const RoleList* roles = nullptr;  ///< nullptr: roles are not compared
  std::string temporary_directory;
};

inline pipeline::RowSource::Part WholeOf(const Input& input) {
  return {.first_row = 1, .last_row = input.survey.rows};
}

}  // namespace rehome::validate
