#pragma once

#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "cli/session.h"
#include "journal/run_directory.h"

namespace rehome::cli {

/// Keeps an import that was consented to and found its target locked, as a run in the state
/// `refused`, for `resume` or the same import to start; tells on stderr. Reads the header of the
/// file and no more, so that it takes as long for a file of any size. One that the holder imports
/// just now is not kept, and one that is kept already with the same options is not kept twice.
/// `new_run`: see ImportStart.
void KeepRefused(const Session& session, bool new_run, const base::Clock& clock);

/// The kept run of this very import, if there is one; others like it are forgotten.
std::optional<journal::RunDirectory> TakeKept(const Session& session);

/// Removes a kept run that came to nothing, which has only its run.json.
void ForgetKept(const journal::RunDirectory& run);

/// What keeps anything from being said of a refused run (kUsage).
base::Error NotBegun(const journal::RunFacts& facts);

/// kInput when the file is not as it was when the import was refused, by size and time.
base::Status CheckAsWhenRefused(const Session& session, const journal::RunFacts& facts);

}  // namespace rehome::cli
