#include "cli/line_outlet.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <utility>

namespace rehome::cli {
namespace {

// What a pipe that says it is ready takes without making the writer wait, and in one piece.
constexpr std::size_t kAtOnce = PIPE_BUF;

// As many whole lines as go at once, so that what else comes to the same pipe cuts none in two.
std::string_view FirstPiece(std::string_view text) {
  if (text.size() <= kAtOnce) return text;
  const std::size_t end = text.rfind('\n', kAtOnce - 1);
  return text.substr(0, end == std::string_view::npos ? kAtOnce : end + 1);
}

}  // namespace

void LineOutlet::Put(std::string_view lines) {
  {
    base::MutexLock lock(mutex_);
    waiting_ += lines;
    if (held_) return;
  }
  TakeWaiting();
  Write(Patience::kEndless);
}

void LineOutlet::Hold() {
  base::MutexLock lock(mutex_);
  held_ = true;
}

void LineOutlet::WriteReady() {
  TakeWaiting();
  Write(Patience::kNone);
}

void LineOutlet::WriteFirst(std::string_view text) {
  going_ += text;
  Write(Patience::kNone);
}

bool LineOutlet::Idle() {
  base::MutexLock lock(mutex_);
  return going_.empty() && waiting_.empty();
}

void LineOutlet::Release() {
  {
    base::MutexLock lock(mutex_);
    held_ = false;
  }
  TakeWaiting();
  Write(Patience::kEndless);
}

void LineOutlet::TakeWaiting() {
  base::MutexLock lock(mutex_);
  going_ += std::exchange(waiting_, {});
}

// Without the mutex: whoever puts a line must not wait for this.
void LineOutlet::Write(Patience patience) {
  std::string_view left = going_;
  // A pipe may have room and yet not be ready, so only who must not wait asks before he writes.
  while (!left.empty() && (patience == Patience::kEndless || IsReady(Patience::kNone))) {
    const std::string_view piece = FirstPiece(left);
    const ssize_t count = write(descriptor_, piece.data(), piece.size());
    if (count >= 0) {
      left.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      // Somebody else has made this stream one that does not wait.
      if (patience == Patience::kNone) break;
      IsReady(patience);
    } else if (errno != EINTR) {
      left.remove_prefix(piece.size());
    }
  }
  going_.erase(0, going_.size() - left.size());
}

// What is wrong with the stream, the write says.
bool LineOutlet::IsReady(Patience patience) const {
  pollfd stream{.fd = descriptor_, .events = POLLOUT, .revents = 0};
  while (true) {
    const int ready = poll(&stream, 1, patience == Patience::kNone ? 0 : -1);
    if (ready >= 0 || errno != EINTR) return ready != 0;
  }
}

}  // namespace rehome::cli
