#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rehome::report {

/// What the effects of a journal say about each row of a part, so that its outcomes can be held
/// against them: three bits a row (4 MB for ten million rows). One thread.
class RowMarks {
 public:
  enum class Mark { kUser, kUserDone, kMembership };

  RowMarks(std::int64_t first_row, std::int64_t last_row)
      : first_row_(first_row), last_row_(last_row) {}

  bool Contains(std::int64_t row) const { return row >= first_row_ && row <= last_row_; }
  /// `row` must be one that Contains.
  void Set(std::int64_t row, Mark mark) {
    const std::size_t at = IndexOf(row, mark);
    if (at >= bits_.size()) bits_.resize(at + 1);
    bits_[at] = true;
  }
  bool Has(std::int64_t row, Mark mark) const {
    return Contains(row) && IndexOf(row, mark) < bits_.size() && bits_[IndexOf(row, mark)];
  }

 private:
  std::size_t IndexOf(std::int64_t row, Mark mark) const {
    return static_cast<std::size_t>(row - first_row_) * 3 + static_cast<std::size_t>(mark);
  }

  std::int64_t first_row_;
  std::int64_t last_row_;
  std::vector<bool> bits_;  // grows with the rows that have effects, never by what run.json says
};

}  // namespace rehome::report
