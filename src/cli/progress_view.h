#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "cli/line_outlet.h"
#include "cli/options.h"
#include "model/verification.h"
#include "pipeline/coordinator.h"

namespace rehome::cli {

/// Shows on stderr how far a run is: one line that is rewritten on a terminal, a plain line now and
/// then in a pipe. Say and Tell from any thread while the lines are held, the rest from the main
/// thread.
class ProgressView {
 public:
  explicit ProgressView(const OutputOptions& output);
  ~ProgressView();
  ProgressView(const ProgressView&) = delete;
  ProgressView& operator=(const ProgressView&) = delete;

  /// A whole line for the person, above the progress line. Quiet runs swallow it.
  void Say(const std::string& line);
  /// The same, in quiet runs too.
  void Tell(const std::string& line);
  /// The state of an import; prints it when it is time to and whoever reads has read all before.
  void Update(const pipeline::Progress& progress, const dispatch::Counters& counters,
              std::int64_t rows, std::int64_t organizations, const base::Clock& clock);
  /// The same with any text.
  void Update(std::string text, const base::Clock& clock);
  /// Takes the progress line away.
  void Clear();

  /// See LineOutlet.
  void Hold() { lines_.Hold(); }
  void WriteReady();
  void Release() { lines_.Release(); }

 private:
  enum class Mode { kNone, kBar, kPlain };
  void ShowLine(std::string text);

  const bool quiet_;
  Mode mode_;
  LineOutlet lines_;
  bool line_shown_ = false;
  base::Instant next_plain_;
};

/// `users 1,200/14,997 (8 %) · 812 rows/s · 0:14 left · 3 failed`.
std::string ProgressText(const pipeline::Progress& progress, const dispatch::Counters& counters,
                         std::int64_t rows, std::int64_t organizations, const base::Clock& clock);

/// `verification 1,200/14,997 (8 %) · 812/s · 0:14 left · 3 findings`, of so many objects.
std::string ProgressText(const model::Verification& verification, std::int64_t objects);

}  // namespace rehome::cli
