#include "cli/spreadsheet_copies.h"

#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "base/text.h"
#include "cli/run_options.h"
#include "report/row_files.h"

namespace rehome::cli {
namespace {

bool IsSame(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error);
}

}  // namespace

base::Result<std::string> WriteSpreadsheetCopies(const journal::RunDirectory& run,
                                                 const journal::RunFacts& facts,
                                                 journal::JournalReader* journal,
                                                 const std::string& directory) {
  if (journal == nullptr) {
    return base::Error{
        base::ErrorCode::kUsage,
        "run " + facts.run_id +
            " goes on, and its row files are made at its end; ask for the copies then"};
  }
  const std::string path = base::AbsolutePath(directory);
  if (IsSame(path, run.path())) {
    return base::Error{base::ErrorCode::kUsage,
                       path +
                           ": the run's own row files keep the cells as they are, so that they "
                           "can be imported again; name another directory for the copies"};
  }
  RETURN_IF_ERROR(base::MakeDirectories(path));
  const RunOptions options = DecodeRunOptions(facts.options);
  auto columns = ColumnOptionsOf(options.input);
  if (!columns) return columns.error();
  auto note = report::WriteRowFiles(journal::RunDirectory(path), facts, *journal,
                                    {.full_success = options.full_success,
                                     .columns = *std::move(columns),
                                     .cells = report::RowCells::kSpreadsheetSafe});
  if (!note) return note.error();
  return note->note;
}

}  // namespace rehome::cli
