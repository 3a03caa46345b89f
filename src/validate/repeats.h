#pragma once

#include <memory>
#include <optional>

#include "base/result.h"
#include "model/row.h"
#include "plan/planner.h"
#include "survey/repeated_keys.h"
#include "validate/input.h"

namespace rehome::validate {

/// Which memberships and which external ids stand in several rows of a file. Rows with something
/// wrong do not count: an import sends nothing of them. Memory does not grow with the file. One
/// thread.
class Repeats {
 public:
  /// Reads the file once, if it can hold any.
  static base::Result<Repeats> Find(const Input& input);

  /// The row before this one that has its user and its organization.
  base::Result<std::optional<model::Position>> EarlierMembership(
      const plan::Planned& planned) const;
  /// The row before this one that gives its external id to another user. Only the first row of a
  /// user gives it one.
  base::Result<std::optional<model::Position>> EarlierExternalId(
      const plan::Planned& planned) const;

 private:
  std::shared_ptr<const survey::RepeatedKeys> memberships_;   // null: none is repeated
  std::shared_ptr<const survey::RepeatedKeys> external_ids_;  // null: none is repeated
};

}  // namespace rehome::validate
