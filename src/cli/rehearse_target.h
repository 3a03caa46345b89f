#pragma once

#include <memory>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "cli/session.h"
#include "sandbox/sandbox.h"

namespace rehome::cli {

/// What a rehearsal finds on its target before it begins.
struct Furniture {
  std::int64_t organizations = 0;  ///< that must exist
  std::int64_t roles = 0;          ///< beside the two that every environment has
};

/// The sandbox that a rehearsal imports into: the documented limits as fixed windows (those of
/// --rate where it is higher), the roles that the file gives, and the organizations that it says
/// exist. Made for a session that is surveyed; one thread.
class RehearsalTarget {
 public:
  /// Serves from now on, on a thread of its own and any free port. Call while signals are held.
  /// `clock` must outlive it. kUsage names what of the faults is wrong.
  static base::Result<std::unique_ptr<RehearsalTarget>> Start(const Session& session,
                                                              const base::Clock& clock);
  /// Stops serving.
  ~RehearsalTarget();
  RehearsalTarget(const RehearsalTarget&) = delete;
  RehearsalTarget& operator=(const RehearsalTarget&) = delete;

  /// As an import enters it: a name and a key that nobody had before.
  const Target& target() const { return target_; }
  const Furniture& furniture() const { return furniture_; }

  /// For Start.
  RehearsalTarget(std::unique_ptr<sandbox::Sandbox> sandbox, Target target, Furniture furniture);

 private:
  const std::unique_ptr<sandbox::Sandbox> sandbox_;
  const Target target_;
  const Furniture furniture_;
  std::thread thread_;
};

}  // namespace rehome::cli
