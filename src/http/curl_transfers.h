#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/endpoint.h"
#include "http/socket_watch.h"
#include "http/transport.h"

namespace rehome::http {

class CurlLibrary;
class CurlHeaders;
struct CurlTransfer;
struct CurlShard;

/// Requests on their way through libcurl, driven from outside: it says through `watch` which
/// sockets it waits for and by `RealWait` how long, and is told what happened. It shards the
/// requests over several multi handles and uses the easy handles again. One thread; `clock` and
/// `watch` must outlive it. Destroying it drops what is in flight.
class CurlTransfers {
 public:
  /// `options.url` as ParseEndpoint gives it.
  CurlTransfers(EndpointOptions options, const base::Clock& clock, SocketWatch& watch);
  ~CurlTransfers();
  CurlTransfers(const CurlTransfers&) = delete;
  CurlTransfers& operator=(const CurlTransfers&) = delete;

  /// False when libcurl could not be set up; then nothing else may be called.
  bool ready() const;
  /// See Transport; the request leaves in the next RunTimers.
  void Start(Request request, Transport::Done done);
  int in_flight() const { return active_ + static_cast<int>(unstarted_.size()); }

  void RunTimers();
  void Advance(const SocketWatch::Ready& ready);
  /// Calls `done` of everything that completed; false when nothing had.
  bool Deliver();
  /// The real time until the next RunTimers; nothing = none is needed.
  std::optional<base::Duration> RealWait() const;

 private:
  CurlTransfer* TakeTransfer();
  bool Configure(CurlTransfer& transfer);
  bool Prepare(CurlTransfer& transfer);
  CurlShard* RoomyShard();
  void Finish(CurlTransfer& transfer, int code);
  Completion Conclude(CurlTransfer& transfer, int code) const;
  long RealMs(base::Duration duration) const;

  const std::unique_ptr<CurlLibrary> library_;
  const EndpointOptions options_;
  const base::Clock& clock_;
  SocketWatch& watch_;
  const std::string place_;  // host:port
  const std::unique_ptr<CurlHeaders> headers_;
  std::vector<std::unique_ptr<CurlShard>> shards_;
  std::vector<std::unique_ptr<CurlTransfer>> transfers_;
  std::vector<CurlTransfer*> idle_;
  std::vector<Transport::Done> unstarted_;  // no memory for their handles
  int active_ = 0;
};

}  // namespace rehome::http
