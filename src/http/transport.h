#pragma once

#include <functional>

#include "http/request.h"

namespace rehome::http {

/// Sends requests and hands back what became of each. Everything happens on one thread, the event
/// loop's. A request is sent at most once: never repeated silently, never redirected.
class Transport {
 public:
  using Done = std::function<void(Completion)>;

  virtual ~Transport() = default;
  /// Starts `request`; `done` is called later, once, on the event-loop thread, never from inside
  /// `Start`.
  virtual void Start(Request request, Done done) = 0;
  /// Requests that were started and have not completed.
  virtual int in_flight() const = 0;
};

/// What an event loop drives: passive work that knows its next deadline.
class Driver {
 public:
  virtual ~Driver() = default;
  /// Does whatever is due at `now`.
  virtual void Poll(base::Instant now) = 0;
  /// When `Poll` wants to be called next; nothing = only when something happens.
  virtual std::optional<base::Instant> NextDeadline() const = 0;
  /// True when the loop should end (nothing in flight, nothing to come).
  virtual bool finished() const = 0;
};

}  // namespace rehome::http
