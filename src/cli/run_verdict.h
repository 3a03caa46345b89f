#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "journal/run_directory.h"
#include "journal/sqlite_journal.h"
#include "report/summary.h"

namespace rehome::cli {

/// What a run says of itself stands in several files, and a process may die between any two of
/// them. First all hear that it is not decided; then summary.json has the verdict; run.json, by
/// which every command judges whether something is left to do, comes last. Whoever dies between is
/// resumed and verified again: a run that says "finished" has a summary that is whole.

/// Takes back what summary.json, status.json and report.html say of a verification: there is one
/// that has not come to its end. run.json, row files and what the import counted stay.
base::Status WriteUndecided(const journal::RunDirectory& run, report::Summary summary);

/// What the import did, before there is a verdict: summary.json.
base::Status WriteSummary(const journal::RunDirectory& run, const report::Summary& summary);

/// The verdict, `summary.run`: summary.json and report.html, then run.json. The page is for people
/// and can be made again, so a verdict does not fail by it: gives the remark that it could not be
/// written, or nothing.
base::Result<std::string> WriteVerdict(const journal::RunDirectory& run,
                                       const report::Summary& summary,
                                       journal::JournalReader& journal);

/// Has status.json tell of a run that ended before what somebody found out about it since. Its time
/// and process stay those of the run: by them a resume judges what may still be on its way.
base::Status AmendStatus(const journal::RunDirectory& run, const report::Summary& summary,
                         std::string_view phase);

}  // namespace rehome::cli
