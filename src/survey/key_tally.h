#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/digest.h"
#include "base/result.h"
#include "model/row.h"
#include "survey/key_run.h"
#include "survey/repeated_keys.h"
#include "survey/sorted_runs.h"

namespace rehome::survey {

/// Finds the keys that several rows have, in bounded memory: what does not fit is spilled to an
/// unnamed file. One thread.
class KeyTally {
 public:
  struct Keys {
    std::int64_t distinct_selected = 0;  ///< keys with a row in the selected part
    std::shared_ptr<const RepeatedKeys> repeated;
  };

  explicit KeyTally(std::string temporary_directory);
  /// A row with this key; rows come in order.
  void Count(base::Hash128 key, const model::Position& position, bool selected);
  /// The first trouble with the temporary file.
  const base::Status& status() const { return status_; }
  base::Result<Keys> Finish();

 private:
  base::Status Spill();

  std::string directory_;
  KeyRun run_;
  SortedRuns runs_;
  base::Status status_;
};

}  // namespace rehome::survey
