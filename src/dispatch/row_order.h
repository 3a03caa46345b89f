#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "base/mutex.h"

namespace rehome::dispatch {

/// Keeps rows of one user in the order of the file where it matters who comes first: the first row
/// that names an organization gives the membership its roles, whichever worker is the fastest.
/// Memory depends on the rows in flight only. `Enter` from any thread, the rest on the event loop.
class RowOrder {
 public:
  /// A row of a user with several rows was read; in the order of the file.
  void Enter(std::int64_t lead_row, std::int64_t row);
  /// Calls `then` once every row of the user that entered before has left: at once, or within
  /// `Leave`. A row that never entered waits for nobody who entered after it.
  void Await(std::int64_t lead_row, std::int64_t row, std::function<void()> then);
  /// The row has taken its place, or has come to its end. Does nothing the second time.
  void Leave(std::int64_t lead_row, std::int64_t row);

 private:
  /// What a row that has its turn does; empty = it did not ask yet.
  using Rows = std::map<std::int64_t, std::function<void()>>;

  base::Mutex mutex_;
  std::map<std::int64_t, Rows> users_ GUARDED_BY(mutex_);  // by lead row
};

}  // namespace rehome::dispatch
