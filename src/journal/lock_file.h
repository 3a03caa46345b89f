#pragma once

#include <string>

#include "base/file.h"
#include "base/result.h"

namespace rehome::journal {

/// An open lock file. The lock is an `flock` on it; it goes with the last descriptor, so with the
/// process. The file is never removed: two files under one name could both be locked. One thread.
class LockFile {
 public:
  enum class IfMissing { kCreate, kFail };

  /// Opens `path`; a new file can be locked by every user. kNotFound with kFail.
  static base::Result<LockFile> Open(const std::string& path, IfMissing if_missing);

  /// Takes the lock unless somebody has it. Never waits.
  base::Result<bool> TryLock();
  /// Whether somebody holds the lock, this object included. Takes nothing, so it cannot get in the
  /// way of one who is just taking it.
  base::Result<bool> IsHeld() const;
  /// Whether `path` still leads to this very file.
  bool IsInPlace() const;

  /// The text in the file, at most 64 KiB; may be empty or torn while another process writes it.
  std::string ReadText() const;
  /// Replaces the text; for the holder. Failure is harmless: the text is for people only.
  base::Status WriteText(const std::string& text);

  const std::string& path() const { return path_; }

 private:
  LockFile(std::string path, base::File file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  base::File file_;
};

}  // namespace rehome::journal
