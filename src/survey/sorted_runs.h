#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "survey/key_run.h"

namespace rehome::survey {

/// Runs of keys that did not fit into memory, in one unnamed file, and their merge.
/// One thread.
class SortedRuns {
 public:
  /// `directory`: where the unnamed file is made, with the first run.
  explicit SortedRuns(std::string directory) : directory_(std::move(directory)) {}

  bool empty() const { return run_ends_.empty(); }
  /// Appends a sorted run. Runs come in the order of their rows.
  base::Status Append(std::span<const KeyEntry> run);
  /// Visits every key once, in ascending order of the hashes, its entries merged.
  base::Status Merge(const std::function<base::Status(const KeyEntry&)>& visit) const;

 private:
  std::string directory_;
  base::File file_;
  std::vector<std::int64_t> run_ends_;  // in entries
};

/// Appends entries to a file as they are in memory.
base::Status WriteEntries(base::File& file, std::span<const KeyEntry> entries);
/// Fills `entries` with those from number `first` on.
base::Status ReadEntries(const base::File& file, std::int64_t first, std::span<KeyEntry> entries);

}  // namespace rehome::survey
