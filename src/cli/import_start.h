#pragma once

#include <optional>

#include "base/clock.h"
#include "cli/event_log.h"
#include "cli/exit_code.h"
#include "cli/progress_view.h"
#include "cli/session.h"
#include "journal/run_directory.h"

namespace rehome::cli {

struct ImportStart {
  bool yes = false;                           ///< consent was given
  bool new_run = false;                       ///< although one with other options is open
  std::optional<journal::RunDirectory> kept;  ///< a refused run that is started now
};

/// An import that has its target's lock, to its end: survey; goes on with an earlier run of the
/// same file, or asks for consent and makes one.
ExitCode StartImport(Session& session, const ImportStart& start, EventLog& events,
                     ProgressView& view, const base::Clock& clock);

}  // namespace rehome::cli
