#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "sandbox/answer.h"
#include "sandbox/message.h"
#include "sandbox/router.h"
#include "sandbox/sandbox.h"
#include "sandbox/target.h"
#include "sandbox/world.h"

namespace rehome::sandbox {

/// The sandbox without its sockets: takes requests one at a time, applies them to the world and
/// keeps the record. Any thread; `clock` must outlive it.
class Service {
 public:
  Service(const SandboxOptions& options, const base::Clock& clock);

  /// Opens the record's file, if the options name one; before the first request.
  base::Status OpenRecord() EXCLUDES(mutex_);
  /// What POST /_sandbox/faults would do with this document; kUsage when it is refused.
  base::Status SetFaults(std::string_view script) EXCLUDES(mutex_);
  /// What POST /_sandbox/seed would do with this document; kUsage when it is refused.
  base::Status SeedObjects(std::string_view objects) EXCLUDES(mutex_);
  /// `/_sandbox/…` needs no key and leaves no trace in record and counts.
  Answer Serve(const Request& request) EXCLUDES(mutex_);
  /// Brings the record's file up to date.
  void Flush() EXCLUDES(mutex_);

 private:
  // The API's own answer.
  Response Apply(const Request& request, const Moment& moment, std::optional<Target> target,
                 std::optional<Match> match) REQUIRES(mutex_);
  // The answer behind caches and faults, into `answer`.
  void ServeInTrouble(const Request& request, const Moment& moment, std::optional<Target> target,
                      std::optional<Match> match, Answer& answer) REQUIRES(mutex_);
  void ReadThePast(const Request& request, const Moment& moment, const Fault& fault,
                   const Target& target, const Match& match, Answer& answer) REQUIRES(mutex_);
  base::Duration DrawLatency() REQUIRES(mutex_);

  const base::Clock& clock_;
  base::Mutex mutex_;
  World world_ GUARDED_BY(mutex_);
};

}  // namespace rehome::sandbox
