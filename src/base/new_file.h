#pragma once

#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace rehome::base {

/// What becomes of a file that is there already.
enum class Existing { kKeep, kReplace };

/// A file for a path that a person named: written in pieces, for its owner only (0600), and without
/// that name until it is whole and on the disk. Where the file system allows it has no name at all
/// before, so that nothing of it is left whatever ends the process. One thread.
class NewFile {
 public:
  /// In the directory of `path`, which links are followed to.
  static Result<NewFile> Create(const std::string& path);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  Status Write(std::string_view bytes);
  /// Everything written can be read under a path after it.
  Status Flush();
  /// A path under which this process can read it now.
  std::string ReadablePath() const;
  /// Gives it its name. With kKeep fails when something has that name, also since a moment ago.
  Status Publish(Existing existing);

 private:
  NewFile(std::string path, std::string temporary, File file);
  Status NameIt(const std::string& name);

  std::string path_;
  std::string temporary_;  // its name until then; empty = it has none
  File file_;
  std::string buffer_;
};

/// Whether both paths lead to one file that exists.
bool IsSameFile(const std::string& a, const std::string& b);

}  // namespace rehome::base
