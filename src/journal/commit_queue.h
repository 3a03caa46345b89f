#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/mutex.h"
#include "journal/journal.h"

namespace rehome::journal {

/// One call that waits for the journal's thread: records to commit with the function to call then,
/// or a query that runs between two commits.
struct Work {
  std::vector<Record> records;
  Journal::Done done;
  std::function<void()> query;  ///< empty for records
};

/// The order of calls to a journal, and which of them share a commit. Unbounded: rows in flight
/// bound it. Any thread may push, one thread takes.
class CommitQueue {
 public:
  /// `slice` is real time, see `Take`.
  explicit CommitQueue(base::Duration slice) : slice_(slice) {}

  /// Gives the work back when the queue is closed.
  std::optional<Work> Push(Work work);
  /// The next calls that share a commit, or one query alone, in the order they were pushed. Waits
  /// for the first, then as long as more records arrive: slice by slice, at most `kSlices`. A query
  /// or `kEnoughRecords` end the wait. Empty when the queue is closed and all was taken.
  std::vector<Work> Take();
  /// No more pushes; what is queued can still be taken.
  void Close();

  /// With slices of 1 ms, up to 3 ms: longer makes each step of a row slower, shorter makes more
  /// fsyncs (about 0.1 ms of CPU each) when rows arrive a few hundred microseconds apart.
  static constexpr int kSlices = 3;
  /// Enough for one commit: fewer would cost more fsyncs, more would have rows wait for company
  /// although the target answers at once.
  static constexpr std::size_t kEnoughRecords = 64;
  /// Beyond this a larger transaction saves no more CPU per record, but all in it wait longer.
  static constexpr std::size_t kMostRecords = 512;

 private:
  void Gather() REQUIRES(mutex_);

  const base::Duration slice_;
  base::Mutex mutex_;
  base::Condition changed_;
  std::deque<Work> queue_ GUARDED_BY(mutex_);
  std::size_t records_ GUARDED_BY(mutex_) = 0;
  int queries_ GUARDED_BY(mutex_) = 0;
  bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace rehome::journal
