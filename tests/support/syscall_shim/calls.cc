// The calls by which the product, SQLite and libcurl touch files and sockets. Each does what libc's
// does, with the system call itself, after the points of the test were told.

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>

#include "disk_log.h"
#include "places.h"
#include "points.h"

namespace {

using shim::Change;
using shim::Place;
using shim::Recording;
using shim::When;

// `call` gets whether it is to write only half of its bytes.
template <class Call>
auto Guard(const char* function, const char* role, const char* detail, Call call)
    -> decltype(call(false)) {
  if (*role == '\0') return call(false);
  shim::List(function, role, detail);
  const shim::Verdict before = shim::Visit(function, role, When::kBefore);
  if (before.error != 0) {
    errno = before.error;
    return -1;
  }
  const auto result = call(before.cut_short);
  if (result < 0 && errno != EINPROGRESS) return result;
  const int kept_errno = errno;
  const shim::Verdict after = shim::Visit(function, role, When::kAfter);
  errno = after.error != 0 ? after.error : kept_errno;
  return after.error != 0 ? -1 : result;
}

bool Exists(const char* path) {
  struct stat facts {};
  return lstat(path, &facts) == 0;
}

std::uint64_t InodeOf(int descriptor) {
  struct stat facts {};
  return fstat(descriptor, &facts) == 0 ? facts.st_ino : 0;
}

std::uint64_t InodeOf(const char* path) {
  struct stat facts {};
  return lstat(path, &facts) == 0 ? facts.st_ino : 0;
}

int Open(const char* path, int flags, mode_t mode) {
  const bool unnamed = (flags & O_TMPFILE) == O_TMPFILE;
  const char* role = shim::RoleOf(path);
  if (unnamed && *role != '\0') role = "scratch";
  return Guard("open", role, (flags & O_CREAT) != 0 ? "create" : "", [&](bool) {
    const Recording recording(shim::IsKept(role));
    const bool is_new = recording.on() && (flags & O_CREAT) != 0 && !Exists(path);
    const int descriptor = static_cast<int>(syscall(SYS_openat, AT_FDCWD, path, flags, mode));
    if (descriptor < 0) return descriptor;
    const Place place{role, *role == '\0' ? 0 : InodeOf(descriptor), (flags & O_APPEND) != 0};
    shim::Note(descriptor, place);
    if (is_new) {
      recording.Add({.change = Change::kCreate, .inode = place.inode, .path = path});
    } else if ((flags & O_TRUNC) != 0) {
      recording.Add({.change = Change::kTruncate, .inode = place.inode});
    }
    return descriptor;
  });
}

ssize_t Write(int descriptor, const void* bytes, size_t size, off_t offset, const char* function) {
  const Place place = shim::PlaceOf(descriptor);
  // A point of its own: before it nothing of the next commit is on the disk or in the page cache.
  if (shim::NoteWrite(descriptor) && Guard("begin", place.role, "", [](bool) { return 0; }) < 0) {
    return -1;
  }
  return Guard(function, place.role, "", [&](bool cut_short) -> ssize_t {
    const size_t wanted = cut_short ? size / 2 : size;
    const Recording recording(shim::IsKept(place.role));
    off_t at = offset;
    if (recording.on() && offset < 0) at = lseek(descriptor, 0, place.append ? SEEK_END : SEEK_CUR);
    const ssize_t put = offset < 0 ? syscall(SYS_write, descriptor, bytes, wanted)
                                   : syscall(SYS_pwrite64, descriptor, bytes, wanted, offset);
    if (put > 0) {
      recording.Add({.change = Change::kWrite,
                     .inode = place.inode,
                     .number = static_cast<std::uint64_t>(at),
                     .bytes = bytes,
                     .size = static_cast<std::size_t>(put)});
    }
    return put;
  });
}

int Sync(int descriptor, long number, const char* function, std::uint64_t data_only) {
  const Place place = shim::PlaceOf(descriptor);
  return Guard(function, place.role, "", [&](bool) {
    const Recording recording(shim::IsKept(place.role));
    const int done = static_cast<int>(syscall(number, descriptor));
    if (done == 0) {
      shim::NoteSync(descriptor);
      recording.Add({.change = Change::kSync, .inode = place.inode, .number = data_only});
    }
    return done;
  });
}

int Truncate(int descriptor, off_t size) {
  const Place place = shim::PlaceOf(descriptor);
  return Guard("ftruncate", place.role, "", [&](bool) {
    const Recording recording(shim::IsKept(place.role));
    const int done = static_cast<int>(syscall(SYS_ftruncate, descriptor, size));
    if (done == 0) {
      recording.Add({.change = Change::kTruncate,
                     .inode = place.inode,
                     .number = static_cast<std::uint64_t>(size)});
    }
    return done;
  });
}

ssize_t Send(int descriptor, const void* bytes, size_t size, int flags, const sockaddr* to,
             socklen_t to_size) {
  const Place place = shim::PlaceOf(descriptor);
  // The method of a request.
  char word[8] = {};
  std::memcpy(word, bytes, size < 7 ? size : 7);
  if (char* blank = std::strchr(word, ' ')) *blank = '\0';
  return Guard("send", place.role, word, [&](bool) -> ssize_t {
    const ssize_t sent = syscall(SYS_sendto, descriptor, bytes, size, flags, to, to_size);
    if (sent > 0) {
      const Recording recording(*place.role != '\0');
      recording.Add({.change = Change::kSend});
    }
    return sent;
  });
}

ssize_t Receive(int descriptor, void* bytes, size_t size, int flags, sockaddr* from,
                socklen_t* from_size) {
  return Guard("recv", shim::PlaceOf(descriptor).role, "", [&](bool) -> ssize_t {
    return syscall(SYS_recvfrom, descriptor, bytes, size, flags, from, from_size);
  });
}

int Fcntl(int descriptor, int command, void* argument) {
  const bool locks = command == F_OFD_SETLK || command == F_SETLK;
  const char* role = locks ? shim::PlaceOf(descriptor).role : "";
  const int result = Guard("fcntl", role, "", [&](bool) {
    return static_cast<int>(syscall(SYS_fcntl, descriptor, command, argument));
  });
  const bool doubles = command == F_DUPFD || command == F_DUPFD_CLOEXEC;
  if (doubles && result >= 0) shim::Note(result, shim::PlaceOf(descriptor));
  return result;
}

int Rename(const char* from, const char* to, unsigned flags) {
  const char* role = shim::RoleOf(to);
  return Guard("rename", role, "", [&](bool) {
    const Recording recording(shim::IsKept(role));
    const int done = static_cast<int>(syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags));
    if (done == 0) recording.Add({.change = Change::kRename, .path = from, .to = to});
    return done;
  });
}

