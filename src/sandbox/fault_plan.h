#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/digest.h"
#include "base/random.h"
#include "sandbox/fault.h"
#include "sandbox/message.h"

namespace rehome::sandbox {

/// Decides which requests are hit: by the script first, else by chance. Chance depends on the
/// seed and on the request (its identity and how often it came), not on the order of
/// different requests, so that a seed means the same however many are in flight. Not thread-safe.
class FaultPlan {
 public:
  /// Faults by chance: `rate` of all requests, of the kinds named (none = all that fit).
  struct Chance {
    std::uint64_t seed = 0;
    double rate = 0;
    std::vector<Fault::Kind> kinds{};
  };

  FaultPlan() = default;
  FaultPlan(std::vector<Fault> script, Chance chance);

  bool empty() const { return script_.empty() && chance_.rate <= 0; }
  /// How far back a fault may look.
  base::Duration longest_lag() const { return longest_lag_; }
  /// The fault that hits this request, if any. `path` has no query; `identity_text` is the same for
  /// the same request, repeated or in another sandbox.
  std::optional<Fault> Choose(const Request& request, std::string_view path, Subject subject,
                              std::string_view identity_text);
  /// Forgets what was counted: the next request is the first again.
  void Forget();

 private:
  // A request as itself: repeated, it is the same.
  using Identity = base::Hash128;
  struct Scripted {
    Fault fault;
    std::int64_t seen = 0;
    std::map<Identity, std::int64_t> seen_of{};
  };

  bool Hits(Scripted& scripted, const Identity& identity, std::size_t index);
  std::optional<Fault> ByChance(const Identity& identity, Subject subject, bool further_page);

  std::vector<Scripted> script_;
  Chance chance_;
  std::map<Identity, std::int64_t> seen_;
  base::Duration longest_lag_{0};
};

}  // namespace rehome::sandbox
