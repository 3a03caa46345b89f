#include "disk_log.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "points.h"

namespace shim {
namespace {

int log_file = -1;
long cut_after = 0;
long entries = 0;
pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) void OpenLog() {
  const char* path = getenv("SHIM_LOG");
  if (path == nullptr) return;
  log_file = static_cast<int>(
      syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (const char* cut = getenv("SHIM_CUT")) cut_after = std::strtol(cut, nullptr, 10);
}

struct __attribute__((packed)) Head {
  char change;
  std::uint64_t inode;
  std::uint64_t number;
  std::uint32_t path;
  std::uint32_t to;
  std::uint32_t bytes;
};

iovec Part(const void* bytes, std::size_t size) { return {const_cast<void*>(bytes), size}; }

}  // namespace

Recording::Recording(bool wanted) : on_(wanted && log_file >= 0) {
  if (on_) pthread_mutex_lock(&order);
}

Recording::~Recording() {
  if (on_) pthread_mutex_unlock(&order);
}

void Recording::Add(const Entry& entry) const {
  if (!on_) return;
  const Head head{static_cast<char>(entry.change),
                  entry.inode,
                  entry.number,
                  static_cast<std::uint32_t>(std::strlen(entry.path)),
                  static_cast<std::uint32_t>(std::strlen(entry.to)),
                  static_cast<std::uint32_t>(entry.size)};
  const std::array<iovec, 4> parts = {Part(&head, sizeof head), Part(entry.path, head.path),
                                      Part(entry.to, head.to), Part(entry.bytes, entry.size)};
  syscall(SYS_writev, log_file, parts.data(), parts.size());
  if (++entries == cut_after) Die();
}

}  // namespace shim
