#include "cli/run_view.h"

#include <cerrno>
#include <csignal>
#include <utility>

#include "base/file.h"
#include "journal/run_lock.h"

namespace rehome::cli {
namespace {

// Who holds the target's lock for this run.
std::optional<journal::LockHolder> HolderOf(const journal::RunFacts& facts) {
  auto lock = journal::InspectRunLock(journal::LockPath(facts.endpoint, facts.target_name));
  if (!lock || !lock->held || !lock->holder) return std::nullopt;
  if (lock->holder->run_id != facts.run_id) return std::nullopt;
  return std::move(lock->holder);
}

// Whether the holder wrote the snapshot. A process that has just taken the lock has not put its
// name there yet: the name is then a dead one's, as the snapshot is.
bool Wrote(const journal::LockHolder& holder, const StatusSnapshot& status) {
  return status.pid == holder.pid && journal::LifeOf(holder) != journal::HolderLife::kNotSeen;
}

base::Result<RunView> LookAt(const journal::RunDirectory& run) {
  auto facts = run.ReadFacts();
  if (!facts) return facts.error();
  RunView view;
  view.directory = run;
  view.facts = std::move(*facts);
  if (const auto text = base::ReadWholeFile(run.status_path())) {
    if (auto status = DecodeStatus(*text)) view.status = std::move(*status);
  }
  if (view.facts.state != "running") return view;
  const auto holder = HolderOf(view.facts);
  view.live = holder || (view.status && Beats(*view.status));
  if (holder && view.status && !Wrote(*holder, *view.status)) view.status->phase = kStarting;
  return view;
}

}  // namespace

base::Duration AgeOf(const StatusSnapshot& status) {
  if (status.written_at) return base::SystemClock().WallNow() - *status.written_at;
  const base::SystemClock clock(status.clock_rate);
  return clock.ToReal(clock.WallNow() - status.as_of);
}

// A run that took no lock, or took it where we do not look, is alive while its process is and its
// heart beats: the number of a dead process is soon another's.
bool Beats(const StatusSnapshot& status) {
  if (status.pid <= 0 || AgeOf(status) > kHeartbeatLate) return false;
  return kill(static_cast<pid_t>(status.pid), 0) == 0 || errno == EPERM;
}

base::Result<RunView> ViewRun(const journal::RunDirectory& run) {
  auto view = LookAt(run);
  // It may have ended after run.json was read and before its lock was looked at: not dead, done.
  if (view && view->facts.state == "running" && !view->live) return LookAt(run);
  return view;
}

std::string StateText(const RunView& view) {
  if (view.facts.state != "running") return view.facts.state;
  if (view.live) return "running";
  return journal::IsRehearsal(view.facts) ? "dead" : "dead (resume it)";
}

}  // namespace rehome::cli
