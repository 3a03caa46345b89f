#include "base/new_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "base/random.h"

namespace rehome::base {
namespace {

// Bytes gathered for one write: less costs system calls, more only memory.
constexpr std::size_t kGathered = 64 << 10;

std::string Resolved(const std::string& path) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                         &std::free);
  return real == nullptr ? path : real.get();
}

std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string NameBeside(const std::string& path) {
  return path + "." + Random(EntropySeed()).Uuid().substr(0, 8);
}

std::string LinkOf(const File& file) {
  return "/proc/self/fd/" + std::to_string(file.descriptor());
}

}  // namespace

NewFile::NewFile(std::string path, std::string temporary, File file)
    : path_(std::move(path)), temporary_(std::move(temporary)), file_(std::move(file)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})),
      file_(std::move(other.file_)),
      buffer_(std::move(other.buffer_)) {}

NewFile::~NewFile() {
  if (!temporary_.empty()) unlink(temporary_.c_str());
}

Result<NewFile> NewFile::Create(const std::string& path) {
  const std::string real = Resolved(path);
  const std::string directory = DirectoryOf(real);
  const int unnamed = open(directory.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  // Without a /proc to link it from it could never get a name.
  if (unnamed >= 0) {
    File file(unnamed, path);
    if (access(LinkOf(file).c_str(), F_OK) == 0) return NewFile(real, "", std::move(file));
  }
  const std::string temporary = NameBeside(real);
  const int named = open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (named < 0) return SystemError("create", path, errno);
  return NewFile(real, temporary, File(named, path));
}

Status NewFile::Write(std::string_view bytes) {
  buffer_ += bytes;
  return buffer_.size() < kGathered ? Status() : Flush();
}

Status NewFile::Flush() {
  Status status = file_.Write(buffer_);
  buffer_.clear();
  return status;
}

std::string NewFile::ReadablePath() const {
  return temporary_.empty() ? LinkOf(file_) : temporary_;
}

Status NewFile::Publish(Existing existing) {
  RETURN_IF_ERROR(Flush());
  RETURN_IF_ERROR(file_.Sync());
  if (existing == Existing::kKeep) {
    RETURN_IF_ERROR(NameIt(path_));
    return SyncDirectory(DirectoryOf(path_));
  }
  if (temporary_.empty()) {
    const std::string name = NameBeside(path_);
    RETURN_IF_ERROR(NameIt(name));
    temporary_ = name;
  }
  RETURN_IF_ERROR(RenameFile(temporary_, path_));
  temporary_.clear();
  return {};
}

// A rename would replace what has the name; a link to it fails. Where files can have one name only
// the temporary one goes over.
Status NewFile::NameIt(const std::string& name) {
  const std::string now = ReadablePath();
  if (linkat(AT_FDCWD, now.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
    if (!temporary_.empty()) unlink(std::exchange(temporary_, {}).c_str());
    return {};
  }
  const bool has_no_links = errno == EPERM || errno == EOPNOTSUPP;
  if (!has_no_links || temporary_.empty()) return SystemError("create", path_, errno);
  if (renameat2(AT_FDCWD, now.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE) != 0) {
    return SystemError("create", path_, errno);
  }
  temporary_.clear();
  return {};
}

bool IsSameFile(const std::string& a, const std::string& b) {
  struct stat of_a {};
  struct stat of_b {};
  return stat(a.c_str(), &of_a) == 0 && stat(b.c_str(), &of_b) == 0 && of_a.st_dev == of_b.st_dev &&
         of_a.st_ino == of_b.st_ino;
}

}  // namespace rehome::base
