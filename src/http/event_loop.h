#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "http/endpoint.h"
#include "http/transport.h"

namespace rehome::http {

/// The one thread that owns libcurl: a Transport and the loop that drives it. `Run` is called on
/// the thread that is to be the event loop; `Post` and `Wake` may be called from any thread,
/// everything else only from the loop's thread. Destroying it drops the requests in flight without
/// calling their `done`; it must not happen inside a callback.
class EventLoop : public Transport {
 public:
  /// Runs `driver` until it is finished, nothing is in flight and every task posted so far was
  /// called. May be called again afterwards.
  virtual void Run(Driver& driver) = 0;
  /// Has `task` called soon on the loop's thread.
  virtual void Post(std::function<void()> task) = 0;
  /// Ends the wait of the loop, so that it polls its driver.
  virtual void Wake() = 0;
};

/// The libcurl event loop. `clock` must outlive it. Refuses a bad endpoint, an unreadable
/// certificate file and a key that cannot stand in a header.
base::Result<std::unique_ptr<EventLoop>> MakeCurlEventLoop(EndpointOptions options,
                                                           const base::Clock& clock);

}  // namespace rehome::http
