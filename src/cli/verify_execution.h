#pragma once

#include "cli/event_log.h"
#include "cli/exit_code.h"
#include "cli/progress_view.h"
#include "cli/session.h"
#include "journal/run_directory.h"

namespace rehome::cli {

/// Verifies a run that has ended: reads back what it wrote, and has run.json, summary.json and
/// status.json say what that came to. Sends nothing but reads. Its journal stays open all the
/// while, so that nobody else verifies or resumes the run meanwhile, whatever became of the
/// target's lock.
///
/// kDone when all is as it was written, kVerification when not or when it could not be completed;
/// an interrupted one leaves what the run says of itself as it was. 2, 4 or 75 when it could not
/// begin.
ExitCode ExecuteVerification(const Session& session, const journal::RunDirectory& run,
                             journal::RunFacts facts, EventLog& events, ProgressView& view,
                             const base::Clock& clock);

/// The same for commands that bring a run to its end: a verification that finds nothing ends with
/// the code of the run, which may have rows that failed. Says that only the verification is left.
ExitCode VerifyAgain(const Session& session, const journal::RunDirectory& run,
                     const journal::RunFacts& facts, EventLog& events, ProgressView& view,
                     const base::Clock& clock);

}  // namespace rehome::cli
