#include "base/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

namespace rehome::base {
namespace {

std::string ParentOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

Result<File> Open(const std::string& path, int flags, std::string_view doing) {
  const int descriptor = open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (descriptor < 0) return SystemError(doing, path, errno);
  return File(descriptor, path);
}

// A file that an earlier process left behind has the mode which that one, or a person, gave it.
// Errors name the file as it is `called` by who wants it, unless something is in the place of
// `path`.
Result<File> CreateForOwner(const std::string& path, std::string_view doing,
                            const std::string& called) {
  const int descriptor =
      open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  const int failed = errno;
  if (descriptor < 0) return SystemError(doing, Stat(path) ? path : called, failed);
  File file(descriptor, called);
  if (fchmod(descriptor, 0600) != 0) return SystemError(doing, path, errno);
  return file;
}

// Another's directory that may be entered but not read cannot be synced by us.
Status SyncParentOf(const std::string& path) {
  const std::string parent = ParentOf(path);
  if (access(parent.c_str(), R_OK) != 0 && errno == EACCES) return {};
  return SyncDirectory(parent);
}

enum class Durability { kSynced, kUnsynced };

Status Replace(const std::string& path, std::string_view bytes, Durability durability) {
  const std::string temporary = path + ".tmp";
  auto file = CreateForOwner(temporary, "write", path);
  if (!file) return file.error();
  RETURN_IF_ERROR(file->Write(bytes));
  if (durability == Durability::kSynced) RETURN_IF_ERROR(file->Sync());
  if (durability == Durability::kSynced) return RenameFile(temporary, path);
  if (rename(temporary.c_str(), path.c_str()) != 0) return SystemError("replace", path, errno);
  return {};
}

}  // namespace

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)) {}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    if (descriptor_ >= 0) close(descriptor_);
    descriptor_ = std::exchange(other.descriptor_, -1);
    name_ = std::move(other.name_);
  }
  return *this;
}

