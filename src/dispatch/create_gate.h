#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

namespace rehome::dispatch {

/// Holds creates of users back while it is not known whether the target has these users already: a
/// second import of a file must not be refused row by row. Creates that are out or refused are at
/// most `limit` more than those that succeeded; after `limit` refusals every user is looked up
/// first. One thread.
class CreateGate {
 public:
  explicit CreateGate(int limit) : limit_(limit) {}

  /// Every further user is looked up before it is created.
  bool LooksFirst() const { return refused_ >= limit_; }
  /// Whether a create may leave now; if so it counts as out.
  bool Enter();
  /// `then` is called when Enter is worth asking again, and when the run stops.
  void Wait(std::function<void()> then) { waiting_.push_back(std::move(then)); }

  enum class Answer { kCreated, kRefusedAsExisting, kOther };
  /// A create that was out has its answer.
  void Leave(Answer answer);
  /// Calls everything that waits: the run stops.
  void ReleaseAll();

 private:
  int limit_;
  int out_ = 0;
  int refused_ = 0;
  std::int64_t created_ = 0;
  std::deque<std::function<void()>> waiting_;
};

}  // namespace rehome::dispatch
