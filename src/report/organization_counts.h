#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "model/effect.h"
#include "model/outcome.h"

namespace rehome::report {

/// One organization of a run and how the rows that name it ended.
struct OrganizationLine {
  std::string key;  ///< as model::KeyOf
  std::string name;
  std::string id;  ///< on the target; empty when there is none
  std::string outcome;
  std::int64_t first_row = 0;
  std::int64_t rows = 0;      ///< that came to an end
  std::int64_t done = 0;      ///< of these, created, adopted, updated or unchanged
  std::int64_t troubled = 0;  ///< rejected, failed or parked
  std::int64_t other = 0;
};

/// Adds up the organizations of a journal: effects first, then outcomes. Memory is bounded. One
/// thread.
class OrganizationCounts {
 public:
  /// More make a page that nobody reads; the rest are only counted.
  static constexpr std::size_t kMost = 20'000;

  /// Effects come by row; those of users and memberships are passed over.
  void AddEffect(const model::Effect& effect);
  /// `key` is that of the organization that the row names, if its record is at hand: what the
  /// journal knows of it comes first.
  void AddOutcome(const model::Outcome& outcome, std::string_view key);

  /// By first row.
  std::vector<OrganizationLine>& lines() { return lines_; }
  std::int64_t left_out() const { return left_out_; }

 private:
  OrganizationLine* LineOf(const model::Outcome& outcome, std::string_view key);

  std::vector<OrganizationLine> lines_;
  std::map<std::string, std::size_t, std::less<>> by_key_;
  std::map<std::string, std::size_t, std::less<>> by_id_;
  std::int64_t left_out_ = 0;
};

}  // namespace rehome::report
