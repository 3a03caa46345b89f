#include "journal/lock_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace rehome::journal {
namespace {

// Each try loses against another process that creates the file at the same moment; two are enough
// unless somebody also removes it.
constexpr int kOpenTries = 20;

// NONBLOCK: a pipe that somebody put in place must not stop us.
constexpr int kOpenFlags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

// Without O_CREAT, which the kernel refuses for other users' files in a sticky directory
// (fs.protected_regular). Reading is enough for flock.
int OpenExisting(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | kOpenFlags);
  if (descriptor >= 0 || (errno != EACCES && errno != EROFS)) return descriptor;
  return open(path.c_str(), O_RDONLY | kOpenFlags);
}

int CreateShared(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | kOpenFlags, 0666);
  if (descriptor >= 0) fchmod(descriptor, 0666);  // whatever the umask says
  return descriptor;
}

// The whole file, far beyond its text too.
struct flock WholeFile(short type) {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  return range;
}

}  // namespace

base::Result<LockFile> LockFile::Open(const std::string& path, IfMissing if_missing) {
  for (int i = 0; i < kOpenTries; ++i) {
    int descriptor = OpenExisting(path);
    if (descriptor < 0 && errno == ENOENT && if_missing == IfMissing::kCreate) {
      descriptor = CreateShared(path);
      if (descriptor < 0 && errno == EEXIST) continue;
    }
    if (descriptor < 0) return base::SystemError("open the lock file", path, errno);
    LockFile file(path, base::File(descriptor));
    struct stat facts {};
    if (fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode)) return file;
    return base::Error{base::ErrorCode::kIo,
                       path + ": is not a regular file, so it cannot be locked; remove it"};
  }
  return base::Error{base::ErrorCode::kIo, path + ": is removed as fast as it is created"};
}

base::Result<bool> LockFile::TryLock() {
  while (flock(file_.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) return base::SystemError("lock", path_, errno);
  }
  // The second lock decides nothing: it only answers IsHeld, since of this kind the kernel says who
  // has one without taking it. A shared one, which a descriptor for reading may have too.
  struct flock mark = WholeFile(F_RDLCK);
  if (fcntl(file_.descriptor(), F_OFD_SETLK, &mark) == 0) return true;
  return base::SystemError("mark", path_, errno);
}

base::Result<bool> LockFile::IsHeld() const {
  struct flock question = WholeFile(F_WRLCK);
  if (fcntl(file_.descriptor(), F_OFD_GETLK, &question) != 0) {
    return base::SystemError("examine the lock on", path_, errno);
  }
  return question.l_type != F_UNLCK;
}

bool LockFile::IsInPlace() const {
  struct stat mine {};
  struct stat there {};
  if (fstat(file_.descriptor(), &mine) != 0 || lstat(path_.c_str(), &there) != 0) return false;
  return mine.st_nlink > 0 && mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
}

std::string LockFile::ReadText() const {
  std::string text(64 << 10, '\0');
  const auto size = file_.ReadAt(0, text);
  text.resize(size ? *size : 0);
  return text;
}

base::Status LockFile::WriteText(const std::string& text) {
  const ssize_t put = pwrite(file_.descriptor(), text.data(), text.size(), 0);
  if (put < 0 || ftruncate(file_.descriptor(), put) != 0) {
    return base::SystemError("write", path_, errno);
  }
  return {};
}

}  // namespace rehome::journal
