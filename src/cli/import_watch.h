#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "cli/event_log.h"
#include "cli/import_progress.h"
#include "cli/progress_teller.h"
#include "cli/progress_view.h"
#include "cli/run_control.h"
#include "cli/session.h"
#include "journal/run_directory.h"
#include "pipeline/coordinator.h"

namespace rehome::cli {

/// The main thread's part while an import runs on its own threads: signals, the deadline, the lock,
/// progress and status.json. One thread; everything must outlive it.
class ImportWatch {
 public:
  ImportWatch(Session& session, const journal::RunDirectory& run, const journal::RunFacts& facts,
              pipeline::Coordinator& coordinator, RunControl& control, EventLog& events,
              ProgressView& view, const base::Clock& clock);

  /// Starts the import. The snapshot just before tells the next incarnation until when this one
  /// cannot have sent, however long it took to get here. From now on lines are held.
  void Start();
  /// Waits for the end; gives the signal that asked for it, if one did.
  std::optional<int> UntilEnd();
  /// How far its phases came.
  const std::vector<PhaseProgress>& phases() const { return teller_.phases(); }

 private:
  void OnSignal(int signal_number);
  void CheckDeadline();
  void TellIfWritesWait();
  Steering Controls();
  void ServeControl();
  ControlStatus StatusForControl() const;
  report::RunCounters CountersNow(const pipeline::Progress& progress) const;
  void WriteStatus(std::string_view phase, const pipeline::Progress& progress);

  Session& session_;
  const journal::RunDirectory& run_;
  const journal::RunFacts& facts_;
  pipeline::Coordinator& coordinator_;
  RunControl& control_;
  EventLog& events_;
  ProgressView& view_;
  const base::Clock& clock_;
  ProgressTeller teller_;
  ImportProgress progress_;
  std::optional<int> signal_;
  bool deadline_told_ = false;
  bool writes_wait_ = false;
};

}  // namespace rehome::cli
