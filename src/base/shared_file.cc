#include "base/shared_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "base/file.h"

namespace rehome::base {
namespace {

constexpr mode_t kForEverybody = 0644;

std::string DirectoryOf(const std::string& path) {
  return std::filesystem::path(AbsolutePath(path)).parent_path().string();
}

}  // namespace

Status ReplaceSharedFile(const std::string& path, std::string_view bytes) {
  // A new one each time: others may write to the directory, and two runs may share the file.
  std::string temporary = path + ".XXXXXX";
  File file(mkostemp(temporary.data(), O_CLOEXEC), temporary);
  if (!file.is_open()) return SystemError("write", path, errno);
  Status written = file.Write(bytes);
  if (written && fchmod(file.descriptor(), kForEverybody) != 0) {
    written = SystemError("write", path, errno);
  }
  if (written && rename(temporary.c_str(), path.c_str()) != 0) {
    written = SystemError("replace", path, errno);
  }
  if (!written) unlink(temporary.c_str());
  return written;
}

Status CheckReplaceable(const std::string& path) {
  const auto facts = Stat(path);
  if (facts && facts->kind != FileFacts::Kind::kRegular) {
    return Error{ErrorCode::kUsage, path + " is no regular file"};
  }
  if (!facts && facts.error().code != ErrorCode::kNotFound) return facts.error();
  const std::string directory = DirectoryOf(path);
  const auto above = Stat(directory);
  if (!above) return above.error();
  if (above->kind != FileFacts::Kind::kDirectory) {
    return SystemError("write", path, ENOTDIR);
  }
  if (access(directory.c_str(), W_OK | X_OK) != 0) return SystemError("write", path, errno);
  return {};
}

}  // namespace rehome::base
