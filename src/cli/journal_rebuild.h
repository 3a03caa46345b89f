#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "cli/session.h"
#include "journal/run_directory.h"

namespace rehome::cli {

/// Makes the journal of a run anew: empty, with the chunk map of its surveyed file. One that is
/// damaged is kept beside it under a name that says so; one that can be read whole is refused
/// (kUsage). From then on `facts` say that the run knows nothing of what it sent before.
base::Status RebuildJournal(const Session& session, const journal::RunDirectory& run,
                            journal::RunFacts& facts, const base::Clock& clock);

}  // namespace rehome::cli
