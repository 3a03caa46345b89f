#pragma once

#include <string>

#include "base/result.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"

namespace rehome::cli {

/// Writes copies of the row files of a run into `directory`, which is made if it is not there, so
/// that a spreadsheet takes every cell for what it is. Refuses (kUsage) the directory of the run
/// itself, and a run that goes on (`journal` is nullptr). Gives the remark about the row files, if
/// there is one.
base::Result<std::string> WriteSpreadsheetCopies(const journal::RunDirectory& run,
                                                 const journal::RunFacts& facts,
                                                 journal::JournalReader* journal,
                                                 const std::string& directory);

}  // namespace rehome::cli
