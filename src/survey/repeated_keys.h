#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/file.h"
#include "base/result.h"
#include "model/row.h"
#include "survey/key_run.h"

namespace rehome::survey {

/// The keys that several rows have: on disk when there are many, so memory stays bounded. Any
/// thread may look up.
class RepeatedKeys {
 public:
  virtual ~RepeatedKeys() = default;
  /// The first row with this key, when several have it.
  virtual base::Result<std::optional<model::Position>> FirstRow(base::Hash128 key) const = 0;
  virtual std::int64_t count() const = 0;
};

/// Where the keys that several rows have are kept: sorted by hash, in memory while they are few,
/// else in an unnamed file with a sparse index of it in memory. One thread; what it makes, any.
class RepeatedKeysWriter {
 public:
  explicit RepeatedKeysWriter(std::string directory) : directory_(std::move(directory)) {}
  /// Entries come in ascending order of their hashes.
  base::Status Add(const KeyEntry& entry);
  base::Result<std::shared_ptr<const RepeatedKeys>> Finish();

 private:
  base::Status Flush();

  std::string directory_;
  std::vector<KeyEntry> entries_;  // not yet in the file
  base::File file_;
  std::int64_t count_ = 0;
  std::int64_t stride_ = 128;         // entries per index entry
  std::vector<base::Hash128> index_;  // the hash of each stride's first entry
};

}  // namespace rehome::survey
