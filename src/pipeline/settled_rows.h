#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "journal/sqlite_journal.h"

namespace rehome::pipeline {

/// The rows that a run has brought to their end, one bit each. One thread.
class SettledRows {
 public:
  void Add(std::int64_t row);
  bool Contains(std::int64_t row) const {
    const auto index = static_cast<std::size_t>(row);
    return row >= 0 && index < settled_.size() && settled_[index];
  }

 private:
  std::vector<bool> settled_;
};

/// What the journal of a run says before it is continued.
base::Result<SettledRows> ReadSettledRows(journal::JournalReader& journal);

}  // namespace rehome::pipeline
