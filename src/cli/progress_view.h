#pragma once

#include <string>

#include "base/clock.h"
#include "cli/line_outlet.h"
#include "cli/live_line.h"
#include "cli/options.h"
#include "cli/phase_progress.h"
#include "cli/plain_steps.h"

namespace rehome::cli {

/// How progress is shown on stderr.
enum class ProgressMode {
  kNone,
  kBar,    ///< one line for the phase that goes on, rewritten; one that stays for each that ended
  kPlain,  ///< lines now and then, and for each phase that ended
};

/// What a stream is, and what its user wants.
struct Screen {
  bool terminal = false;  ///< stderr
  bool rewrites = true;   ///< it can rewrite a line
  bool events = false;    ///< JSON Lines go to the same terminal
};
ProgressMode ModeOf(const OutputOptions& output, const Screen& screen);

/// Shows on stderr how far a run is: a line per phase that is rewritten on a terminal, plain lines
/// now and then in a pipe. Say, SayStep and Tell from any thread while the lines are held, the rest
/// from the main thread.
class ProgressView {
 public:
  explicit ProgressView(const OutputOptions& output);
  ~ProgressView();
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  /// A whole line for the person, above the progress line. Quiet runs swallow it.
  void Say(const std::string& line);
  /// The same of a line that only says how far the run is, which a rewritten line does too.
  void SayStep(const std::string& line);
  /// The same as Say, in quiet runs too.
  void Tell(const std::string& line);
  /// How far the phase is; shows it when it is time to and whoever reads has read all before.
  void Update(const PhaseProgress& progress, base::Instant now);
  /// The phase came to its end: a line that stays.
  void End(const PhaseProgress& progress);
  /// Takes the progress line away.
  void Clear();

  /// See LineOutlet.
  void Hold() { lines_.Hold(); }
  void WriteReady();
  void Release() { lines_.Release(); }

 private:
  const bool quiet_;
  const ProgressMode mode_;
  LineOutlet lines_;
  LiveLine line_;
  PlainSteps steps_;
};

}  // namespace rehome::cli
