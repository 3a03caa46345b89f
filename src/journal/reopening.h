#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
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

/// Where an effect stands in the corrected input; `to` may be where it stood.
struct EffectMove {
  std::int64_t from = 0;
  std::int64_t to = 0;  ///< 0 = no row names it any more
  std::string key;      ///< its key there
};

/// What a correction moves besides its own rows.
struct MovedEffects {
  std::vector<EffectMove> users{};
  std::vector<EffectMove> organizations{};
  /// Without keys, which come from `membership_keys`.
  std::vector<EffectMove> memberships{};
  /// Rows whose memberships have another key now: what stands before the organization's id; empty =
  /// the user has no other row.
  std::vector<std::pair<std::int64_t, std::string>> membership_keys{};
};

/// Whether a retry keeps an effect as one that may have been sent: it is looked up before anything
/// else. A parked one may tell of an object that is another's, and nothing of ours is there.
bool StaysInDoubt(const model::Effect& effect);

/// What a retry changes in the journal of a run that has ended.
struct Reopening {
  std::vector<std::int64_t> rejected_rows{};  ///< of these the values were corrected
  std::vector<Correction> corrections{};      ///< each replaces one that begins at the same byte
  MovedEffects moved{};
  std::vector<Chunk> chunks{};  ///< the map of the corrected input; empty = it is as it was
  Event event{};                ///< what is kept for people
};

/// Opens failed and parked rows again, and `rejected_rows`: their outcomes go, their chunks are
/// queued, what failed for good is tried as if it never was, and what may have been sent is looked
/// up first. An account that was seen and judged to be somebody else's is judged anew, and never
/// taken for one of ours. All of it is durable when this returns, or nothing is changed. kLocked
/// while somebody else has the journal.
base::Status ReopenRows(const std::string& path, const Reopening& reopening,
                        base::Duration patience);

}  // namespace rehome::journal
