#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace rehome::journal {

/// Where the lock files of this machine are: $REHOME_LOCK_DIR; else /run/lock/rehome-locks where
/// /run/lock is writable for everyone; else /tmp/rehome-locks. It does not depend on who asks: two
/// users must come to the same file, or they would not exclude each other.
std::string LockDirectory();

/// Makes the directory, sticky and writable for everyone, unless it exists; then checks that it is
/// safe to use: local, no symbolic link, and sticky if others may write to it.
base::Status PrepareLockDirectory(const std::string& path);

/// `https://api.workos.com:443` of any URL there: lower case, the port written out, no path.
std::string OriginOf(std::string_view endpoint);

}  // namespace rehome::journal
