#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/local_socket.h"
#include "cli/control_request.h"
#include "cli/event_log.h"
#include "cli/options.h"
#include "cli/phase_progress.h"
#include "cli/progress_view.h"
#include "dispatch/settings.h"
#include "journal/run_directory.h"
#include "report/summary.h"

namespace rehome::cli {

/// How far a run is, for `ctl status`.
struct ControlStatus {
  std::string phase;
  std::int64_t rows_done = 0;
  std::int64_t rows = 0;
  std::optional<double> per_second{};  ///< lately
  std::int64_t rows_in_flight = 0;
  std::int64_t rows_allowed = 0;  ///< at once; 0 = that is not limited now
  std::string limit{};            ///< what sets the pace, in words; may be empty
};

/// What can be done to the part of a run that goes on; what is empty cannot be done now.
struct Steering {
  std::string_view when;  ///< `while …`, for what cannot be done
  std::string way_on;     ///< after a stop: `continue with: rehome resume …`
  std::function<ControlStatus()> look{};
  std::function<void()> stop{};
  std::function<void()> pause{};
  std::function<void()> resume{};
  std::function<void(const dispatch::PaceSettings&)> set_pace{};
  std::function<void(std::optional<int>)> set_rows_in_flight{};
};

/// Why a run ends early when somebody typed that.
inline constexpr const char* kStoppedByCtl = "stopped by `rehome ctl stop`";

/// The ear of a run that goes on: answers `rehome ctl` at the socket of its directory, and looks
/// whether the pause file is there. Nothing of it ends a run: without a socket that file still
/// works. Main thread; the references must outlive it.
class RunControl {
 public:
  RunControl(const journal::RunDirectory& run, const PaceOptions& pace, EventLog& events,
             ProgressView& view, const base::Clock& clock)
      : run_(run), pace_(pace), events_(events), view_(view), clock_(clock) {}

  /// Begins to listen; without a socket it says so once. Lines must be held.
  void Open();
  /// A part of the run begins: it is told what was said to the part before it, and looks for the
  /// pause file before it sends anything.
  void Begin(const Steering& steering);
  /// Answers whoever has asked meanwhile. Never waits.
  void Serve(const Steering& steering);
  /// Nobody is listened to any more.
  void Close() { socket_.reset(); }

  /// Since when and by whom the run is paused, as the progress line says it; nothing while it is
  /// not.
  std::optional<LimitText> paused() const;
  /// The run stops, whoever wanted that: nothing else is done for anybody from now on.
  void Stopping() { stopping_ = true; }
  /// The pace that holds, as typed in the end. A rate that is empty is the documented quota.
  const PaceOptions& pace() const { return pace_; }
  /// For how long it was paused until now.
  base::Duration paused_for() const;
  /// What was done, in order, for the summary; since the last taking of it.
  const std::vector<report::ControlNote>& notes() const { return notes_; }
  std::vector<report::ControlNote> TakeNotes() { return std::exchange(notes_, {}); }

 private:
  /// What becomes of a request.
  struct Reaction {
    bool done = false;
    std::string message;
  };

  std::string Answer(std::string_view line, const base::LocalPeer& peer, const Steering& steering);
  Reaction React(const ControlRequest& request, const Steering& steering);
  Reaction Pause(const Steering& steering);
  Reaction Resume(const Steering& steering);
  Reaction SetRate(const ControlRequest& request, const Steering& steering);
  Reaction SetRows(const ControlRequest& request, const Steering& steering);
  Reaction Stop(const Steering& steering);
  void LookForFile(const Steering& steering);
  void ApplyPause(const Steering& steering);
  void Note(const std::string& command);
  std::string StatusText(const ControlStatus& status) const;

  const journal::RunDirectory& run_;
  PaceOptions pace_;
  EventLog& events_;
  ProgressView& view_;
  const base::Clock& clock_;
  std::unique_ptr<base::LocalListener> socket_;
  std::optional<base::WallTime> paused_by_ctl_;   // since when
  std::optional<base::WallTime> paused_by_file_;  // since when
  bool is_paused_ = false;                        // the run was told so
  base::Instant paused_at_{};                     // if so
  base::Duration paused_before_{0};               // in pauses that ended
  bool stopping_ = false;
  std::vector<report::ControlNote> notes_;
};

}  // namespace rehome::cli
