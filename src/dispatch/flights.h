#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/context.h"
#include "model/effect.h"

namespace rehome::dispatch {

/// Single flight for what several rows share: users with several rows and their memberships. While
/// one row makes the thing, the others wait for its effect; later rows get it from the journal.
/// Memory depends on the rows in flight only. Event-loop thread.
class Flights {
 public:
  /// `settled` has the effect (done, failed or parked); nothing = the run stops.
  using Waiter = std::function<void(const std::optional<model::Effect>& settled)>;
  /// `known` is what the journal knows of an unfinished attempt, if anything.
  using Maker = std::function<void(const std::optional<model::Effect>& known)>;

  explicit Flights(Context& context) : context_(context) {}

  /// Asks who makes the thing with this journal key. Exactly one caller at a time is told to make
  /// it and must call `Landed` in the end; the others get its result.
  void Join(const std::string& key, Maker make, Waiter wait);
  /// The maker's effect is durable (or was abandoned: nothing).
  void Landed(const std::string& key, const std::optional<model::Effect>& effect);

 private:
  Context& context_;
  std::map<std::string, std::vector<Waiter>> flights_;
};

}  // namespace rehome::dispatch
