#pragma once

#include <string>

#include "base/result.h"

namespace rehome::journal {

/// Looks for damage in SQLite's write-ahead log at `path`; fine when there is none. For the only
/// process that has it, which has changed nothing in it yet.
///
/// SQLite takes a log for ended at the first frame whose checksum is wrong, since that is how a
/// power cut leaves the last commit. But each commit is synced before the next one is begun: where
/// a later commit begins with a whole frame, what is wrong was durable once, and commits would be
/// forgotten. kFormat then. The very last commit cannot be told from one that never was.
base::Status CheckWal(const std::string& path);

}  // namespace rehome::journal
