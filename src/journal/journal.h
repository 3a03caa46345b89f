#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "journal/record.h"

namespace rehome::journal {

/// What the journal knows of some rows: for the resume of a chunk.
struct KnownRows {
  std::vector<model::Effect> effects;           ///< by row, then kind
  std::vector<std::int64_t> rows_with_outcome;  ///< ascending
};

/// The memory of a run: append-only in meaning, batch-shaped, asynchronous. Calls may come from any
/// thread; `done` functions are called on the journal's own thread, in the order of the calls, and
/// must not block. After the first failed commit every later call fails with the same error (fail
/// closed: what cannot be remembered must not be done). So it is once a later incarnation of the
/// run has opened the journal (kLimit, the fence): effects, outcomes and chunk changes of this one
/// are not applied any more, but kept as events `late_answer`, and no chunk is given to it.
class Journal {
 public:
  using Done = std::function<void(const base::Status&)>;
  using FoundEffect = std::function<void(base::Result<std::optional<model::Effect>>)>;

  virtual ~Journal() = default;

  /// Commits `records` as one unit, together with what others append in the same few milliseconds,
  /// then calls `done`. Durable (fsync) before `done`.
  virtual void Append(std::vector<Record> records, Done done) = 0;
  /// Looks up the effect with this unique key (organizations, users with several rows).
  virtual void FindEffect(std::string key, FoundEffect found) = 0;
  /// Claims the next queued chunks (at most `count`, in file order) for this epoch; empty when none
  /// is left. Waits for the journal's thread.
  virtual base::Result<std::vector<Chunk>> Claim(int count) = 0;
  /// What is known of rows `first` to `last`. Waits for the journal's thread.
  virtual base::Result<KnownRows> Load(std::int64_t first, std::int64_t last) = 0;
  /// The error of the first failed commit, if there was one.
  virtual base::Status Health() const = 0;
  /// Commits what is queued and ends the journal's thread. Later calls fail.
  virtual base::Status Close() = 0;
  /// Which incarnation of the run this is, from 1.
  virtual std::int64_t epoch() const = 0;
};

}  // namespace rehome::journal
