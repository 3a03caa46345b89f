#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/effect.h"
#include "model/outcome.h"
#include "report/summary.h"

namespace rehome::report {

/// What a group calls the columns that are too many to name.
inline constexpr std::string_view kOtherColumns = "others";

/// Sorts what went wrong by phase and reason, and counts failures that follow from another one
/// under their cause. Organizations must be added before rows, rows in ascending order. Memory is
/// bounded by the number of reasons, failed organizations and kRememberedRows. One thread.
class ErrorGroups {
 public:
  /// Bad rows that are remembered as possible causes (16 bytes each). Fewer would leave derived
  /// failures of very bad files in groups of their own; more costs memory on every run.
  static constexpr std::size_t kRememberedRows = 1 << 18;

  /// An organization that ended failed or parked.
  void AddOrganization(const model::Effect& effect);
  /// A row that ended rejected, failed or parked.
  void AddRow(const model::Outcome& outcome);
  void AddWarning(std::int64_t row, const model::Warning& warning);

  /// By phase, then count (the largest first), then reason.
  std::vector<ErrorGroup> errors() const;
  std::vector<ErrorGroup> warnings() const;

 private:
  using Key = std::pair<model::Phase, model::Reason>;
  using Groups = std::map<Key, ErrorGroup>;

  std::optional<Key> GroupOfCause(const model::Outcome& outcome) const;
  std::optional<Key> GroupOfRow(std::int64_t row) const;
  void Remember(std::int64_t row, Key group);

  Groups errors_;
  Groups warnings_;
  std::map<std::string, Key, std::less<>> organizations_;  // those that failed, by key
  std::vector<std::pair<std::int64_t, Key>> rows_;         // bad rows, ascending
};

}  // namespace rehome::report
