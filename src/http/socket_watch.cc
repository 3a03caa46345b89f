#include "http/socket_watch.h"

#include <cerrno>
#include <ctime>

namespace rehome::http {
namespace {

constexpr std::uint64_t kBell = ~std::uint64_t{0};

std::uint32_t EventsOf(SocketWatch::Interest interest) {
  switch (interest) {
    case SocketWatch::Interest::kNone:
      return 0;
    case SocketWatch::Interest::kRead:
      return EPOLLIN;
    case SocketWatch::Interest::kWrite:
      return EPOLLOUT;
    case SocketWatch::Interest::kReadWrite:
      return EPOLLIN | EPOLLOUT;
  }
  return 0;
}

// epoll_pwait2 because a fast clock needs waits far below a millisecond; systems without it round
// up to whole milliseconds.
int WaitForEvents(int epoll, std::span<epoll_event> events, std::optional<base::Duration> real) {
  const int count = static_cast<int>(events.size());
  if (!real) return epoll_wait(epoll, events.data(), count, -1);
  const auto ns = std::max(real->count(), base::Duration::rep{0});
  if (ns == 0) return epoll_wait(epoll, events.data(), count, 0);
  timespec wait{};
  wait.tv_sec = static_cast<time_t>(ns / 1'000'000'000);
  wait.tv_nsec = static_cast<long>(ns % 1'000'000'000);
  const int found = epoll_pwait2(epoll, events.data(), count, &wait, nullptr);
  if (found >= 0 || errno != ENOSYS) return found;
  constexpr base::Duration::rep kLongestMs = 60'000;  // the loop just comes round once more
  const auto ms = std::min((ns + 999'999) / 1'000'000, kLongestMs);
  return epoll_wait(epoll, events.data(), count, static_cast<int>(ms));
}

}  // namespace

SocketWatch::SocketWatch() : epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

bool SocketWatch::AddBell(int bell) {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.u64 = kBell;
  return epoll_ctl(epoll_.descriptor(), EPOLL_CTL_ADD, bell, &event) == 0;
}

void SocketWatch::Opened(int socket) {
  At(socket) = Watched{};
  At(socket).connection = true;
}

void SocketWatch::Closed(int socket) { At(socket) = Watched{}; }

void SocketWatch::Want(int socket, std::uint32_t owner, Interest interest) {
  Watched& watched = At(socket);
  watched.wanted = EventsOf(interest);
  const bool moved = watched.owner != owner;
  watched.owner = owner;
  const bool idle = watched.wanted == 0;
  if (idle && watched.connection && watched.registered == EPOLLIN && !moved) return;
  if (watched.wanted != watched.registered || (moved && !idle)) Register(socket, watched.wanted);
}

std::span<const SocketWatch::Ready> SocketWatch::Wait(std::optional<base::Duration> real) {
  ready_.clear();
  const int found = WaitForEvents(epoll_.descriptor(), events_, real);
  for (int i = 0; i < found; ++i) {
    const epoll_event& event = events_[static_cast<std::size_t>(i)];
    if (event.data.u64 == kBell) continue;
    const int socket = static_cast<int>(event.data.u64 & 0x7fffffffU);
    Watched& watched = At(socket);
    if (watched.wanted == 0) {
      // An idle connection was closed by the server. It would be reported for ever.
      Register(socket, 0);
      continue;
    }
    ready_.push_back({socket, static_cast<std::uint32_t>(event.data.u64 >> 32),
                      (event.events & EPOLLIN) != 0, (event.events & EPOLLOUT) != 0,
                      (event.events & (EPOLLERR | EPOLLHUP)) != 0});
  }
  return ready_;
}

SocketWatch::Watched& SocketWatch::At(int socket) {
  const auto index = static_cast<std::size_t>(socket);
  if (index >= watched_.size()) watched_.resize(index + 1);
  return watched_[index];
}

// Sets what epoll reports for `socket`; 0 takes it out (an error or hang-up is reported even for an
// empty set of events).
void SocketWatch::Register(int socket, std::uint32_t events) {
  Watched& watched = At(socket);
  epoll_event event{};
  event.events = events;
  event.data.u64 = std::uint64_t{watched.owner} << 32 | static_cast<std::uint32_t>(socket);
  int how = watched.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (events == 0) how = EPOLL_CTL_DEL;
  int failed = epoll_ctl(epoll_.descriptor(), how, socket, &event);
  // The descriptor was closed and opened again without our knowledge, or was watched all along.
  if (failed != 0 && how == EPOLL_CTL_MOD && errno == ENOENT) {
    failed = epoll_ctl(epoll_.descriptor(), EPOLL_CTL_ADD, socket, &event);
  } else if (failed != 0 && how == EPOLL_CTL_ADD && errno == EEXIST) {
    failed = epoll_ctl(epoll_.descriptor(), EPOLL_CTL_MOD, socket, &event);
  }
  watched.registered = failed == 0 ? events : 0;
}

}  // namespace rehome::http
