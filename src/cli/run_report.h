#pragma once

#include "base/result.h"
#include "csv/dialect.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"
#include "report/summary.h"

namespace rehome::cli {

/// How the import of a run read the columns of its file.
base::Result<csv::ColumnOptions> ColumnsOf(const journal::RunFacts& facts);

/// Replaces report.html of a run that has come to its end.
base::Status WriteReport(const journal::RunDirectory& run, const report::Summary& summary,
                         journal::JournalReader& journal);

/// The same while it is not decided: a page without rows, which costs next to nothing and which the
/// verdict replaces.
base::Status WriteReportWithoutRows(const journal::RunDirectory& run,
                                    const report::Summary& summary);

/// Such a page for a run that begins or goes on, also in the place of an earlier process's, which
/// told of another end: a run that is killed has one too. It is for people, so a failure is not
/// fatal.
void WriteFirstReport(const journal::RunDirectory& run, const report::Summary& summary);

}  // namespace rehome::cli
