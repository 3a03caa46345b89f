#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "csv/dialect.h"
#include "pipeline/row_source.h"
#include "pipeline/settled_rows.h"
#include "plan/planner.h"
#include "survey/survey.h"

namespace rehome::pipeline {

/// How often rows of a file do something, and which one does it first.
struct RowUse {
  std::int64_t rows = 0;
  std::int64_t first_row = 0;
  std::int64_t first_line = 0;

  void Count(const model::Position& position);
};

/// The roles that an import would give: from the plans of rows that will be sent, so roles of
/// rejected rows and of rows without an organization do not count. Memory is bounded by the number
/// of different roles that are remembered. One thread.
class RoleCensus {
 public:
  /// An environment has a handful of roles; a file with more of them than this holds something else
  /// in the column, and the first thousand tell that as well as all.
  static constexpr std::size_t kMostRoles = 1000;

  void Add(const plan::Planned& planned);

  const std::map<std::string, RowUse, std::less<>>& roles() const { return roles_; }
  /// Rows with more than one role.
  const RowUse& several() const { return several_; }
  /// Rows with a role that is not among `roles`, since these were too many.
  std::int64_t rows_beyond() const { return rows_beyond_; }

 private:
  std::map<std::string, RowUse, std::less<>> roles_;
  RowUse several_;
  std::int64_t rows_beyond_ = 0;
};

/// Whether a role belongs to one organization, as its slug says: such a role is in no list of the
/// environment.
bool IsOrganizationRole(std::string_view slug);

/// Reads a part of the file once more, without the rows that a run has settled already. Nothing is
/// read when it has no column for roles.
base::Result<RoleCensus> TakeRoleCensus(const csv::Input& input, const csv::Header& header,
                                        const survey::Survey& survey, RowSource::Part part,
                                        const plan::PlanOptions& options,
                                        const SettledRows& settled = {});

}  // namespace rehome::pipeline