File::~File() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<std::size_t> File::ReadAt(std::int64_t offset, std::span<char> into) const {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = pread(descriptor_, into.data() + done, into.size() - done,
                              static_cast<off_t>(offset) + static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", name_, errno);
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Status File::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return SystemError("write", name_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

Status File::Sync() {
  if (fsync(descriptor_) != 0) return SystemError("sync", name_, errno);
  return {};
}

Result<FileFacts> Stat(const std::string& path) {
  struct stat facts {};
  if (stat(path.c_str(), &facts) != 0) return SystemError("open", path, errno);
  FileFacts result;
  if (S_ISREG(facts.st_mode)) {
    result.kind = FileFacts::Kind::kRegular;
  } else if (S_ISDIR(facts.st_mode)) {
    result.kind = FileFacts::Kind::kDirectory;
  } else if (S_ISFIFO(facts.st_mode)) {
    result.kind = FileFacts::Kind::kPipe;
  }
  result.size = facts.st_size;
  result.mode = facts.st_mode & 07777;
  result.modified_ns = facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec;
  return result;
}

Result<File> OpenForReading(const std::string& path) { return Open(path, O_RDONLY, "open"); }

Result<File> CreateFile(const std::string& path) { return CreateForOwner(path, "create", path); }

Result<File> OpenForAppending(const std::string& path) {
  return Open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, "open");
}

Result<File> CreateUnnamedFile(const std::string& directory) {
  const int unnamed = open(directory.c_str(), O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);
  if (unnamed >= 0) return File(unnamed, "a temporary file in " + directory);
  std::string pattern = directory + "/.rehome-XXXXXX";
  const int descriptor = mkostemp(pattern.data(), O_CLOEXEC);
  if (descriptor < 0) return SystemError("create a temporary file in", directory, errno);
  unlink(pattern.c_str());
  return File(descriptor, "a temporary file in " + directory);
}

Result<std::string> ReadWholeFile(const std::string& path, std::int64_t max_bytes) {
  auto file = OpenForReading(path);
  if (!file) return file.error();
  std::string bytes;
  std::string block(64 << 10, '\0');
  while (true) {
    const ssize_t got = read(file->descriptor(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return SystemError("read", path, errno);
    if (got == 0) return bytes;
    bytes.append(block.data(), static_cast<std::size_t>(got));
    if (static_cast<std::int64_t>(bytes.size()) > max_bytes) {
      return Error{ErrorCode::kIo,
                   path + ": is larger than " + std::to_string(max_bytes) + " bytes"};
    }
  }
}

Status ReplaceFile(const std::string& path, std::string_view bytes) {
  return Replace(path, bytes, Durability::kSynced);
}

Status ReplaceFileUnsynced(const std::string& path, std::string_view bytes) {
  return Replace(path, bytes, Durability::kUnsynced);
}

std::optional<std::string> ReplaceablePath(const std::string& path) {
  const auto facts = Stat(path);
  if (facts && facts->kind == FileFacts::Kind::kRegular) {
    const std::unique_ptr<char, decltype(&std::free)> real(realpath(path.c_str(), nullptr),
                                                           &std::free);
    return real == nullptr ? path : real.get();
  }
  struct stat link {};
  const bool absent = !facts && lstat(path.c_str(), &link) != 0;
  return absent ? std::optional(path) : std::nullopt;
}

Result<File> OpenToWriteInto(const std::string& path) {
  return Open(path, O_WRONLY | O_CREAT | O_NOCTTY, "write");
}

Status WriteWhereNamed(const std::string& path, std::string_view bytes) {
  if (const auto replaceable = ReplaceablePath(path)) return ReplaceFile(*replaceable, bytes);
  auto file = OpenToWriteInto(path);
  if (!file) return file.error();
  return file->Write(bytes);
}

Status RenameFile(const std::string& temporary, const std::string& path) {
  if (rename(temporary.c_str(), path.c_str()) != 0) return SystemError("replace", path, errno);
  return SyncDirectory(ParentOf(path));
}

Status SyncDirectory(const std::string& path) {
  auto directory = Open(path, O_RDONLY | O_DIRECTORY, "open");
  if (!directory) return directory.error();
  return directory->Sync();
}

Status MakeDirectories(const std::string& path) {
  if (path.empty() || path == "/" || path == ".") return {};
  if (mkdir(path.c_str(), 0700) == 0) return SyncParentOf(path);
  const int error = errno;
  if (error == EEXIST) {
    const auto facts = Stat(path);
    const bool is_there = facts && facts->kind == FileFacts::Kind::kDirectory;
    if (!is_there) return SystemError("create the directory", path, ENOTDIR);
    // Whoever made it may have died before it was durable.
    return SyncParentOf(path);
  }
  if (error != ENOENT) return SystemError("create the directory", path, error);
  RETURN_IF_ERROR(MakeDirectories(ParentOf(path)));
  if (mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return SyncParentOf(path);
  return SystemError("create the directory", path, errno);
}

Result<std::vector<std::string>> ListDirectory(const std::string& path) {
  DIR* directory = opendir(path.c_str());
  if (directory == nullptr) return SystemError("list", path, errno);
  std::vector<std::string> names;
  while (const dirent* entry = readdir(directory)) {  // NOLINT(concurrency-mt-unsafe): own DIR
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  closedir(directory);
  std::sort(names.begin(), names.end());
  return names;
}

Status RemoveFile(const std::string& path) {
  if (unlink(path.c_str()) != 0) return SystemError("remove", path, errno);
  return {};
}

std::int64_t FreeBytes(const std::string& path) {
  std::string at = AbsolutePath(path);
  struct statvfs facts {};
  while (statvfs(at.c_str(), &facts) != 0) {
    if (at == "/") return 0;
    at = ParentOf(at);
  }
  return static_cast<std::int64_t>(facts.f_bavail) * static_cast<std::int64_t>(facts.f_frsize);
}

std::string AbsolutePath(const std::string& path) {
  if (!path.empty() && path.front() == '/') return path;
  std::string here(4096, '\0');
  if (getcwd(here.data(), here.size()) == nullptr) return path;
  here.resize(std::strlen(here.c_str()));
  return here + "/" + path;
}

Error SystemError(std::string_view doing, const std::string& path, int error_number) {
  ErrorCode code = ErrorCode::kIo;
  if (error_number == ENOSPC || error_number == EDQUOT) code = ErrorCode::kDiskFull;
  if (error_number == ENOENT) code = ErrorCode::kNotFound;
  return {code, "cannot " + std::string(doing) + " " + path + ": " + std::strerror(error_number)};
}

}  // namespace rehome::base
