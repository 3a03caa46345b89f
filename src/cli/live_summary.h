#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/phase_progress.h"
#include "cli/session.h"
#include "journal/run_directory.h"
#include "pipeline/coordinator.h"
#include "report/summary.h"

namespace rehome::cli {

/// Counters of a run that has not begun to send.
report::RunCounters CountersAtStart(const Session& session);
/// Counters of a run that lives or has just ended, as its summary wants them.
report::RunCounters CountersOf(const Session& session, const pipeline::Coordinator& coordinator,
                               const pipeline::Progress& progress);
/// The summary of a run that lives, from its counts: what status.json holds.
report::Summary LiveSummaryOf(const Session& session, const journal::RunFacts& facts,
                              const report::RunCounters& counters,
                              const pipeline::TallySnapshot& tally);
/// The phase of a run from the moment it has its target's lock until it may send.
inline constexpr std::string_view kStarting = "starting";
/// status.json: when, in which process, in which phase, and the summary so far.
struct StatusSnapshot {
  base::WallTime as_of{};
  std::string phase;
  std::int64_t pid = 0;
  double clock_rate = 1.0;
  /// When it was written by the machine's own clock, where that is not `as_of`.
  std::optional<base::WallTime> written_at{};
  /// Of a process that has sent nothing: until when an earlier one may have.
  std::optional<base::WallTime> sent_until{};
  report::Summary summary;
  std::vector<PhaseProgress> progress{};  ///< of the phases so far
};
std::string EncodeStatus(const StatusSnapshot& status);
/// The same of this moment and this process.
std::string EncodeStatus(const report::Summary& summary, std::string_view phase,
                         const base::Clock& clock,
                         std::optional<base::WallTime> sent_until = std::nullopt,
                         std::vector<PhaseProgress> progress = {});

/// Replaces status.json. For others to look at: the next one replaces it, so a failure is not
/// fatal.
void WriteSnapshot(const journal::RunDirectory& run, const report::Summary& summary,
                   std::string_view phase, const base::Clock& clock,
                   std::optional<base::WallTime> sent_until = std::nullopt,
                   std::vector<PhaseProgress> progress = {});
/// How often a run that goes on does (real time).
inline constexpr std::chrono::milliseconds kStatusEvery(1000);

base::Result<StatusSnapshot> DecodeStatus(const std::string& text);
/// What the run recorded over time, by its last snapshot: also that of a process that was killed.
model::Timeline TimelineOf(const journal::RunDirectory& run);
/// Until when the process that wrote `status` may have lived and sent, if it is dead now: what may
/// have passed until its next snapshot, or what that says of the time before it. When the machine
/// was started since, until then: snapshots are not synced, so that a power cut leaves any of them.
base::WallTime AliveUntil(const StatusSnapshot& status, const base::Clock& clock);

}  // namespace rehome::cli
