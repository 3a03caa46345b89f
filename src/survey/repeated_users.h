#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "survey/survey.h"
#include "survey/user_run.h"

namespace rehome::survey {

/// Where the users with several rows are kept: sorted by hash, in memory while they are few, else
/// in an unnamed file with a sparse index of it in memory. One thread; what it makes, any.
class RepeatedUsersWriter {
 public:
  explicit RepeatedUsersWriter(std::string directory) : directory_(std::move(directory)) {}
  /// Entries come in ascending order of their hashes.
  base::Status Add(const UserEntry& entry);
  base::Result<std::shared_ptr<const RepeatedUsers>> Finish();

 private:
  base::Status Flush();

  std::string directory_;
  std::vector<UserEntry> entries_;  // not yet in the file
  base::File file_;
  std::int64_t count_ = 0;
  std::int64_t stride_ = 128;         // entries per index entry
  std::vector<base::Hash128> index_;  // the hash of each stride's first entry
};

}  // namespace rehome::survey
