#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "journal/record.h"

namespace rehome::journal {

/// A cell of the input that a person has corrected for a retry; never a secret one. Of a malformed
/// record the whole is replaced, and `column` is empty.
struct Correction {
  std::int64_t row = 0;
  std::string column;      ///< name in the header
  std::int64_t begin = 0;  ///< bytes of the file that are replaced; no two begin at one byte
  std::int64_t end = 0;
  std::string bytes;  ///< as CSV
};

/// What a retry changes in the journal of a run that has ended.
struct Reopening {
  std::vector<std::int64_t> rejected_rows{};  ///< of these the values were corrected
  std::vector<Correction> corrections{};      ///< each replaces one that begins at the same byte
  /// Rows whose e-mail or external_id was corrected: another user than the one that was tried.
  std::vector<std::int64_t> other_users{};
  /// Rows whose organization was corrected: another membership than the one that was tried.
  std::vector<std::int64_t> other_memberships{};
  std::vector<Chunk> chunks{};  ///< the map of the corrected input; empty = it is as it was
  Event event{};                ///< what is kept for people
};

/// Opens failed and parked rows again, and `rejected_rows`: their outcomes go, their chunks are
/// queued, what failed for good is tried as if it never was, and what may have been sent is looked
/// up first. All of it is durable when this returns, or nothing is changed. kLocked while somebody
/// else has the journal.
base::Status ReopenRows(const std::string& path, const Reopening& reopening,
                        base::Duration patience);

}  // namespace rehome::journal
