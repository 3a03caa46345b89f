#include "journal/local_storage.h"

#include <sys/vfs.h>

#include <cerrno>

#include "base/file.h"

namespace rehome::journal {

std::string NameOfRemoteFileSystem(long magic) {
  // From statfs(2); written out since not every libc's headers have them all. On 32-bit systems
  // the value is sign-extended, hence the mask.
  switch (static_cast<unsigned long>(magic) & 0xffffffffUL) {
    case 0x6969:
      return "NFS";
    case 0x517b:
    case 0xff534d42:
    case 0xfe534d42:
      return "SMB";
    case 0x01021997:
      return "9p";
    case 0x65735546:
      return "FUSE";
    default:
      return {};
  }
}

base::Status CheckLocalStorage(const std::string& path, const std::string& remedy) {
  struct statfs facts {};
  if (statfs(path.c_str(), &facts) != 0) return base::SystemError("examine", path, errno);
  const std::string name = NameOfRemoteFileSystem(static_cast<long>(facts.f_type));
  if (name.empty()) return {};
  return base::Error{base::ErrorCode::kUsage, path + ": is on a " + name +
                                                  " file system, where locks and fsync cannot be "
                                                  "relied on; " +
                                                  remedy};
}

}  // namespace rehome::journal
