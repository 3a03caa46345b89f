#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/file.h"

namespace rehome::http {

/// The sockets that the event loop waits for: an epoll set that is touched as seldom as possible.
/// A connection between two requests stays registered for reading, so that keep-alive traffic needs
/// no epoll_ctl at all (two per request otherwise, a tenth of its CPU). One thread.
class SocketWatch {
 public:
  enum class Interest { kNone, kRead, kWrite, kReadWrite };

  struct Ready {
    int socket = -1;
    std::uint32_t owner = 0;
    bool readable = false;
    bool writable = false;
    bool failed = false;
  };

  SocketWatch();
  bool is_open() const { return epoll_.is_open(); }
  /// `bell` ends waits whenever it is rung; it is watched edge-triggered and never reported.
  bool AddBell(int bell);
  /// `socket` is a new connection: it may stay registered until Closed. Sockets not announced here
  /// are taken out as soon as nobody wants them, since nobody says when they are closed.
  void Opened(int socket);
  void Closed(int socket);
  /// A socket that cannot be watched any more (no memory) is left to its time-out.
  void Want(int socket, std::uint32_t owner, Interest interest);
  /// Waits for sockets, the bell, or `real` (nothing = for ever). The span is good until the next
  /// call.
  std::span<const Ready> Wait(std::optional<base::Duration> real);

 private:
  struct Watched {
    std::uint32_t wanted = 0;
    std::uint32_t registered = 0;
    std::uint32_t owner = 0;
    bool connection = false;
  };

  Watched& At(int socket);
  void Register(int socket, std::uint32_t events);

  // More at once would only make the first ones wait for the rest to be handled.
  static constexpr int kMaxEvents = 256;

  base::File epoll_;
  std::vector<Watched> watched_;  // by descriptor
  std::array<epoll_event, kMaxEvents> events_{};
  std::vector<Ready> ready_;
};

}  // namespace rehome::http
