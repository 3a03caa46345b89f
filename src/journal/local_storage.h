#pragma once

#include <string>

#include "base/result.h"

namespace rehome::journal {

/// Refuses `path` (a file or directory that exists) when it lies on a network or user-space file
/// system: locks and fsync cannot be relied on there. `remedy` ends the message.
base::Status CheckLocalStorage(const std::string& path, const std::string& remedy);

/// What the file system type `magic` of statfs(2) is called when it is one of those, else empty.
std::string NameOfRemoteFileSystem(long magic);

}  // namespace rehome::journal
