#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/mutex.h"
#include "base/result.h"
#include "sandbox/message.h"
#include "sandbox/router.h"
#include "sandbox/sandbox.h"
#include "sandbox/target.h"
#include "sandbox/world.h"

namespace rehome::sandbox {

/// What goes back over the connection, and when.
struct Answer {
  Response response;
  std::string request_id;     ///< for X-Request-Id
  base::WallTime date{};      ///< for Date
  base::Duration latency{0};  ///< of the sandbox's clock: wait so long before sending
};

/// The sandbox without its sockets: takes requests one at a time, applies them to the world and
/// keeps the record. Any thread; `clock` must outlive it.
class Service {
 public:
  Service(const SandboxOptions& options, const base::Clock& clock);

  /// Opens the record's file, if the options name one; before the first request.
  base::Status OpenRecord() EXCLUDES(mutex_);
  /// `/_sandbox/…` needs no key and leaves no trace in record and counts.
  Answer Serve(const Request& request) EXCLUDES(mutex_);
  /// Brings the record's file up to date.
  void Flush() EXCLUDES(mutex_);

 private:
  // The answer to a request of the API. Quotas and faults belong between key and operation.
  Response Apply(const Request& request, const Moment& moment, std::optional<Target> target,
                 std::optional<Match> match) REQUIRES(mutex_);
  base::Duration DrawLatency() REQUIRES(mutex_);

  const base::Clock& clock_;
  base::Mutex mutex_;
  World world_ GUARDED_BY(mutex_);
};

}  // namespace rehome::sandbox
