#pragma once

#include <functional>
#include <optional>

#include "base/clock.h"
#include "cli/event_log.h"
#include "cli/progress_view.h"
#include "cli/run_control.h"
#include "cli/run_end.h"
#include "cli/session.h"

namespace rehome::cli {

/// Waits until all shows on the target that an earlier process of the run may have sent until
/// `sent_until`: what is absent then never came to be, and needs no schedule of look-ups of its
/// own. Calls `beat` as often as a living run replaces its snapshot. Signals are held, and lines
/// from now on. Gives how the run ends when a signal, `ctl stop` or the deadline came first;
/// nothing was sent by then.
std::optional<RunEnd> OutlastLag(const Session& session, const journal::RunFacts& facts,
                                 base::WallTime sent_until, RunControl& control, EventLog& events,
                                 ProgressView& view, const base::Clock& clock,
                                 const std::function<void()>& beat);

}  // namespace rehome::cli
