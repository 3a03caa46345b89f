#include "journal/lock_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/text.h"
#include "journal/local_storage.h"

namespace rehome::journal {
namespace {

constexpr unsigned kSharedMode = 01777;

bool IsSharedBySticky(const std::string& path) {
  const auto facts = base::Stat(path);
  return facts && facts->kind == base::FileFacts::Kind::kDirectory &&
         (facts->mode & kSharedMode) == kSharedMode;
}

// With its final mode from the first moment: another user must not find it half made.
base::Status MakeSharedDirectory(const std::string& path) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const std::string unfinished = path + "." + std::to_string(getpid());
  if (mkdir(unfinished.c_str(), 0700) != 0 && errno != EEXIST) {
    return base::SystemError("create the lock directory", path, errno);
  }
  const bool made =
      chmod(unfinished.c_str(), kSharedMode) == 0 &&
      renameat2(AT_FDCWD, unfinished.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0;
  const int error = made ? 0 : errno;
  if (!made) rmdir(unfinished.c_str());
  if (made || error == EEXIST) return {};
  return base::SystemError("create the lock directory", path, error);
}

base::Error Refused(const std::string& path, const std::string& why) {
  return {base::ErrorCode::kUsage,
          path + ": cannot hold locks, since " + why +
              "; set REHOME_LOCK_DIR, for every user of this machine, to a directory of your own"};
}

}  // namespace

std::string LockDirectory() {
  const char* chosen = std::getenv("REHOME_LOCK_DIR");  // NOLINT(concurrency-mt-unsafe)
  if (chosen != nullptr && *chosen != '\0') return base::AbsolutePath(chosen);
  return IsSharedBySticky("/run/lock") ? "/run/lock/rehome-locks" : "/tmp/rehome-locks";
}

base::Status PrepareLockDirectory(const std::string& path) {
  struct stat facts {};
  if (lstat(path.c_str(), &facts) != 0) {
    if (errno != ENOENT) return base::SystemError("examine the lock directory", path, errno);
    RETURN_IF_ERROR(MakeSharedDirectory(path));
    if (lstat(path.c_str(), &facts) != 0) {
      return base::SystemError("examine the lock directory", path, errno);
    }
  }
  // Somebody else's link or open directory would let him swap the files between two starts.
  if (S_ISLNK(facts.st_mode)) return Refused(path, "it is a symbolic link");
  if (!S_ISDIR(facts.st_mode)) return Refused(path, "it is not a directory");
  if ((facts.st_mode & S_IWOTH) != 0 && (facts.st_mode & S_ISVTX) == 0) {
    return Refused(path, "everyone may remove files there (it is not sticky)");
  }
  return CheckLocalStorage(path, "set REHOME_LOCK_DIR to a local directory");
}

std::string OriginOf(std::string_view endpoint) {
  std::string origin = base::FoldAscii(base::Trim(endpoint));
  const std::size_t scheme_end = origin.find("://");
  const std::string scheme =
      scheme_end == std::string::npos ? "https" : origin.substr(0, scheme_end);
  std::string host = scheme_end == std::string::npos ? origin : origin.substr(scheme_end + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  host = host.substr(host.find('@') == std::string::npos ? 0 : host.find('@') + 1);
  // A colon within brackets belongs to an IPv6 address.
  const std::size_t colon = host.rfind(':');
  const bool has_port = colon != std::string::npos && host.find(']', colon) == std::string::npos;
  if (!has_port) host += scheme == "http" ? ":80" : ":443";
  return scheme + "://" + host;
}

}  // namespace rehome::journal
