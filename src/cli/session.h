#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "cli/event_log.h"
#include "cli/forecast.h"
#include "cli/latency_span.h"
#include "cli/metrics_file.h"
#include "cli/run_options.h"
#include "cli/target.h"
#include "csv/dialect.h"
#include "csv/input.h"
#include "journal/run_directory.h"
#include "journal/run_lock.h"
#include "pipeline/row_source.h"
#include "pipeline/target_lease.h"
#include "survey/survey.h"

namespace rehome::cli {

class RehearsalPace;

/// How a rehearsal is done, and of what.
struct Rehearsal {
  std::string import_line;        ///< the import, as it would be typed
  LatencySpan latency;            ///< of the sandbox's answers
  std::string latency_text;       ///< as typed
  std::string faults;             ///< as typed; empty = none
  int speed = 1;                  ///< at most so many times as fast as real time
  RehearsalPace* pace = nullptr;  ///< is told how far the import is
};

/// An import that is understood and ready: what file, which target, under which lock.
struct Session {
  CommonOptions common;
  RunOptions options;
  Target target;
  std::string path;                      ///< absolute
  std::vector<csv::Splice> corrections;  ///< what `retry --edited` put in the place of its cells
  csv::Header header;
  survey::Survey survey;
  base::Duration survey_time{0};
  pipeline::RowSource::Part asked_part;  ///< as typed; `last_row` = 0 means to the end
  pipeline::RowSource::Part part;
  RoundTrip round_trip;                ///< of the target, as far as it is known
  std::optional<PlannedWork> planned;  ///< by a pass over the rows, if there was one
  Forecast forecast;
  std::optional<Rehearsal> rehearsal;            ///< of an import into a sandbox of its own
  std::optional<base::Instant> deadline;         ///< --deadline: stop then
  bool new_run = false;                          ///< --new-run
  bool verify = true;                            ///< read back what was written, at the end
  std::unique_ptr<journal::RunLock> lock;        ///< none with --i-am-the-only-runner
  std::unique_ptr<pipeline::TargetLease> lease;  ///< with --coordinator target, once a run begins
  std::unique_ptr<MetricsFile> metrics;          ///< --metrics, if it was given
  std::string on_finish;                         ///< --on-finish; empty = none
  base::Duration lock_wait{0};
  base::Instant lock_until{};  ///< how long a lock is waited for
};

/// `--runs-dir`, $REHOME_RUNS_DIR or .rehome/runs.
std::string RunsDirectoryOf(const CommonOptions& common);
/// The runs there. Commands that are printed for them name the folder when it was typed.
journal::RunStore RunStoreOf(const CommonOptions& common);
/// The input as an absolute path; `-` stays, so that it is refused as what it means.
std::string InputPathOf(const std::string& typed);

/// The file as it is imported: with its corrections.
csv::Input InputOf(const Session& session);

struct LockWish {
  std::string wait;
  bool only_runner = false;
  std::string run_id;  ///< when it is known already (resume)
};

/// Takes the target's lock as `wish` says, which becomes an event. With --coordinator target it
/// also looks, or waits, whether the lock on the target is free; a run takes that when it begins.
base::Status TakeLock(Session& session, const LockWish& wish, EventLog& events,
                      const base::Clock& clock);
/// Gives the lock back, if there is one, which becomes an event.
void ReleaseLock(const Session& session, EventLog& events);
/// Gives the lock back when a command ends, in whatever way, unless that was done before. Both must
/// outlive it. One thread.
class LockReturn {
 public:
  LockReturn(const Session& session, EventLog& events) : session_(session), events_(events) {}
  ~LockReturn() { ReleaseLock(session_, events_); }
  LockReturn(const LockReturn&) = delete;
  LockReturn& operator=(const LockReturn&) = delete;

 private:
  const Session& session_;
  EventLog& events_;
};
/// $TMPDIR or /tmp.
std::string TemporaryDirectory();
/// Reads the header and surveys the file. Needs `path` and `options`. `part.last_row` = 0 means to
/// the end of the file.
base::Status SurveyInput(Session& session, const base::Clock& clock);
/// Tells on stderr what the survey found to be odd, unless --quiet: once for each command.
void ShowWarnings(const Session& session);
/// "2h" from now, or "06:00" by the clock of this machine, the next time it shows that; nothing
/// when empty; kUsage otherwise.
base::Result<std::optional<base::Instant>> ParseDeadline(const std::string& text,
                                                         const base::Clock& clock);
/// "A-B" and N as a part; kUsage otherwise.
base::Result<pipeline::RowSource::Part> ParsePart(const std::string& rows, std::int64_t limit);

}  // namespace rehome::cli
