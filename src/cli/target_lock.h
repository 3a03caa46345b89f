#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/event_log.h"
#include "cli/progress_view.h"
#include "cli/session.h"
#include "cli/target.h"
#include "dispatch/settings.h"
#include "json/writer.h"
#include "pipeline/lease_protocol.h"

namespace rehome::cli {

/// The lock that `--coordinator target` keeps on the target itself, for imports from machines that
/// see neither each other's files nor one database.

/// How it is asked for and kept. `clock` must outlive it.
base::Result<std::unique_ptr<pipeline::LeaseProtocol>> MakeLeaseProtocol(const Target& target,
                                                                         const base::Clock& clock);

/// `user@host, pid N, since T` of a holder that may be on another machine.
std::string HolderText(const pipeline::LeaseNote& note);

/// The member `holder` of an object that is being written.
void WriteHolder(json::Writer& writer, const pipeline::LeaseNote& note);

/// Looks whether the target is free, and waits for that until `session.lock_until`: before the file
/// is read, so that most refusals come at once. Nothing is written. Gives how long it waited;
/// kLocked with the whole message.
base::Result<base::Duration> AwaitTargetLock(const Session& session, EventLog& events,
                                             const base::Clock& clock);
/// Takes it for a run, if the session wants it, and waits as above when another start was quicker.
/// Signals are held from then on; gives the one that came first, if one did: nothing is left on the
/// target then, as far as it answers.
base::Result<std::optional<int>> TakeTargetLock(Session& session, const std::string& run_id,
                                                EventLog& events, ProgressView& view,
                                                const base::Clock& clock);

/// Why the run must stop, once one of the session's locks was taken away. Any thread.
std::optional<base::Error> LockLost(const Session& session);
/// Has the dispatcher ask for the session's locks before it writes: a process that was suspended
/// may find the target taken when it wakes up. `session` must outlive it.
void HeedLocks(const Session& session, dispatch::DispatchSettings& settings);

}  // namespace rehome::cli
