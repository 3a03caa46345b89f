#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace rehome::base {

/// An open file; closes when it goes. Its errors name it as `name`. Not thread-safe except
/// `ReadAt`.
class File {
 public:
  File() = default;
  explicit File(int descriptor, std::string name = "file")
      : descriptor_(descriptor), name_(std::move(name)) {}
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  bool is_open() const { return descriptor_ >= 0; }
  int descriptor() const { return descriptor_; }
  /// Reads at `offset` until `into` is full or the file ends; gives the number of bytes read.
  Result<std::size_t> ReadAt(std::int64_t offset, std::span<char> into) const;
  /// Appends all of `bytes` or fails (short writes are continued).
  Status Write(std::string_view bytes);
  Status Sync();

 private:
  int descriptor_ = -1;
  std::string name_;
};

struct FileFacts {
  enum class Kind { kRegular, kDirectory, kPipe, kOther };
  Kind kind = Kind::kOther;
  std::int64_t size = 0;  ///< bytes
  unsigned mode = 0;      ///< permission bits
  std::int64_t modified_ns = 0;
};

/// Facts of an existing path; kNotFound when it does not exist.
Result<FileFacts> Stat(const std::string& path);
Result<File> OpenForReading(const std::string& path);
/// Creates or empties a file, mode 0600 also when it was there.
Result<File> CreateFile(const std::string& path);
/// Opens for appending, creating it with mode 0600.
Result<File> OpenForAppending(const std::string& path);
/// An unnamed temporary file in `directory` (removed by the system when closed), read and write.
Result<File> CreateUnnamedFile(const std::string& directory);
Result<std::string> ReadWholeFile(const std::string& path, std::int64_t max_bytes = 64 << 20);
/// Writes `bytes` to `path` atomically: temporary file, fsync, rename, fsync of the directory.
Status ReplaceFile(const std::string& path, std::string_view bytes);
/// The same without fsync: for snapshots that the next one replaces anyway.
Status ReplaceFileUnsynced(const std::string& path, std::string_view bytes);
/// The path to replace when a person names `path` for output: of the regular file there, links
/// followed, or `path` itself when nothing is there. Nothing for a pipe, a device, or a link to
/// what is not there yet: those are written into.
std::optional<std::string> ReplaceablePath(const std::string& path);
/// Opens a path of which ReplaceablePath gives nothing.
Result<File> OpenToWriteInto(const std::string& path);
/// For a path that a person names: replaces the regular file there, or the one that its links lead
/// to; what is no regular file (a pipe, a device) stays and is written into.
Status WriteWhereNamed(const std::string& path, std::string_view bytes);
/// Puts the finished file `temporary` in the place of `path`: rename, fsync of the directory. Both
/// are in one directory; the caller has synced the bytes.
Status RenameFile(const std::string& temporary, const std::string& path);
/// Makes the names in a directory durable: those that were made, renamed or removed until now.
Status SyncDirectory(const std::string& path);
/// Creates the directory and its parents, each 0700; fine when it exists. All are durable, unless
/// the one above may not be read.
Status MakeDirectories(const std::string& path);
/// Names in the directory, sorted, without "." and "..".
Result<std::vector<std::string>> ListDirectory(const std::string& path);
Status RemoveFile(const std::string& path);
/// Bytes free for this user on the file system that holds `path` (or its nearest existing parent).
std::int64_t FreeBytes(const std::string& path);
/// Absolute form of `path` (not resolved through links).
std::string AbsolutePath(const std::string& path);
/// The error for a failed system call on `path`: names both and picks kDiskFull for ENOSPC/EDQUOT.
Error SystemError(std::string_view doing, const std::string& path, int error_number);

}  // namespace rehome::base
