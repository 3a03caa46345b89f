#pragma once

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/event_log.h"
#include "cli/options.h"
#include "cli/session.h"
#include "journal/run_directory.h"

namespace rehome::cli {

/// What a run was, with the flags of now: its options and pace, its file, its target. Refuses
/// (kUsage) another target than its own; without a key, where none is needed, the target is not
/// asked. Takes no lock and reads no file yet.
base::Result<Session> ReopenRun(const ReopenOptions& options, const CommonOptions& common,
                                const journal::RunFacts& facts, KeyNeed need = KeyNeed::kNeeded);

/// Takes the target's lock, and what depends on the clock.
base::Status EnterTarget(Session& session, const ReopenOptions& options, const std::string& run_id,
                         EventLog& events, const base::Clock& clock);

/// Refuses (kUsage) a run of another user: files that we make there he could not write to, and the
/// other way round.
base::Status CheckIsOurs(const journal::RunDirectory& run);

/// Surveys the part `session.part` of the file, with what earlier retries of the run corrected in
/// it. It must be the one that the run began with (kInput otherwise, saying what to do). `facts`
/// are those since the lock was taken: the file may have moved while this waited.
base::Status SurveySameFile(Session& session, const ReopenOptions& options,
                            const journal::RunDirectory& run, const journal::RunFacts& facts,
                            const base::Clock& clock);

/// kInput, saying what to do, when the file that was surveyed is not the one of the run.
base::Status CheckSameFile(const Session& session, const journal::RunFacts& facts);

/// Takes over what earlier retries of the run corrected in its file.
base::Status TakeCorrections(Session& session, const journal::RunDirectory& run,
                             const journal::RunFacts& facts);

}  // namespace rehome::cli