int Remove(const char* path, int flags, const char* function) {
  const char* role = shim::RoleOf(path);
  const auto change = flags == 0 ? Change::kUnlink : Change::kRemoveDirectory;
  return Guard(function, role, "", [&](bool) {
    const Recording recording(shim::IsKept(role));
    const int done = static_cast<int>(syscall(SYS_unlinkat, AT_FDCWD, path, flags));
    if (done == 0) recording.Add({.change = change, .path = path});
    return done;
  });
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return Open(path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return Open(path, flags, mode);
}

int close(int descriptor) {
  shim::Forget(descriptor);
  return static_cast<int>(syscall(SYS_close, descriptor));
}

ssize_t write(int descriptor, const void* bytes, size_t size) {
  return Write(descriptor, bytes, size, -1, "write");
}

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  return Write(descriptor, bytes, size, offset, "pwrite");
}

ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) {
  return Write(descriptor, bytes, size, offset, "pwrite");
}

ssize_t read(int descriptor, void* into, size_t size) {
  return Guard("read", shim::PlaceOf(descriptor).role, "",
               [&](bool) -> ssize_t { return syscall(SYS_read, descriptor, into, size); });
}

ssize_t pread(int descriptor, void* into, size_t size, off_t offset) {
  return Guard("pread", shim::PlaceOf(descriptor).role, "", [&](bool) -> ssize_t {
    return syscall(SYS_pread64, descriptor, into, size, offset);
  });
}

