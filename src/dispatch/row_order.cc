#include "dispatch/row_order.h"

#include <utility>

namespace rehome::dispatch {

void RowOrder::Enter(std::int64_t lead_row, std::int64_t row) {
  base::MutexLock lock(mutex_);
  users_[lead_row].try_emplace(row);
}

void RowOrder::Await(std::int64_t lead_row, std::int64_t row, std::function<void()> then) {
  {
    base::MutexLock lock(mutex_);
    const auto user = users_.find(lead_row);
    if (user != users_.end() && user->second.begin()->first < row) {
      user->second[row] = std::move(then);
      return;
    }
  }
  then();
}

void RowOrder::Leave(std::int64_t lead_row, std::int64_t row) {
  std::function<void()> next;
  {
    base::MutexLock lock(mutex_);
    const auto user = users_.find(lead_row);
    if (user == users_.end()) return;
    Rows& rows = user->second;
    rows.erase(row);
    if (rows.empty()) {
      users_.erase(user);
      return;
    }
    next = std::exchange(rows.begin()->second, nullptr);
  }
  if (next) next();
}

}  // namespace rehome::dispatch
