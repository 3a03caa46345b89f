#pragma once

#include <string>
#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace rehome::report {

/// A file that is written in pieces and takes its name only when it is whole: `path` holds the old
/// bytes or all the new ones. Without a Commit that succeeds nothing of it stays. One thread.
class StreamFile {
 public:
  static base::Result<StreamFile> Create(const std::string& path);
  StreamFile(StreamFile&&) noexcept = default;
  StreamFile& operator=(StreamFile&&) = delete;
  ~StreamFile();

  base::Status Write(std::string_view bytes);
  base::Status Commit();

 private:
  StreamFile(std::string path, base::File file);
  base::Status Flush();

  std::string path_;
  base::File file_;  // closed once committed
  std::string buffer_;
};

}  // namespace rehome::report
