#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/exit_code.h"
#include "report/summary.h"

namespace rehome::cli {

/// The file of --metrics: replaced while a run goes on, and once more at its end. For others to
/// look at, so nothing depends on it. One thread.
class MetricsFile {
 public:
  /// kUsage when it is known beforehand that the file cannot be written.
  static base::Result<MetricsFile> Create(const std::string& path);

  const std::string& path() const { return path_; }
  /// How far the run is; written when the last time is a while ago. Fails once for each time that
  /// it begins to fail.
  base::Status Update(const report::Summary& summary, const base::Clock& clock);
  /// How it ended, if `summary` could be made; else as it was last told.
  void End(const report::Summary* summary, ExitCode code, const base::Clock& clock);
  /// Whether its end was told, and what became of the last time that it was written.
  bool ended() const { return ended_; }
  const base::Status& last() const { return last_; }

 private:
  explicit MetricsFile(std::string path, std::optional<double> last_success)
      : path_(std::move(path)), last_success_(last_success) {}
  base::Status Write(std::optional<int> exit_code, const base::Clock& clock) const;

  std::string path_;
  std::optional<double> last_success_;
  report::Summary summary_;  // as it was last told
  std::optional<std::chrono::steady_clock::time_point> written_;
  base::Status last_;
  bool ended_ = false;
};

}  // namespace rehome::cli