ssize_t pread64(int descriptor, void* into, size_t size, off64_t offset) {
  return pread(descriptor, into, size, offset);
}

int fsync(int descriptor) { return Sync(descriptor, SYS_fsync, "fsync", 0); }

int fdatasync(int descriptor) { return Sync(descriptor, SYS_fdatasync, "fdatasync", 1); }

int ftruncate(int descriptor, off_t size) noexcept { return Truncate(descriptor, size); }

int ftruncate64(int descriptor, off64_t size) noexcept { return Truncate(descriptor, size); }

int flock(int descriptor, int operation) noexcept {
  return Guard("flock", shim::PlaceOf(descriptor).role, "",
               [&](bool) { return static_cast<int>(syscall(SYS_flock, descriptor, operation)); });
}

int fcntl(int descriptor, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  return Fcntl(descriptor, command, argument);
}

int fcntl64(int descriptor, int command, ...) {
  va_list rest;
  va_start(rest, command);
  void* argument = va_arg(rest, void*);
  va_end(rest);
  return Fcntl(descriptor, command, argument);
}

int mkdir(const char* path, mode_t mode) noexcept {
  const char* role = shim::RoleOf(path);
  return Guard("mkdir", role, "", [&](bool) {
    const Recording recording(shim::IsKept(role));
    const int done = static_cast<int>(syscall(SYS_mkdirat, AT_FDCWD, path, mode));
    if (done == 0) {
      recording.Add({.change = Change::kMakeDirectory, .inode = InodeOf(path), .path = path});
    }
    return done;
  });
}

int rmdir(const char* path) noexcept { return Remove(path, AT_REMOVEDIR, "rmdir"); }

int unlink(const char* path) noexcept { return Remove(path, 0, "unlink"); }

int rename(const char* from, const char* to) noexcept { return Rename(from, to, 0); }

int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) noexcept {
  if (from_at == AT_FDCWD && to_at == AT_FDCWD) return Rename(from, to, flags);
  return static_cast<int>(syscall(SYS_renameat2, from_at, from, to_at, to, flags));
}

int socket(int domain, int type, int protocol) noexcept {
  const int made = static_cast<int>(syscall(SYS_socket, domain, type, protocol));
  const bool network = domain == AF_INET || domain == AF_INET6;
  if (made >= 0) shim::Note(made, network ? Place{"socket", 0, false} : Place());
  return made;
}

int connect(int descriptor, const sockaddr* address, socklen_t size) {
  return Guard("connect", shim::PlaceOf(descriptor).role, "", [&](bool) {
    return static_cast<int>(syscall(SYS_connect, descriptor, address, size));
  });
}

ssize_t send(int descriptor, const void* bytes, size_t size, int flags) {
  return Send(descriptor, bytes, size, flags, nullptr, 0);
}

ssize_t sendto(int descriptor, const void* bytes, size_t size, int flags, const sockaddr* to,
               socklen_t to_size) {
  return Send(descriptor, bytes, size, flags, to, to_size);
}

ssize_t recv(int descriptor, void* bytes, size_t size, int flags) {
  return Receive(descriptor, bytes, size, flags, nullptr, nullptr);
}

ssize_t recvfrom(int descriptor, void* bytes, size_t size, int flags, sockaddr* from,
                 socklen_t* from_size) {
  return Receive(descriptor, bytes, size, flags, from, from_size);
}

}  // extern "C"
