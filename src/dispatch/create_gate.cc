#include "dispatch/create_gate.h"

#include <utility>

namespace rehome::dispatch {

bool CreateGate::Enter() {
  if (out_ + refused_ >= limit_ + created_) return false;
  ++out_;
  return true;
}

void CreateGate::Leave(Answer answer) {
  --out_;
  if (answer == Answer::kCreated) ++created_;
  if (answer == Answer::kRefusedAsExisting) ++refused_;
  ReleaseAll();
}

void CreateGate::ReleaseAll() {
  // Those that still may not go come back and wait again.
  const std::deque<std::function<void()>> released = std::exchange(waiting_, {});
  for (const std::function<void()>& then : released) then();
}

}  // namespace rehome::dispatch
