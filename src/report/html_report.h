#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "csv/dialect.h"
#include "journal/sqlite_journal.h"
#include "report/masking.h"
#include "report/summary.h"

namespace rehome::report {

/// What the report page is made from.
struct HtmlReportInputs {
  const Summary& summary;
  /// nullptr while a run has it: the page then has no rows and no organizations, and says so.
  journal::JournalReader* journal = nullptr;
  csv::ColumnOptions columns;  ///< as the import had them
  Masking masking;
};

/// Gives the report as one HTML page to `write`, piece by piece: verdict, next step, phases, errors
/// by group, charts, organizations, every row that was rejected, failed or parked (the first
/// 100,000), and what was not checked. The page loads nothing; its one script is allowed by its
/// hash and takes the figures from an inert JSON block. Of the input it shows e-mail, external_id
/// and the organization, never another column. Memory does not depend on the number of rows.
base::Status RenderHtml(const HtmlReportInputs& inputs,
                        const std::function<base::Status(std::string_view)>& write);

/// The same as a file, which takes its name when it is whole (0600).
base::Status WriteHtmlReport(const std::string& path, const HtmlReportInputs& inputs);

}  // namespace rehome::report
