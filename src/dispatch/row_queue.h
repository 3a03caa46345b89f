#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "base/mutex.h"
#include "dispatch/row_job.h"

namespace rehome::dispatch {

/// Rows that wait to be started. They start in the order in which they were read, however fast the
/// workers are: then a row never waits for another of its user that has not been started. Memory:
/// the rows between the reader and their start. `Expect` from any one thread, the rest on the event
/// loop.
class RowQueue {
 public:
  struct Entry {
    RowJobPtr job;
    std::function<void(RowJobPtr)> done;
  };

  /// A row was read and will be added. In the order of the file.
  void Expect(std::int64_t row);
  /// In any order; one that nobody expects waits for those with smaller numbers that are here.
  void Add(Entry entry);
  /// The next one in turn, if it is here.
  std::optional<Entry> Take();
  /// One that is here, whoever's turn it is: for a run that stops.
  std::optional<Entry> TakeAny();
  /// Whether Take would give one.
  bool ready() const;
  bool empty() const { return here_.empty(); }

 private:
  mutable base::Mutex mutex_;
  std::deque<std::int64_t> expected_ GUARDED_BY(mutex_);
  std::multimap<std::int64_t, Entry> here_;  // by row
};

}  // namespace rehome::dispatch
