#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/effect.h"
#include "verify/asker.h"

namespace rehome::verify {

/// The object of a kind that the run made last.
struct NewestObject {
  model::EffectKind kind = model::EffectKind::kUser;
  std::string target_id;
  std::string created_at;  ///< as the target answered
};

/// Waits until an object shows, or must show by now whatever the target's lag is: a list that is
/// read before would lack thousands of objects, and each would have to be asked for. Event-loop
/// thread; kept alive by the callback it waits for.
class LagWait : public std::enable_shared_from_this<LagWait> {
 public:
  /// Called once. Whether the object shows is not said: the lists and the questions that follow
  /// will tell.
  using Done = std::function<void()>;

  LagWait(Asker& asker, NewestObject object, Done done);
  void Start() { LookLater(); }

 private:
  void LookLater();
  void Look();
  bool MustShow() const;

  Asker& asker_;
  NewestObject object_;
  Done done_;
  std::size_t looks_ = 0;  // of the settle schedule
};

/// The longest lag that is reckoned with: the settle schedule from its beginning to its end.
base::Duration LongestLag(const dispatch::DispatchSettings& settings);

}  // namespace rehome::verify
